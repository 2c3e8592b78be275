// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/report/threshold_charts.h"

#include "core/base/error.h"
#include "core/base/number_text.h"
#include "ui/report/radar_chart.h"

#include <QCategoryAxis>
#include <QFontMetricsF>
#include <QLegend>
#include <QLogValueAxis>
#include <QValueAxis>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

namespace mlab::ui {
namespace {

QString panelTitle(const Dimension& dimension)
{
    return text(longName(dimension));
}

QString levelTitle(const Dimension& dimension)
{
    return text("level (" + levelUnit(dimension) + ")");
}

QString thresholdTitle(const ThresholdReport& report)
{
    return text("threshold (" + report.levelUnit + ")");
}

Chart trackChart(const DimensionReport& dimension, const LevelRange& range)
{
    auto out = chart(panelTitle(dimension.dimension));
    const auto trials = static_cast<double>(dimension.track.size());
    setAxes(*out, valueAxis(0, std::max(1.0, trials), 3, "%.0f", "trial", 9),
            levelAxis(range, levelTitle(dimension.dimension), 9));
    QList<QPointF> levels;
    QList<QPointF> wrong;
    QList<QPointF> reversals;
    for (std::size_t i = 0; i < dimension.track.size(); ++i) {
        const auto& trial = dimension.track[i];
        const QPointF at(static_cast<double>(i + 1), trial.levelAchieved);
        levels.append(at);
        if (!trial.correct) {
            wrong.append(at);
        }
        if (trial.reversal) {
            reversals.append(at);
        }
    }
    if (dimension.located) {
        const double threshold = dimension.estimate->parameters.threshold;
        addLine(*out, {{0, threshold}, {trials, threshold}}, kPale, 1.2, Qt::DashLine);
    }
    addLine(*out, levels, colorOf(0), 1.2);
    addPoints(*out, reversals, Qt::transparent, kInk, 8);
    addPoints(*out, wrong, kWrong, kWrong, 4);
    return out;
}

Chart fitChart(const DimensionReport& dimension, const LevelRange& range, double chance)
{
    auto out = chart(panelTitle(dimension.dimension));
    auto* levels = levelAxis(range, levelTitle(dimension.dimension), 9);
    auto* share = valueAxis(-0.05, 1.05, 2, "%.1f", "correct", 9); // room for points at 0 and 1
    share->setTickType(QValueAxis::TicksDynamic);
    share->setTickInterval(0.5);
    setAxes(*out, levels, share);
    if (dimension.estimate) {
        const auto& fitted = dimension.estimate->parameters;
        QList<QPointF> curve;
        constexpr int kSteps = 60;
        for (int i = 0; i <= kSteps; ++i) {
            const double level =
                levels->min() * std::pow(levels->max() / levels->min(), i / double{kSteps});
            curve.append({level, probabilityCorrect(reportSigmoid(), fitted, level)});
        }
        addLine(*out, curve, dimension.located ? colorOf(0) : kPale, 1.4,
                dimension.located ? Qt::SolidLine : Qt::DashLine);
        const double middle = (chance + 1 - fitted.lapse) / 2;
        const auto within = [&](double level) {
            return std::clamp(level, levels->min(), levels->max());
        };
        const auto& interval = dimension.estimate->interval95;
        const auto color = dimension.located ? colorOf(1) : kPale;
        addLine(*out,
                {{within(interval.lower.threshold), middle},
                 {within(interval.upper.threshold), middle}},
                color, 2.2);
        // An arrow where the interval reaches beyond the axis.
        const double back = std::pow(levels->max() / levels->min(), 0.03);
        const auto arrow = [&](double tip, double end) {
            addLine(*out, {{end, middle + 0.07}, {tip, middle}, {end, middle - 0.07}}, color, 1.4);
        };
        if (interval.lower.threshold < levels->min()) {
            arrow(levels->min(), levels->min() * back);
        }
        if (interval.upper.threshold > levels->max()) {
            arrow(levels->max(), levels->max() / back);
        }
    }
    QList<QPointF> shares;
    for (const auto& bin : dimension.bins) {
        shares.append({bin.level, bin.correct / bin.total});
    }
    addPoints(*out, shares, kInk, kInk, 5);
    return out;
}

Sheet radarSheet(const ThresholdReport& report)
{
    const auto eccentricities = circlesOf(report.group);
    std::vector<Spokes> circles;
    for (const double eccentricity : eccentricities) {
        Spokes circle;
        Spokes::Line main{.values = {}, .isMain = true};
        std::vector<Spokes::Line> others(report.participants.size());
        for (std::size_t i = 0; i < report.group.size(); ++i) {
            const auto& dimension = report.group[i].dimension;
            if (dimension.eccentricityDeg != eccentricity) {
                continue;
            }
            circle.labels.push_back(dimension.layer + " " + shortName(dimension));
            main.values.push_back(spokeOf(report.group[i]));
            for (std::size_t person = 0; person < others.size(); ++person) {
                others[person].values.push_back(spokeOf(report.participants[person].dimensions[i]));
            }
        }
        circle.lines = std::move(others);
        circle.lines.push_back(std::move(main));
        circles.push_back(std::move(circle));
    }
    return radarSheetOf(circles, eccentricities);
}

// The dimensions side by side.
Sheet thresholdsSheet(const ThresholdReport& report, const ReportFigure& figure)
{
    const bool ofGroup = figure.kind == FigureKind::groupThresholds;
    std::vector<std::string> names;
    std::vector<std::array<double, 3>> main;
    QList<QPointF> others; // of participants
    LevelRange range;
    for (std::size_t i = 0; i < report.group.size(); ++i) {
        names.push_back(longName(report.group[i].dimension));
        main.push_back(ofGroup ? spokeOf(report.group[i])
                               : spokeOf(report.participants[figure.participant].dimensions[i]));
        for (const double limit : main.back()) {
            if (std::isfinite(limit)) {
                range.hold(limit);
            }
        }
        if (!ofGroup) {
            continue;
        }
        for (const auto& participant : report.participants) {
            const double threshold = spokeOf(participant.dimensions[i])[1];
            if (std::isfinite(threshold)) {
                range.hold(threshold);
                others.append({static_cast<double>(i), threshold});
            }
        }
    }
    auto out = chart("");
    auto* across = nameAxis(names, "dimension");
    across->setLabelsAngle(-90);
    setAxes(*out, across, levelAxis(range, thresholdTitle(report), 12));
    addPoints(*out, others, kPale, kPale, 4);
    for (std::size_t i = 0; i < main.size(); ++i) {
        const auto& [low, middle, high] = main[i];
        if (!std::isfinite(middle)) {
            continue;
        }
        const auto layer =
            std::ranges::find(report.layers.layers, report.group[i].dimension.layer) -
            report.layers.layers.begin();
        const auto color = colorOf(static_cast<std::size_t>(layer));
        const auto x = static_cast<double>(i);
        if (std::isfinite(low)) {
            addLine(*out, {{x, low}, {x, high}}, color, 2.0);
        }
        addPoints(*out, {{x, middle}}, color, color, 7);
    }
    constexpr int kNamePixels = 12;
    // Qt replaces upright names by dots if they have less room than this.
    const double place = 1.8 * QFontMetricsF(font(kNamePixels)).height();
    Sheet sheet{.charts = {},
                .columns = 1,
                .size = {std::max(460.0, 90 + place * static_cast<double>(names.size())), 350}};
    sheet.charts.push_back(std::move(out));
    return sheet;
}

Sheet layerSheet(const ThresholdReport& report)
{
    const auto& layers = report.layers;
    auto out = chart("");
    LevelRange range;
    for (const auto& row : layers.rows) {
        for (const double logThreshold : row.logThresholds) {
            range.hold(std::exp(logThreshold));
        }
    }
    for (const auto& mean : layers.means) {
        if (mean && mean->interval95) {
            range.hold(std::exp((*mean->interval95)[0]));
            range.hold(std::exp((*mean->interval95)[1]));
        }
    }
    setAxes(*out, nameAxis(layers.layers, QString::fromStdString(report.layerNoun)),
            levelAxis(range, thresholdTitle(report), 12));
    QList<QPointF> others;
    for (const auto& row : layers.rows) {
        QList<QPointF> points;
        for (std::size_t i = 0; i < row.logThresholds.size(); ++i) {
            points.append({static_cast<double>(i), std::exp(row.logThresholds[i])});
        }
        addLine(*out, points, kPale, 1.0);
        others += points;
    }
    addPoints(*out, others, kPale, kPale, 4);
    QList<QPointF> means;
    for (std::size_t i = 0; i < layers.means.size(); ++i) {
        const auto& mean = layers.means[i];
        const auto x = static_cast<double>(i);
        means.append({x, std::exp(mean->mean)});
        if (mean->interval95) {
            addLine(*out,
                    {{x, std::exp((*mean->interval95)[0])}, {x, std::exp((*mean->interval95)[1])}},
                    colorOf(0), 2.4);
        }
    }
    addLine(*out, means, colorOf(0), 2.4);
    addPoints(*out, means, colorOf(0), colorOf(0), 8);
    Sheet sheet{.charts = {}, .columns = 1, .size = {460, 320}};
    sheet.charts.push_back(std::move(out));
    return sheet;
}

// From a whole tick to a whole tick, round the values.
QValueAxis* measureAxis(const StimulusMeasure& measure, const std::vector<double>& values)
{
    auto [low, high] = std::ranges::minmax(values);
    if (measure.unchanged) {
        low = std::min(low, *measure.unchanged);
        high = std::max(high, *measure.unchanged);
    }
    const double step = tickStep(std::max(high - low, 0.01));
    const double first = std::floor(low / step) * step;
    const double last = std::max(first + step, std::ceil(high / step) * step);
    return valueAxis(first, last, static_cast<int>(std::lround((last - first) / step)) + 1, "%g",
                     text(measure.label + (measure.unit.empty() ? "" : " (" + measure.unit + ")")),
                     12);
}

Sheet measureSheet(const ThresholdReport& report)
{
    Sheet sheet{.charts = {}, .columns = 2, .size = {430, 330}};
    const auto& measures = stimulusMeasures(report.modality);
    LevelRange levels;
    std::vector<const GroupDimension*> shown;
    for (const auto& group : report.group) {
        if (group.logThreshold && group.probes) {
            shown.push_back(&group);
            levels.hold(std::exp(group.logThreshold->mean));
        }
    }
    for (std::size_t measure = 0; measure < measures.size(); ++measure) {
        std::vector<double> values;
        std::vector<QList<QPointF>> ofLayers(report.layers.layers.size());
        for (const auto* group : shown) {
            const auto layer = std::ranges::find(report.layers.layers, group->dimension.layer) -
                               report.layers.layers.begin();
            if (const auto& value = group->probes->measures.at(measure)) {
                values.push_back(*value);
                ofLayers[static_cast<std::size_t>(layer)].append(
                    {*value, std::exp(group->logThreshold->mean)});
            }
        }
        if (values.empty()) {
            continue;
        }
        auto out = chart("");
        setAxes(*out, measureAxis(measures[measure], values),
                levelAxis(levels, thresholdTitle(report), 12));
        for (std::size_t layer = 0; layer < ofLayers.size(); ++layer) {
            addPoints(*out, ofLayers[layer], colorOf(layer), Qt::white, 8,
                      text(report.layers.layers[layer]));
        }
        showLegend(*out);
        sheet.charts.push_back(std::move(out));
    }
    return sheet;
}

Sheet panels(const ThresholdReport& report, const ReportFigure& figure)
{
    const auto& participant = report.participants[figure.participant];
    // Both figures have the same range, to be compared.
    LevelRange range;
    for (const auto& dimension : participant.dimensions) {
        for (const auto& trial : dimension.track) {
            range.hold(trial.levelAchieved);
        }
    }
    constexpr std::size_t kFewPanels = 8;
    Sheet sheet{.charts = {},
                .columns = participant.dimensions.size() > kFewPanels ? 6 : 4,
                .size = {225, 170}};
    for (const auto& dimension : participant.dimensions) {
        if (dimension.trials > 0) {
            sheet.charts.push_back(figure.kind == FigureKind::tracks
                                       ? trackChart(dimension, range)
                                       : fitChart(dimension, range, report.chance));
        }
    }
    return sheet;
}

} // namespace

Sheet thresholdSheet(const ReportFigure& figure, const ThresholdReport& report)
{
    switch (figure.kind) {
    case FigureKind::groupThresholds:
    case FigureKind::thresholds:
        return thresholdsSheet(report, figure);
    case FigureKind::groupRadar:
        return radarSheet(report);
    case FigureKind::layers:
        return layerSheet(report);
    case FigureKind::measures:
        return measureSheet(report);
    case FigureKind::tracks:
    case FigureKind::fits:
        return panels(report, figure);
    case FigureKind::accuracy:
    case FigureKind::participantAccuracy:
    case FigureKind::metamers:
    case FigureKind::participantMetamers:
    case FigureKind::metamerCurves:
    case FigureKind::modelThresholds:
    case FigureKind::modelRadar:
    case FigureKind::modelFunctions:
    case FigureKind::classifiers:
    case FigureKind::otherNetworks:
        break;
    }
    throw InternalError("figure " + figure.name + " does not belong to a report on thresholds");
}

} // namespace mlab::ui
