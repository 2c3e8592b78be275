// SPDX-License-Identifier: GPL-3.0-or-later
//
// The figures of networks compared with people. Internal to the charts.
#pragma once

#include "core/document/report_document.h"
#include "ui/report/chart_parts.h"

namespace mlab::ui {

/// @param figure one of networks @param comparison the one of `figure.design`
Sheet networkSheet(const ReportFigure& figure, const DesignComparison& comparison);

} // namespace mlab::ui
