// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/report/network_charts.h"

#include "ui/report/radar_chart.h"

#include <QLegend>
#include <QLegendMarker>
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

std::string titleOf(const ComparedLayer& layer)
{
    return layer.layer.empty() ? layer.model : layer.model + ", " + layer.layer;
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
    auto out = chart(text(titleOf(compared)));
    setAxes(*out, valueAxis(-end, end, 3, "%.1f", "network (ln SD)", 9),
            valueAxis(-end, end, 3, "%.1f", "people (ln SD)", 9));
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

Sheet scatterSheet(const DesignComparison& comparison)
{
    Sheet sheet{.charts = {}, .columns = 4, .size = {225, 215}};
    for (std::size_t i = 0; i < comparison.report.layers.size(); ++i) {
        if (comparison.report.layers[i].problem.empty()) {
            sheet.charts.push_back(scatterChart(comparison.report, comparison.networks.layers[i],
                                                comparison.report.layers[i]));
        }
    }
    return sheet;
}

Sheet radarSheet(const DesignComparison& comparison)
{
    const auto& group = comparison.people.group;
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
        auto* legend = one->legend();
        legend->setFont(font(9));
        legend->setLabelColor(kInk);
        legend->show();
        for (auto* marker : legend->markers()) {
            marker->setVisible(!marker->label().isEmpty()); // people's are in the caption
        }
    }
    return sheet;
}

} // namespace

Sheet networkSheet(const ReportFigure& figure, const DesignComparison& comparison)
{
    return figure.kind == FigureKind::modelRadar ? radarSheet(comparison)
                                                 : scatterSheet(comparison);
}

} // namespace mlab::ui
