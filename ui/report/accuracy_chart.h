// SPDX-License-Identifier: GPL-3.0-or-later
//
// The chart of accuracies by condition. Internal to the charts.
#pragma once

#include "core/report/accuracy.h"
#include "ui/report/chart_parts.h"

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace mlab::ui {

/// The conditions side by side, followed by the catch trials where they are shown.
class AccuracyChart {
public:
    /// @param conditions their names @param chance the accuracy by guessing
    AccuracyChart(std::vector<std::string> conditions, double chance, bool withCatch = true);

    /// Joined by lines. Conditions without trials are not shown. @param name in the legend
    void addConditions(const std::vector<std::optional<double>>& shares, const QColor& color,
                       double width, double size, const QString& name = {});
    void addInterval(std::size_t condition, const std::optional<std::array<double, 2>>& interval,
                     const QColor& color = colorOf(0), double width = 2.4);
    void addCatch(const Accuracy& shown, const QColor& color, double size);
    Sheet take();

private:
    std::vector<std::string> places_;
    Chart chart_;
    qsizetype longestName_ = 0; ///< in the legend
};

/// @param conditions of a participant, each with its accuracy
template <typename Conditions>
std::vector<std::optional<double>> sharesOf(const Conditions& conditions)
{
    std::vector<std::optional<double>> shares;
    for (const auto& condition : conditions) {
        const Accuracy& accuracy = condition.accuracy;
        shares.push_back(accuracy.trials > 0 ? std::optional(accuracy.share()) : std::nullopt);
    }
    return shares;
}

/// The group and its participants. @param report on recognition or on whole metamers
template <typename Report>
Sheet groupAccuracySheet(const Report& report, const std::vector<std::string>& conditions)
{
    AccuracyChart chart(conditions, report.chance);
    Accuracy caught;
    for (const auto& participant : report.participants) {
        chart.addConditions(sharesOf(participant.conditions), kPale, 1.0, 4);
        chart.addCatch(participant.catchTrials, kPale, 5);
        caught.trials += participant.catchTrials.trials;
        caught.correct += participant.catchTrials.correct;
    }
    std::vector<std::optional<double>> means;
    for (std::size_t i = 0; i < report.group.size(); ++i) {
        const auto& accuracy = report.group[i].accuracy;
        means.push_back(accuracy ? std::optional(accuracy->mean) : std::nullopt);
        chart.addInterval(i, accuracy ? accuracy->interval95 : std::nullopt);
    }
    chart.addConditions(means, colorOf(0), 2.4, 8);
    chart.addCatch(caught, colorOf(1), 9);
    return chart.take();
}

/// One participant of such a report.
template <typename Participant>
Sheet participantAccuracySheet(const Participant& participant,
                               const std::vector<std::string>& conditions, double chance)
{
    AccuracyChart chart(conditions, chance);
    for (std::size_t i = 0; i < participant.conditions.size(); ++i) {
        chart.addInterval(i, participant.conditions[i].interval95);
    }
    chart.addConditions(sharesOf(participant.conditions), colorOf(0), 1.4, 8);
    chart.addCatch(participant.catchTrials, colorOf(1), 9);
    return chart.take();
}

} // namespace mlab::ui
