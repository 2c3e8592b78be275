// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/comparison/distance_growth.h"

#include "core/base/error.h"
#include "core/base/number_text.h"
#include "core/base/root_between.h"

#include <cmath>
#include <numbers>
#include <utility>

namespace mlab {
namespace {

// ln of 1e-6 and 1e6 SD: no threshold that a design can measure lies outside.
constexpr double kLogRange = 13.815510557964274;

void requireValid(const LevelDistance& one)
{
    if (!(one.level > 0 && std::isfinite(one.level))) {
        throw InvalidArgument("the level of a probe is " + roundedNumber(one.level) +
                              " SD, but its distance can be compared only above 0");
    }
    if (!(one.distance >= 0 && std::isfinite(one.distance))) {
        throw InvalidArgument("the distance of two stimuli is " + roundedNumber(one.distance) +
                              ", but must be a number of at least 0");
    }
}

} // namespace

std::optional<DistanceGrowth> distanceGrowth(std::span<const LevelDistance> distances)
{
    struct Sums {
        double count = 0.0, level = 0.0, distance = 0.0;
    };
    std::vector<Sums> sums;
    for (const auto& one : distances) {
        requireValid(one);
        if (one.distance == 0) {
            continue;
        }
        if (one.reference >= sums.size()) {
            sums.resize(one.reference + 1);
        }
        auto& own = sums[one.reference];
        own.count += 1;
        own.level += std::log(one.level);
        own.distance += std::log(one.distance);
    }
    double squares = 0.0;
    double products = 0.0;
    for (const auto& one : distances) {
        if (one.distance > 0) {
            const auto& own = sums[one.reference];
            const double level = std::log(one.level) - own.level / own.count;
            squares += level * level;
            products += level * (std::log(one.distance) - own.distance / own.count);
        }
    }
    // What rounding leaves where all levels are the same.
    constexpr double kSame = 1e-12;
    if (!(squares > kSame && products > 0)) {
        return std::nullopt;
    }
    DistanceGrowth out{.power = products / squares, .logGains = {}};
    for (const auto& own : sums) {
        out.logGains.push_back(
            own.count > 0 ? std::optional((own.distance - out.power * own.level) / own.count)
                          : std::nullopt);
    }
    return out;
}

PredictedFunction::PredictedFunction(const DistanceGrowth& growth, ResponseCurve curve,
                                     double sigma, double exponent)
    : power_(growth.power), curve_(std::move(curve)), logSigma_(std::log(sigma)),
      exponent_(exponent)
{
    for (const auto& gain : growth.logGains) {
        if (gain) {
            logGains_.push_back(*gain);
        }
    }
}

double PredictedFunction::operator()(double level) const
{
    double sum = 0.0;
    for (const double gain : logGains_) {
        sum += curve_(std::exp(exponent_ * (gain + power_ * std::log(level) - logSigma_)));
    }
    return sum / static_cast<double>(logGains_.size());
}

std::optional<double> PredictedFunction::logThreshold(double share) const
{
    const auto above = [&](double logLevel) { return (*this)(std::exp(logLevel)) - share; };
    if (above(-kLogRange) >= 0 || above(kLogRange) <= 0) {
        return std::nullopt;
    }
    return rootBetween(above, -kLogRange, kLogRange);
}

std::optional<double> PredictedFunction::weibullSlope(double chance) const
{
    const auto middle = logThreshold((1 + chance) / 2);
    if (!middle) {
        return std::nullopt;
    }
    constexpr double kStep = 1e-3;
    const double rise =
        ((*this)(std::exp(*middle + kStep)) - (*this)(std::exp(*middle - kStep))) / (2 * kStep);
    // 1 - exp(-(s / t)^b) rises by b ln 2 / 2 for a step of 1 in ln s where it is 1/2.
    return rise / (1 - chance) * 2 / std::numbers::ln2;
}

} // namespace mlab
