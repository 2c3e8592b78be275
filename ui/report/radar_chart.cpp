// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/report/radar_chart.h"

#include "core/base/number_text.h"

#include <QCategoryAxis>
#include <QPolarChart>
#include <QValueAxis>

#include <algorithm>
#include <cmath>

namespace mlab::ui {

std::string shortName(const Dimension& dimension)
{
    if (dimension.rewiring) { // has no direction
        return componentName(dimension);
    }
    return componentName(dimension) + (dimension.direction == Direction::plus ? "+" : "−");
}

std::string longName(const Dimension& dimension)
{
    return dimension.layer + " " + shortName(dimension) + ", " +
           shortNumber(dimension.eccentricityDeg) + "°";
}

std::array<double, 3> spokeOf(const DimensionReport& dimension)
{
    if (!dimension.located) {
        return {kNoSpoke, kNoSpoke, kNoSpoke};
    }
    const auto& estimate = *dimension.estimate;
    return {estimate.interval95.lower.threshold, estimate.parameters.threshold,
            estimate.interval95.upper.threshold};
}

std::array<double, 3> spokeOf(const GroupDimension& dimension)
{
    if (!dimension.logThreshold) {
        return {kNoSpoke, kNoSpoke, kNoSpoke};
    }
    const auto& [mean, count, all, most] = *dimension.logThreshold;
    return {all ? std::exp((*all)[0]) : kNoSpoke, std::exp(mean),
            all ? std::exp((*all)[1]) : kNoSpoke};
}

std::vector<double> circlesOf(const std::vector<GroupDimension>& group)
{
    constexpr int kLeastSpokes = 3; // fewer have no area
    std::vector<double> eccentricities;
    for (const auto& one : group) {
        const double eccentricity = one.dimension.eccentricityDeg;
        const auto spokes = std::ranges::count_if(group, [&](const GroupDimension& other) {
            return other.dimension.eccentricityDeg == eccentricity;
        });
        if (spokes >= kLeastSpokes &&
            std::ranges::find(eccentricities, eccentricity) == eccentricities.end()) {
            eccentricities.push_back(eccentricity);
        }
    }
    return eccentricities;
}

Chart radarChart(const QString& title, const Spokes& spokes, double largest)
{
    auto out = chart<QPolarChart>(title);
    out->setTitleFont(font(13, true));
    const auto n = static_cast<double>(spokes.labels.size());
    auto* around = new QCategoryAxis;
    around->setRange(0, n);
    around->setLabelsPosition(QCategoryAxis::AxisLabelsPositionOnValue);
    for (std::size_t i = 0; i < spokes.labels.size(); ++i) {
        around->append(text(spokes.labels[i]), static_cast<double>(i));
    }
    styleAxis(*around, "", 9);
    const double step = tickStep(largest);
    const double end = std::ceil(largest / step) * step;
    auto* outward = valueAxis(0, end, static_cast<int>(std::lround(end / step)) + 1, "%g", "", 9);
    out->addAxis(around, QPolarChart::PolarOrientationAngular);
    out->addAxis(outward, QPolarChart::PolarOrientationRadial);
    const auto closed = [&](const Spokes::Line& line, std::size_t which) {
        QList<QPointF> points;
        for (std::size_t i = 0; i < line.values.size(); ++i) {
            if (std::isfinite(line.values[i][which])) {
                points.append({static_cast<double>(i), std::min(end, line.values[i][which])});
            }
        }
        if (points.size() > 2) {
            points.append({points.front().x() + n, points.front().y()});
        }
        // The axis ends at n: a polygon that begins after 0 is closed there, not beyond.
        if (!points.isEmpty() && points.back().x() > n) {
            const QPointF last = points[points.size() - 2];
            const QPointF first = points.front() + QPointF(n, 0);
            const double share = (n - last.x()) / (first.x() - last.x());
            const double middle = last.y() + share * (first.y() - last.y());
            points.back() = {n, middle};
            points.prepend({0, middle});
        }
        return points;
    };
    for (const auto& line : spokes.lines) {
        if (line.isMain) {
            addLine(*out, closed(line, 0), colorOf(0), 1.0, Qt::DashLine);
            addLine(*out, closed(line, 2), colorOf(0), 1.0, Qt::DashLine);
            addLine(*out, closed(line, 1), colorOf(0), 2.4);
            QList<QPointF> beyond;
            for (std::size_t i = 0; i < line.values.size(); ++i) {
                if (line.values[i][2] > end) {
                    beyond.append({static_cast<double>(i), end});
                }
            }
            addPoints(*out, beyond, Qt::white, colorOf(0), 6, {}, Marker::square);
        } else if (line.color) {
            addLine(*out, closed(line, 1), colorOf(*line.color), 1.6, Qt::SolidLine,
                    text(line.name));
        } else {
            addLine(*out, closed(line, 1), kPale, 0.8);
        }
    }
    return out;
}

Sheet radarSheetOf(const std::vector<Spokes>& circles, const std::vector<double>& eccentricities)
{
    double largest = 0.0;
    double largestEstimate = 0.0;
    for (const auto& circle : circles) {
        for (const auto& line : circle.lines) {
            for (const auto& [low, middle, high] : line.values) {
                if (line.isMain) {
                    largestEstimate = std::max(largestEstimate, std::isfinite(middle) ? middle : 0);
                    largest = std::max(largest, std::isfinite(high) ? high : 0.0);
                }
            }
        }
    }
    // One wide interval must not make everything else small.
    largest = std::clamp(largest, 1.1 * largestEstimate, 1.6 * largestEstimate);
    Sheet sheet{.charts = {},
                .columns = std::min<int>(2, static_cast<int>(circles.size())),
                .size = circles.size() == 1 ? QSizeF(560, 520) : QSizeF(460, 430)};
    for (std::size_t i = 0; i < circles.size(); ++i) {
        sheet.charts.push_back(radarChart(text(shortNumber(eccentricities[i]) + "°"), circles[i],
                                          std::max(largest, 1e-6)));
    }
    return sheet;
}

} // namespace mlab::ui
