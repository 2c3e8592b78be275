// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace mlab {

struct ChartPoint {
    double x = 0;
    double y = 0;
    std::string tip; ///< shown under the mouse
    /// Of y, drawn as a vertical line as far as the axis goes.
    std::optional<std::array<double, 2>> interval = {};
};

/// How a point looks. Rings and crosses have the colour of the last series of dots.
enum class ChartMark { dot, ring, cross };

/// Points of one colour and name.
struct ChartSeries {
    std::string name;
    std::vector<ChartPoint> points;
    ChartMark mark = ChartMark::dot;
};

struct ChartAxis {
    std::string title;
    double low = 0;
    double high = 1;
};

/// Points in a square; what is beyond the axes is left out. @param diagonal a dashed line where x =
/// y
std::string scatterChart(const std::string& title, const ChartAxis& x, const ChartAxis& y,
                         const std::vector<ChartSeries>& series, bool diagonal);

struct StackedBar {
    std::string name;
    std::vector<double> parts; ///< negative ones lie to the left of 0
};

/// Horizontal bars below each other, each of the same parts.
std::string stackedBarChart(const std::string& title, const std::string& axis,
                            const std::vector<std::string>& partNames,
                            const std::vector<StackedBar>& bars);

/// A square for each value in [0, 1], darker for larger ones, with its percent; a dash where it is
/// absent.
/// @param values [rows][columns]
std::string matrixChart(const std::string& title, const std::vector<std::string>& rows,
                        const std::vector<std::string>& columns,
                        const std::vector<std::vector<std::optional<double>>>& values);

/// Values of one measure, and where they lie by chance.
struct NullRow {
    std::string name;
    std::optional<std::array<double, 2>> interval; ///< of the null, drawn as a grey bar
    std::vector<ChartSeries> series = {};          ///< values are the x of the points
};

/// A line for each measure, with an axis of its own from its smallest to its largest value. Series
/// of one name have one colour in all lines.
std::string nullChart(const std::string& title, const std::vector<NullRow>& rows);

} // namespace mlab
