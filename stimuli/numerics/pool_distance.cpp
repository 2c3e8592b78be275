// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/numerics/pool_distance.h"

#include "core/base/error.h"
#include "core/base/number_text.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

namespace mlab::stimuli {

double distanceFromPool(std::span<const double> coordinates)
{
    double squares = 0.0;
    for (const double z : coordinates) {
        squares += z * z;
    }
    return std::sqrt(squares);
}

double poolDistanceAt(const Basis& basis, double percentile)
{
    if (!(percentile > 0.0 && percentile <= 100.0)) {
        throw InvalidArgument("a percentile is above 0 and at most 100, found " +
                              shortNumber(percentile));
    }
    if (basis.poolCoordinates.empty()) {
        throw InvalidArgument("the basis of layer " + basis.layer +
                              " does not hold the coordinates of its pool");
    }
    const auto retained = static_cast<std::size_t>(basis.retained());
    std::vector<double> distances;
    for (std::size_t i = 0; i < basis.poolCoordinates.size(); i += retained) {
        const auto row = std::span(basis.poolCoordinates).subspan(i, retained);
        distances.push_back(distanceFromPool(std::vector<double>(row.begin(), row.end())));
    }
    std::ranges::sort(distances);
    const double place = static_cast<double>(distances.size() - 1) * percentile / 100.0;
    const auto below = static_cast<std::size_t>(place);
    const auto above = std::min(below + 1, distances.size() - 1);
    return std::lerp(distances[below], distances[above], place - static_cast<double>(below));
}

} // namespace mlab::stimuli
