// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/report/metamer_charts.h"

#include "ui/report/accuracy_chart.h"

#include <QValueAxis>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace mlab::ui {
namespace {

// Answers and fit over the match, whose axis has a better match on the right.
Chart curveChart(const DimensionReport& curve, double low, double high, double chance)
{
    auto out = chart(text(curve.dimension.id()));
    const double step = tickStep(std::max(high - low, 1.0));
    const double first = std::floor(low / step) * step;
    const double last = std::max(first + step, std::ceil(high / step) * step);
    auto* match = valueAxis(first, last, static_cast<int>(std::lround((last - first) / step)) + 1,
                            "%g", "match (dB)", 9);
    auto* share = valueAxis(-0.05, 1.05, 2, "%.1f", "correct", 9); // room for points at 0 and 1
    share->setTickType(QValueAxis::TicksDynamic);
    share->setTickInterval(0.5);
    setAxes(*out, match, share);
    addLine(*out, {{first, chance}, {last, chance}}, kInk, 1.0, Qt::DashLine);
    if (curve.estimate) {
        QList<QPointF> fitted;
        constexpr int kSteps = 60;
        for (int i = 0; i <= kSteps; ++i) {
            const double snrDb = first + (last - first) * i / kSteps;
            fitted.append({snrDb, probabilityCorrect(reportSigmoid(), curve.estimate->parameters,
                                                     mismatchOfSnrDb(snrDb))});
        }
        addLine(*out, fitted, curve.located ? colorOf(0) : kPale, 1.4,
                curve.located ? Qt::SolidLine : Qt::DashLine);
    }
    for (const auto& bin : curve.bins) {
        addPoints(*out, {{snrDbOfMismatch(bin.level), bin.correct / bin.total}}, kInk, kInk,
                  std::clamp(2 * std::sqrt(bin.total), 4.0, 12.0));
    }
    return out;
}

Sheet curveSheet(const MetamerReport& report, const MetamerParticipantReport& participant)
{
    double low = std::numeric_limits<double>::infinity();
    double high = -low;
    for (const auto& curve : participant.curves) {
        for (const auto& bin : curve.bins) {
            low = std::min(low, snrDbOfMismatch(bin.level));
            high = std::max(high, snrDbOfMismatch(bin.level));
        }
    }
    Sheet sheet{.charts = {}, .columns = 2, .size = {430, 260}};
    for (const auto& curve : participant.curves) {
        if (!curve.bins.empty()) {
            sheet.charts.push_back(curveChart(curve, low, high, report.chance));
        }
    }
    return sheet;
}

std::vector<std::string> namesOf(const MetamerReport& report)
{
    std::vector<std::string> names;
    for (const auto& condition : report.conditions) {
        names.push_back(condition.id());
    }
    return names;
}

} // namespace

Sheet metamerSheet(const ReportFigure& figure, const MetamerReport& report)
{
    if (figure.kind == FigureKind::metamers) {
        return groupAccuracySheet(report, namesOf(report));
    }
    const auto& participant = report.participants.at(figure.participant);
    return figure.kind == FigureKind::metamerCurves
               ? curveSheet(report, participant)
               : participantAccuracySheet(participant, namesOf(report), report.chance);
}

} // namespace mlab::ui
