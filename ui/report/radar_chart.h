// SPDX-License-Identifier: GPL-3.0-or-later
//
// Thresholds round a circle, and the names of dimensions in figures. Internal to the charts.
#pragma once

#include "core/report/threshold_report.h"
#include "ui/report/chart_parts.h"

#include <array>
#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace mlab::ui {

/// "1+"
std::string shortName(const Dimension& dimension);
/// "band 1+, 4°"
std::string longName(const Dimension& dimension);

/// The dimensions of one eccentricity, round the circle.
struct Spokes {
    std::vector<std::string> labels;
    /// One threshold for each spoke: lower limit, estimate, upper limit; NaN where there is none.
    struct Line {
        std::vector<std::array<double, 3>> values;
        bool isMain = false;
        std::optional<std::size_t> color = {}; ///< of a network; other lines are participants
        std::string name = {};
    };
    std::vector<Line> lines;
};

/// No threshold on a spoke.
inline constexpr double kNoSpoke = std::numeric_limits<double>::quiet_NaN();
std::array<double, 3> spokeOf(const DimensionReport& dimension);
std::array<double, 3> spokeOf(const GroupDimension& dimension);

/// The eccentricities, ascending as in the design, that have enough dimensions for an area.
std::vector<double> circlesOf(const std::vector<GroupDimension>& group);

/// @param largest  threshold that the circle must hold
Chart radarChart(const QString& title, const Spokes& spokes, double largest);

/// The circles side by side. @param eccentricities  of each
Sheet radarSheetOf(const std::vector<Spokes>& circles, const std::vector<double>& eccentricities);

} // namespace mlab::ui
