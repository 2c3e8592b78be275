// SPDX-License-Identifier: GPL-3.0-or-later
//
// The figures of thresholds. Internal to the charts.
#pragma once

#include "core/document/report_document.h"
#include "ui/report/chart_parts.h"

namespace mlab::ui {

/// @param figure one of thresholds @param report the one of `figure.design`
Sheet thresholdSheet(const ReportFigure& figure, const ThresholdReport& report);

} // namespace mlab::ui
