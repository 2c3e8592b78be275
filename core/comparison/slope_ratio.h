// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <optional>
#include <span>
#include <vector>

namespace mlab {

/// How much steeper people's psychometric functions are than a model's.
struct SlopeRatio {
    std::vector<std::optional<double>> ratios; ///< [dimensions] people's slope over the model's
    double mean = 1.0;                         ///< geometric, over the dimensions with both
    int dimensions = 0;                        ///< with both
    /// Student's, of the mean; absent for a single dimension.
    std::optional<std::array<double, 2>> interval95;
};

/// Absent if no dimension has both slopes.
/// @param people, model  Weibull slopes by dimension, > 0; absent where not determined
/// @throws InvalidArgument for a slope that is not above 0, or different numbers of dimensions
std::optional<SlopeRatio> slopeRatio(std::span<const std::optional<double>> people,
                                     std::span<const std::optional<double>> model);

} // namespace mlab
