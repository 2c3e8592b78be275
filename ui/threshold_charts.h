// SPDX-License-Identifier: GPL-3.0-or-later
//
// The figures of thresholds. Internal to the charts.
#pragma once

#include "core/report_document.h"
#include "ui/chart_parts.h"

namespace mlab::ui {

/// @param figure one of thresholds @param report the one of `figure.design`
Sheet thresholdSheet(const ReportFigure& figure, const DesignReport& report);

} // namespace mlab::ui
