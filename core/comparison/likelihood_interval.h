// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/root_between.h"
#include "core/psychometrics/dprime.h"

#include <boost/math/tools/minima.hpp>

#include <algorithm>
#include <cmath>
#include <optional>

namespace mlab {

/// Half of what a log likelihood of one parameter comes down at the limits of the 95 % interval:
/// 95 % of chi-squared with one degree of freedom.
inline constexpr double kLikelihoodDrop = 1.920729410347062;

/// The maximum of a log likelihood of one parameter, with its 95 % interval.
struct LikelihoodEstimate {
    double value = 0.0;
    double logLikelihood = 0.0;
    /// Absent where the likelihood does not come down before the end of the range.
    std::optional<double> lower, upper;
};

/// @param logLikelihood  with a single maximum between `low` and `high`
template <typename Function>
LikelihoodEstimate maximumLikelihood(Function logLikelihood, double low, double high)
{
    constexpr int kBits = 30;
    const auto [value, loss] = boost::math::tools::brent_find_minima(
        [&](double x) { return -logLikelihood(x); }, low, high, kBits);
    LikelihoodEstimate out{.value = value, .logLikelihood = -loss, .lower = {}, .upper = {}};
    const auto above = [&, best = -loss](double x) {
        return logLikelihood(x) - (best - kLikelihoodDrop);
    };
    if (above(low) < 0) {
        out.lower = rootBetween(above, low, value);
    }
    if (above(high) < 0) {
        out.upper = rootBetween(above, value, high);
    }
    return out;
}

/// p of a likelihood-ratio test with one degree of freedom, two-sided.
inline double likelihoodRatioP(double logLikelihood, double underNull)
{
    return 2 * normalCdf(-std::sqrt(2 * std::max(0.0, logLikelihood - underNull)));
}

} // namespace mlab
