// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/report/recognition_charts.h"

#include <QCategoryAxis>
#include <QValueAxis>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace mlab::ui {
namespace {

// The conditions side by side, followed by the catch trials.
class AccuracyChart {
public:
    explicit AccuracyChart(const RecognitionReport& report) : places_(report.conditions)
    {
        places_.emplace_back("catch trials");
        auto* across = nameAxis(places_, "condition");
        if (places_.size() > kMostUpright) {
            across->setLabelsAngle(-60);
        }
        auto* share = valueAxis(-3, 103, 2, "%.0f", "correct (%)", 12); // room at 0 and 100
        share->setTickType(QValueAxis::TicksDynamic);
        share->setTickInterval(25);
        setAxes(*chart_, across, share);
        const double chance = 100 * report.chance;
        addLine(*chart_, {{across->min(), chance}, {across->max(), chance}}, kInk, 1.2,
                Qt::DashLine);
    }

    /// Joined by lines. Conditions without trials are not shown.
    void addConditions(const std::vector<std::optional<double>>& shares, const QColor& color,
                       double width, double size)
    {
        QList<QPointF> points;
        for (std::size_t i = 0; i < shares.size(); ++i) {
            if (shares[i]) {
                points.append({static_cast<double>(i), 100 * *shares[i]});
            }
        }
        addLine(*chart_, points, color, width);
        addPoints(*chart_, points, color, color, size);
    }

    void addInterval(std::size_t condition, const std::optional<std::array<double, 2>>& interval)
    {
        if (interval) {
            const auto x = static_cast<double>(condition);
            addLine(*chart_, {{x, 100 * (*interval)[0]}, {x, 100 * (*interval)[1]}}, colorOf(0),
                    2.4);
        }
    }

    void addCatch(const Accuracy& shown, const QColor& color, double size)
    {
        if (shown.trials > 0) {
            const auto x = static_cast<double>(places_.size() - 1);
            addPoints(*chart_, {{x, 100 * shown.share()}}, color, color, size, {}, Marker::square);
        }
    }

    Sheet take()
    {
        std::size_t longest = 0;
        for (const auto& place : places_) {
            longest = std::max(longest, place.size());
        }
        const auto n = static_cast<double>(places_.size());
        const bool upright = places_.size() <= kMostUpright;
        const double place = upright ? std::max(70.0, 8.0 * static_cast<double>(longest)) : 40.0;
        Sheet sheet{.charts = {},
                    .columns = 1,
                    .size = {std::max(460.0, 80 + n * place), upright ? 320.0 : 400.0}};
        sheet.charts.push_back(std::move(chart_));
        return sheet;
    }

private:
    static constexpr std::size_t kMostUpright = 8; ///< names that fit side by side

    std::vector<std::string> places_;
    Chart chart_ = chart("");
};

std::optional<double> shareOf(const Accuracy& accuracy)
{
    return accuracy.trials > 0 ? std::optional(accuracy.share()) : std::nullopt;
}

std::vector<std::optional<double>> sharesOf(const RecognitionParticipantReport& participant)
{
    std::vector<std::optional<double>> shares;
    for (const auto& condition : participant.conditions) {
        shares.push_back(shareOf(condition.accuracy));
    }
    return shares;
}

Sheet groupSheet(const RecognitionReport& report)
{
    AccuracyChart chart(report);
    Accuracy caught;
    for (const auto& participant : report.participants) {
        chart.addConditions(sharesOf(participant), kPale, 1.0, 4);
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

Sheet participantSheet(const RecognitionReport& report,
                       const RecognitionParticipantReport& participant)
{
    AccuracyChart chart(report);
    for (std::size_t i = 0; i < participant.conditions.size(); ++i) {
        chart.addInterval(i, participant.conditions[i].interval95);
    }
    chart.addConditions(sharesOf(participant), colorOf(0), 1.4, 8);
    chart.addCatch(participant.catchTrials, colorOf(1), 9);
    return chart.take();
}

} // namespace

Sheet recognitionSheet(const ReportFigure& figure, const RecognitionReport& report)
{
    return figure.kind == FigureKind::accuracy
               ? groupSheet(report)
               : participantSheet(report, report.participants.at(figure.participant));
}

} // namespace mlab::ui
