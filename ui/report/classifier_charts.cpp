// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/report/classifier_charts.h"

#include "ui/report/accuracy_chart.h"

#include <QLegend>
#include <QValueAxis>

#include <algorithm>

namespace mlab::ui {
namespace {

std::optional<double> shareOf(const Accuracy& accuracy)
{
    return accuracy.trials > 0 ? std::optional(accuracy.share()) : std::nullopt;
}

// People and the networks, condition by condition.
Sheet accuracySheet(const ClassifierComparison& comparison)
{
    const auto& networks = comparison.networks;
    const auto& report = comparison.report;
    AccuracyChart chart(networks.conditions, comparison.people.chance, false);
    for (std::size_t i = 0; i < networks.classifiers.size(); ++i) {
        std::vector<std::optional<double>> shares;
        for (std::size_t c = 0; c < networks.conditions.size(); ++c) {
            const auto& condition = report.classifiers[i].group[c];
            shares.push_back(shareOf(condition.network));
            chart.addInterval(c, condition.network95, colorOf(i), 1.0);
        }
        chart.addConditions(shares, colorOf(i), 1.4, 6, text(networks.classifiers[i].name()));
    }
    std::vector<std::optional<double>> shares;
    for (std::size_t c = 0; c < networks.conditions.size(); ++c) {
        const auto& condition = report.classifiers.front().group[c];
        shares.push_back(shareOf(condition.people));
        chart.addInterval(c, condition.people95, kInk);
    }
    chart.addConditions(shares, kInk, 2.4, 8, "people");
    return chart.take();
}

// People against the mean of the networks that did not make the metamers, a point for each layer.
Sheet othersSheet(const ClassifierComparison& comparison)
{
    const auto& networks = comparison.networks;
    const auto& report = comparison.report;
    auto out = chart("");
    const auto axis = [](const QString& title) {
        auto* share = valueAxis(-3, 103, 2, "%.0f", title, 12);
        share->setTickType(QValueAxis::TicksDynamic);
        share->setTickInterval(25);
        return share;
    };
    setAxes(*out, axis("other networks (% correct)"), axis("people (% correct)"));
    addLine(*out, {{0, 0}, {100, 100}}, kPale, 1.2, Qt::DashLine);
    std::size_t layer = 0;
    for (std::size_t c = 0; c < networks.conditions.size(); ++c) {
        if (networks.conditions[c] == kNaturalCondition) {
            continue;
        }
        const auto people = shareOf(report.classifiers.front().group[c].people);
        if (people && report.others[c]) {
            addPoints(*out, {{100 * *report.others[c], 100 * *people}}, colorOf(layer), kInk, 9,
                      text(networks.conditions[c]));
        }
        ++layer;
    }
    showLegend(*out);
    Sheet sheet{.charts = {}, .columns = 1, .size = {430, 380}};
    sheet.charts.push_back(std::move(out));
    return sheet;
}

} // namespace

Sheet classifierSheet(const ReportFigure& figure, const ClassifierComparison& comparison)
{
    return figure.kind == FigureKind::classifiers ? accuracySheet(comparison)
                                                  : othersSheet(comparison);
}

} // namespace mlab::ui
