// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trial/response_curve.h"

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace mlab {

/// How far apart a network's representations of a reference and of a probe of it are.
struct LevelDistance {
    double level = 0.0;        ///< of the probe, SD, > 0
    double distance = 0.0;     ///< >= 0
    std::size_t reference = 0; ///< counted from 0
};

/// The distances of one dimension as a function of the level: distance = gain level^power, with a
/// gain for each reference and one power.
struct DistanceGrowth {
    double power = 1.0;
    std::vector<std::optional<double>> logGains; ///< by reference; absent for one without distances
};

/// Least squares of ln distance on ln level, with an intercept for each reference. Distances of 0,
/// which have no logarithm, are left out: 8-bit rounding makes them at tiny levels. Absent if no
/// distance is left, no reference has two levels, or distances do not grow with the level.
/// @throws InvalidArgument for a level that is not above 0 or a distance that is negative
std::optional<DistanceGrowth> distanceGrowth(std::span<const LevelDistance> distances);

/// A network's psychometric function of one dimension, without sampling error: the mean of its
/// response curve over the references.
class PredictedFunction {
public:
    /// @param sigma  internal noise, in units of the distance, > 0
    /// @param exponent  d' = (distance / sigma)^exponent, > 0
    PredictedFunction(const DistanceGrowth& growth, ResponseCurve curve, double sigma,
                      double exponent);

    /// P(right answer), without lapses. @param level > 0
    double operator()(double level) const;

    /// ln of the level at which this share of the answers is right. Absent if no level between
    /// 1e-6 and 1e6 SD reaches it.
    std::optional<double> logThreshold(double share) const;

    /// The slope of the Weibull function that has the same steepness halfway between `chance` and
    /// 1, on the logarithm of the level. Absent as logThreshold().
    std::optional<double> weibullSlope(double chance) const;

private:
    double power_;
    std::vector<double> logGains_;
    ResponseCurve curve_;
    double logSigma_;
    double exponent_;
};

} // namespace mlab
