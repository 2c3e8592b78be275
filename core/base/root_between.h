// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/math/tools/roots.hpp>

#include <cstdint>

namespace mlab {

/// The root of a continuous function between two arguments where its signs differ, to 50 bits.
/// @throws std::domain_error if the signs are the same
template <typename Function> double rootBetween(Function f, double low, double high)
{
    std::uintmax_t iterations = 200;
    const auto bracket = boost::math::tools::toms748_solve(
        f, low, high, boost::math::tools::eps_tolerance<double>(50), iterations);
    return (bracket.first + bracket.second) / 2;
}

} // namespace mlab
