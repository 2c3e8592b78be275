// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/report/network_charts.h"

#include "core/fits/level_bins.h"
#include "ui/report/radar_chart.h"

#include <QLegend>
#include <QValueAxis>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

namespace mlab::ui {
namespace {

// The means of groups of dimensions, over those that both have.
std::map<std::size_t, std::pair<double, double>> groupMeans(const LogThresholds& first,
                                                            const LogThresholds& second,
                                                            const std::vector<std::size_t>& groups)
{
    struct Sums {
        double first = 0.0, second = 0.0, count = 0.0;
    };
    std::map<std::size_t, Sums> sums;
    for (std::size_t k = 0; k < groups.size(); ++k) {
        if (first[k] && second[k]) {
            auto& own = sums[groups[k]];
            own.first += *first[k];
            own.second += *second[k];
            own.count += 1;
        }
    }
    std::map<std::size_t, std::pair<double, double>> out;
    for (const auto& [group, own] : sums) {
        out[group] = {own.first / own.count, own.second / own.count};
    }
    return out;
}

// People's mean thresholds against those of one layer.
Chart scatterChart(const NetworkReport& report, const ComparedLayer& compared,
                   const LayerReport& layer)
{
    const auto& people = report.means.means;
    const auto& groups = report.people.groups;
    const auto means = groupMeans(people, layer.predicted, groups);
    const double error = report.means.errorVariance
                             ? 1.96 * std::sqrt(std::max(0.0, *report.means.errorVariance))
                             : 0.0;
    double reach = 0.5;
    std::map<std::size_t, QList<QPointF>> points;
    for (std::size_t k = 0; k < groups.size(); ++k) {
        if (people[k] && layer.predicted[k]) {
            const auto& [ofPeople, ofLayer] = means.at(groups[k]);
            const QPointF at(*layer.predicted[k] - ofLayer, *people[k] - ofPeople);
            points[groups[k]].append(at);
            reach = std::max({reach, std::abs(at.x()), std::abs(at.y()) + error});
        }
    }
    const double end = std::ceil(2 * reach) / 2;
    auto out = chart(text(compared.name()));
    setAxes(*out, valueAxis(-end, end, 3, "%.1f", "network (ln level)", 9),
            valueAxis(-end, end, 3, "%.1f", "people (ln level)", 9));
    addLine(*out, {{-end, -end}, {end, end}}, kPale, 1.2, Qt::DashLine);
    for (const auto& [group, of] : points) {
        for (const auto& at : of) {
            if (error > 0) {
                addLine(*out, {{at.x(), at.y() - error}, {at.x(), at.y() + error}}, kPale, 1.0);
            }
        }
        addPoints(*out, of, colorOf(group), colorOf(group), 5);
    }
    return out;
}

// People's mean d' against that of one layer. @param most d' of all layers and people
Chart sensitivityChart(const DesignComparison& comparison, std::size_t layer, double most)
{
    const auto& report = comparison.report;
    const auto people = meanSensitivities(report);
    const auto& predicted = report.layers[layer].predicted;
    const double error = report.means.errorVariance
                             ? 1.96 * std::sqrt(std::max(0.0, *report.means.errorVariance))
                             : 0.0;
    std::map<std::string, QList<QPointF>> points; // by the layer of the metamers
    for (std::size_t k = 0; k < people.size(); ++k) {
        if (people[k] && predicted[k]) {
            points[comparison.networks.dimensions[k].layer].append({*predicted[k], *people[k]});
        }
    }
    const double end = std::ceil(most + error);
    auto out = chart(text(comparison.networks.layers[layer].name()));
    setAxes(*out, valueAxis(0, end, 3, "%.1f", "network (d')", 9),
            valueAxis(0, end, 3, "%.1f", "people (d')", 9));
    addLine(*out, {{0, 0}, {end, end}}, kPale, 1.2, Qt::DashLine);
    std::size_t color = 0;
    for (const auto& [name, of] : points) {
        for (const auto& at : of) {
            if (error > 0) {
                addLine(*out, {{at.x(), std::max(0.0, at.y() - error)}, {at.x(), at.y() + error}},
                        kPale, 1.0);
            }
        }
        addPoints(*out, of, colorOf(color), colorOf(color), 5);
        ++color;
    }
    return out;
}

double mostSensitivity(const DesignComparison& comparison)
{
    double most = 1.0;
    for (const auto& value : meanSensitivities(comparison.report)) {
        most = std::max(most, value.value_or(0.0));
    }
    for (const auto& layer : comparison.report.layers) {
        for (const auto& value : layer.predicted) {
            most = std::max(most, std::isfinite(value.value_or(0.0)) ? value.value_or(0.0) : 0.0);
        }
    }
    return most;
}

Sheet scatterSheet(const DesignComparison& comparison)
{
    Sheet sheet{.charts = {}, .columns = 4, .size = {225, 215}};
    const double most = mostSensitivity(comparison);
    for (std::size_t i = 0; i < comparison.report.layers.size(); ++i) {
        if (comparison.report.layers[i].problem.empty()) {
            sheet.charts.push_back(comparison.networks.ofWholeMetamers()
                                       ? sensitivityChart(comparison, i, most)
                                       : scatterChart(comparison.report,
                                                      comparison.networks.layers[i],
                                                      comparison.report.layers[i]));
        }
    }
    return sheet;
}

// Everybody's answers to a dimension.
std::vector<LevelCounts> answersOf(const NetworkData& networks, std::size_t dimension)
{
    std::vector<LevelCounts> rows;
    for (const auto& participant : networks.participants) {
        for (const auto& trial : participant.trials) {
            if (trial.dimension == dimension) {
                rows.push_back(
                    {.level = trial.level, .correct = trial.correct ? 1.0 : 0.0, .total = 1.0});
            }
        }
    }
    return binByLevel(rows).counts;
}

// Psychometric functions of one dimension: people, and the chosen layer of each network.
Chart functionChart(const DesignComparison& comparison, std::size_t dimension,
                    const LevelRange& range)
{
    const auto& networks = comparison.networks;
    const auto& report = comparison.report;
    const double chance = chanceOf(networks.decisionModel);
    auto out = chart(text(networks.dimensions[dimension].id()));
    auto* share = valueAxis(-0.05, 1.05, 2, "%.1f", "correct", 9); // room for points at 0 and 1
    share->setTickType(QValueAxis::TicksDynamic);
    share->setTickInterval(0.5);
    setAxes(*out,
            levelAxis(range, text("level (" + levelUnit(networks.dimensions[dimension]) + ")"), 9),
            share);
    addLine(*out, {{range.low, chance}, {range.high, chance}}, kInk, 1.0, Qt::DashLine);
    const auto draw = [&](const auto& function, const QColor& color, double width) {
        QList<QPointF> points;
        constexpr int kSteps = 40;
        for (int i = 0; i <= kSteps; ++i) {
            const double level = range.low * std::pow(range.high / range.low, i / double(kSteps));
            points.append({level, function(level)});
        }
        addLine(*out, points, color, width);
    };
    for (std::size_t m = 0; m < report.models.size(); ++m) {
        if (const auto& function = report.layers[report.models[m].best].functions[dimension]) {
            draw(function, colorOf(m + 1), 1.4); // 0 is people's
        }
    }
    const auto& people = comparison.people[dimension];
    if (people.logThreshold && people.logWidth) {
        const PsychometricParameters mean{.threshold = std::exp(people.logThreshold->mean),
                                          .width = std::exp(people.logWidth->mean),
                                          .guess = chance};
        draw([&](double level) { return probabilityCorrect(reportSigmoid(), mean, level); },
             colorOf(0), 2.4);
    }
    for (const auto& bin : answersOf(networks, dimension)) {
        addPoints(*out, {{bin.level, bin.correct / bin.total}}, kInk, kInk,
                  std::clamp(2 * std::sqrt(bin.total), 4.0, 12.0));
    }
    return out;
}

// A panel with nothing but names, which are cut off where they share a panel with curves.
Chart namesChart(const NetworkReport& report, const QSizeF& size)
{
    auto out = chart("");
    auto* across = valueAxis(0, 1, 2, "%g", "", 9);
    auto* up = valueAxis(0, 1, 2, "%g", "", 9);
    setAxes(*out, across, up);
    across->setVisible(false);
    up->setVisible(false);
    const QList<QPointF> outside = {{2, 2}, {3, 3}};
    addLine(*out, outside, colorOf(0), 2.4, Qt::SolidLine, "people");
    for (std::size_t m = 0; m < report.models.size(); ++m) {
        addLine(*out, outside, colorOf(m + 1), 1.4, Qt::SolidLine, text(report.models[m].model));
    }
    showLegend(*out);
    auto* legend = out->legend();
    legend->setAlignment(Qt::AlignLeft);
    legend->detachFromChart(); // it would get a part of the width only
    legend->setGeometry(QRectF({0, 0}, size));
    return out;
}

Sheet functionSheet(const DesignComparison& comparison)
{
    LevelRange range;
    std::vector<int> trials(comparison.networks.dimensions.size());
    for (const auto& participant : comparison.networks.participants) {
        for (const auto& trial : participant.trials) {
            range.hold(trial.level);
            ++trials[trial.dimension];
        }
    }
    constexpr std::size_t kFewPanels = 8;
    Sheet sheet{.charts = {}, .columns = trials.size() > kFewPanels ? 6 : 4, .size = {225, 170}};
    for (std::size_t k = 0; k < trials.size(); ++k) {
        if (trials[k] > 0) {
            sheet.charts.push_back(functionChart(comparison, k, range));
        }
    }
    sheet.charts.push_back(namesChart(comparison.report, sheet.size));
    return sheet;
}

Sheet radarSheet(const DesignComparison& comparison)
{
    const auto& group = comparison.people;
    const auto& report = comparison.report;
    const auto eccentricities = circlesOf(group);
    LogThresholds people;
    for (const auto& dimension : group) {
        people.push_back(dimension.logThreshold ? std::optional(dimension.logThreshold->mean)
                                                : std::nullopt);
    }
    std::vector<Spokes> circles;
    for (const double eccentricity : eccentricities) {
        Spokes circle;
        Spokes::Line main{.values = {}, .isMain = true};
        for (const auto& dimension : group) {
            if (dimension.dimension.eccentricityDeg == eccentricity) {
                circle.labels.push_back(dimension.dimension.layer + " " +
                                        shortName(dimension.dimension));
                main.values.push_back(spokeOf(dimension));
            }
        }
        for (std::size_t m = 0; m < report.models.size(); ++m) {
            const auto& predicted = report.layers[report.models[m].best].predicted;
            const auto means = groupMeans(people, predicted, report.people.groups);
            // The first colour is people's.
            Spokes::Line line{.values = {}, .color = m + 1, .name = report.models[m].model};
            for (std::size_t k = 0; k < group.size(); ++k) {
                if (group[k].dimension.eccentricityDeg != eccentricity) {
                    continue;
                }
                const auto found = means.find(report.people.groups[k]);
                const double value =
                    predicted[k] && found != means.end()
                        ? std::exp(*predicted[k] - found->second.second + found->second.first)
                        : kNoSpoke;
                line.values.push_back({kNoSpoke, value, kNoSpoke});
            }
            circle.lines.push_back(std::move(line));
        }
        circle.lines.push_back(std::move(main));
        circles.push_back(std::move(circle));
    }
    auto sheet = radarSheetOf(circles, eccentricities);
    for (auto& one : sheet.charts) {
        showLegend(*one, 9); // people's are in the caption
    }
    return sheet;
}

} // namespace

Sheet networkSheet(const ReportFigure& figure, const DesignComparison& comparison)
{
    switch (figure.kind) {
    case FigureKind::modelRadar:
        return radarSheet(comparison);
    case FigureKind::modelFunctions:
        return functionSheet(comparison);
    default:
        return scatterSheet(comparison);
    }
}

} // namespace mlab::ui
