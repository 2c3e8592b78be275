// SPDX-License-Identifier: GPL-3.0-or-later
//
// The figures of recognition. Internal to the charts.
#pragma once

#include "core/document/report_document.h"
#include "ui/report/chart_parts.h"

namespace mlab::ui {

/// @param figure one of recognition @param report the one of `figure.design`
Sheet recognitionSheet(const ReportFigure& figure, const RecognitionReport& report);

} // namespace mlab::ui
