// SPDX-License-Identifier: GPL-3.0-or-later
//
// The figures of networks that recognise beside people. Internal to the charts.
#pragma once

#include "core/document/report_document.h"
#include "ui/report/chart_parts.h"

namespace mlab::ui {

/// @param figure one of recognising networks @param comparison the one of `figure.design`
Sheet classifierSheet(const ReportFigure& figure, const ClassifierComparison& comparison);

} // namespace mlab::ui
