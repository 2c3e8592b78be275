// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/report/accuracy_chart.h"

#include <QCategoryAxis>
#include <QLegend>
#include <QValueAxis>

#include <algorithm>
#include <string>
#include <utility>

namespace mlab::ui {
namespace {

/// Conditions whose names fit side by side.
constexpr std::size_t kMostUpright = 8;
/// Longer names do not.
constexpr std::size_t kLongestUpright = 16;

/// Slanted names that are longer would leave no room for the chart.
constexpr std::size_t kLongestSlanted = 24;

std::size_t longestOf(const std::vector<std::string>& names)
{
    std::size_t longest = 0;
    for (const auto& name : names) {
        longest = std::max(longest, name.size());
    }
    return longest;
}

bool isUpright(const std::vector<std::string>& places)
{
    return places.size() <= kMostUpright && longestOf(places) <= kLongestUpright;
}

} // namespace

AccuracyChart::AccuracyChart(std::vector<std::string> conditions, double chance, bool withCatch)
    : places_(std::move(conditions)), chart_(chart(""))
{
    // The tables list conditions in the same order.
    const bool numbered = longestOf(places_) > kLongestSlanted;
    for (std::size_t i = 0; numbered && i < places_.size(); ++i) {
        places_[i] = std::to_string(i + 1);
    }
    if (withCatch) {
        places_.emplace_back("catch trials");
    }
    auto* across = nameAxis(places_, numbered ? "condition, by its row in the table" : "condition");
    if (!isUpright(places_)) {
        across->setLabelsAngle(-60);
        across->setTruncateLabels(false); // to the width of a place
    }
    auto* share = valueAxis(-3, 103, 2, "%.0f", "correct (%)", 12); // room at 0 and 100
    share->setTickType(QValueAxis::TicksDynamic);
    share->setTickInterval(25);
    setAxes(*chart_, across, share);
    const double percent = 100 * chance;
    addLine(*chart_, {{across->min(), percent}, {across->max(), percent}}, kInk, 1.2, Qt::DashLine);
}

void AccuracyChart::addConditions(const std::vector<std::optional<double>>& shares,
                                  const QColor& color, double width, double size,
                                  const QString& name)
{
    QList<QPointF> points;
    for (std::size_t i = 0; i < shares.size(); ++i) {
        if (shares[i]) {
            points.append({static_cast<double>(i), 100 * *shares[i]});
        }
    }
    addLine(*chart_, points, color, width, Qt::SolidLine, name);
    longestName_ = std::max(longestName_, name.size());
    addPoints(*chart_, points, color, color, size);
}

void AccuracyChart::addInterval(std::size_t condition,
                                const std::optional<std::array<double, 2>>& interval,
                                const QColor& color, double width)
{
    if (interval) {
        const auto x = static_cast<double>(condition);
        addLine(*chart_, {{x, 100 * (*interval)[0]}, {x, 100 * (*interval)[1]}}, color, width);
    }
}

void AccuracyChart::addCatch(const Accuracy& shown, const QColor& color, double size)
{
    if (shown.trials > 0) {
        const auto x = static_cast<double>(places_.size() - 1);
        addPoints(*chart_, {{x, 100 * shown.share()}}, color, color, size, {}, Marker::square);
    }
}

Sheet AccuracyChart::take()
{
    const auto n = static_cast<double>(places_.size());
    const auto longest = static_cast<double>(longestOf(places_));
    const bool upright = isUpright(places_);
    const double place = upright ? std::max(70.0, 8.0 * longest) : 40.0;
    // Slanted names take about as much of the height as they are long.
    const double height = upright ? 320.0 : std::max(400.0, 280.0 + 7.0 * longest);
    double width = std::max(460.0, 80 + n * place);
    if (longestName_ > 0) {
        // At the side, where names are not cut off.
        showLegend(*chart_);
        chart_->legend()->setAlignment(Qt::AlignRight);
        width += 40 + 7.0 * static_cast<double>(longestName_);
    }
    Sheet sheet{.charts = {}, .columns = 1, .size = {width, height}};
    sheet.charts.push_back(std::move(chart_));
    return sheet;
}

} // namespace mlab::ui
