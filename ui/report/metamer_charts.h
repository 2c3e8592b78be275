// SPDX-License-Identifier: GPL-3.0-or-later
//
// The figures of whole metamers. Internal to the charts.
#pragma once

#include "core/document/report_document.h"
#include "ui/report/chart_parts.h"

namespace mlab::ui {

/// @param figure one of whole metamers @param report the one of `figure.design`
Sheet metamerSheet(const ReportFigure& figure, const MetamerReport& report);

} // namespace mlab::ui
