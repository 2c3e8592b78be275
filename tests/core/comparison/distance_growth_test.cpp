// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/comparison/distance_growth.h"
#include "core/psychometrics/dprime.h"

#include <gtest/gtest.h>

#include <cmath>

namespace mlab {
namespace {

constexpr double kSigma = 0.3;

// Distances of two references at three levels each.
std::vector<LevelDistance> growing(double power, double firstGain, double secondGain)
{
    std::vector<LevelDistance> out;
    for (const double level : {0.25, 0.5, 2.0}) {
        out.push_back({.level = level, .distance = firstGain * std::pow(level, power)});
        out.push_back(
            {.level = level, .distance = secondGain * std::pow(level, power), .reference = 1});
    }
    return out;
}

ResponseCurve abx()
{
    return {Task::abx, DecisionRule::linear, 1, 0.5};
}

TEST(DistanceGrowth, APowerFunctionOfTheLevelIsFoundExactly)
{
    const auto growth = distanceGrowth(growing(1.5, 0.2, 0.8));
    ASSERT_TRUE(growth);
    EXPECT_NEAR(growth->power, 1.5, 1e-12);
    ASSERT_EQ(growth->logGains.size(), 2U);
    EXPECT_NEAR(*growth->logGains[0], std::log(0.2), 1e-12);
    EXPECT_NEAR(*growth->logGains[1], std::log(0.8), 1e-12);
}

TEST(DistanceGrowth, DistancesOfZeroAreLeftOut)
{
    auto distances = growing(1.0, 0.2, 0.8);
    distances.push_back({.level = 0.001, .distance = 0.0, .reference = 2});
    const auto growth = distanceGrowth(distances);
    ASSERT_TRUE(growth);
    EXPECT_NEAR(growth->power, 1.0, 1e-12);
    EXPECT_EQ(growth->logGains.size(), 2U);
}

TEST(DistanceGrowth, OneLevelOrFallingDistancesDetermineNoGrowth)
{
    const std::vector<LevelDistance> one = {{.level = 1, .distance = 2},
                                            {.level = 1, .distance = 3}};
    EXPECT_FALSE(distanceGrowth(one));
    EXPECT_FALSE(distanceGrowth(growing(-1.0, 1.0, 1.0)));
    EXPECT_FALSE(distanceGrowth({}));
    const std::vector<LevelDistance> noLevel = {{.level = 0, .distance = 2}};
    EXPECT_THROW(distanceGrowth(noLevel), InvalidArgument);
}

TEST(DistanceGrowth, WithOneReferenceTheThresholdIsWhereTheDistanceIsSigma)
{
    const DistanceGrowth growth{.power = 2.0, .logGains = {std::log(0.75)}};
    const PredictedFunction predicted(growth, abx(), kSigma, 1.0);
    const auto threshold =
        predicted.logThreshold(proportionCorrect(DiscriminationTask::abxDifferencing, 1.0));
    ASSERT_TRUE(threshold);
    EXPECT_NEAR(*threshold, (std::log(kSigma) - std::log(0.75)) / 2, 1e-9);
}

TEST(DistanceGrowth, DimensionsWhoseDistanceIsTheLevelHaveOneThreshold)
{
    // What a layer's own coordinates say of its probes: the null of MAME.
    const auto thresholdOf = [](const std::vector<double>& levels) {
        std::vector<LevelDistance> distances;
        for (const double level : levels) {
            distances.push_back({.level = level, .distance = level});
        }
        return *PredictedFunction(*distanceGrowth(distances), abx(), kSigma, 1.0).logThreshold(0.6);
    };
    EXPECT_NEAR(thresholdOf({0.1, 0.3, 2}), thresholdOf({0.5, 0.7}), 1e-6);
}

TEST(DistanceGrowth, ANoiseTenTimesAsLargeShiftsEveryThresholdOfOnePowerAlike)
{
    const double share = 0.6;
    const auto shift = [&](double first, double second) {
        const auto growth = *distanceGrowth(growing(2.0, first, second));
        return *PredictedFunction(growth, abx(), 10 * kSigma, 1.0).logThreshold(share) -
               *PredictedFunction(growth, abx(), kSigma, 1.0).logThreshold(share);
    };
    EXPECT_NEAR(shift(0.2, 0.8), std::log(10) / 2, 1e-9);
    EXPECT_NEAR(shift(1.2, 0.1), std::log(10) / 2, 1e-9);
}

TEST(DistanceGrowth, AShareThatNoLevelReachesHasNoThreshold)
{
    const DistanceGrowth growth{.power = 1.0, .logGains = {0.0}};
    const PredictedFunction predicted(growth, abx(), kSigma, 1.0);
    EXPECT_FALSE(predicted.logThreshold(0.5));
    EXPECT_FALSE(predicted.logThreshold(1.0));
}

TEST(DistanceGrowth, TheWeibullSlopeFollowsTheGrowthAndTheExponent)
{
    const auto slope = [](double power, double exponent) {
        const DistanceGrowth growth{.power = power, .logGains = {0.0}};
        return *PredictedFunction(growth, abx(), kSigma, exponent).weibullSlope(0.5);
    };
    EXPECT_NEAR(slope(2.0, 1.0), 2 * slope(1.0, 1.0), 1e-5);
    EXPECT_NEAR(slope(1.0, 3.0), 3 * slope(1.0, 1.0), 1e-4);
}

} // namespace
} // namespace mlab
