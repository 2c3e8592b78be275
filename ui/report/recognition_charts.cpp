// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/report/recognition_charts.h"

#include "ui/report/accuracy_chart.h"

namespace mlab::ui {

Sheet recognitionSheet(const ReportFigure& figure, const RecognitionReport& report)
{
    return figure.kind == FigureKind::accuracy
               ? groupAccuracySheet(report, report.conditions)
               : participantAccuracySheet(report.participants.at(figure.participant),
                                          report.conditions, report.chance);
}

} // namespace mlab::ui
