// SPDX-License-Identifier: GPL-3.0-or-later
//
// The tables of the layers of networks beside people. Internal to the document.
#pragma once

#include "core/document/report_document.h"

namespace mlab {

/// A row for each baseline and layer, and people with each other last: single answers.
ReportTable layerAnswersTable(const DesignComparison& comparison);
/// The same of thresholds, or of the d' of whole metamers.
ReportTable layerValuesTable(const DesignComparison& comparison);
/// A heat map, dimension by dimension: log thresholds, or the d' of conditions of whole metamers.
ReportTable dimensionTable(const DesignComparison& comparison);

} // namespace mlab
