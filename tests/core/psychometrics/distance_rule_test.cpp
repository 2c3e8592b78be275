// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/random_stream.h"
#include "core/base/root_between.h"
#include "core/psychometrics/bivariate_normal.h"
#include "core/psychometrics/distance_rule.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

namespace mlab {
namespace {

using Task = DiscriminationTask;
constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

// Computed by another way of integration (two-dimensional quadrature), and checked by simulation.
TEST(DistanceRule, SharesOfRightAnswersByDimensions)
{
    struct Row {
        int dimensions;
        std::array<double, 4> abx;
        std::array<double, 4> oddity;
    };
    const std::vector<Row> rows = {
        {1, {.522347, .582475, .746820, .876457}, {.3558, .4180, .6048, .7814}},
        {2, {.5177, .5665, .7123, .8469}, {.3511, .4016, .5657, .7427}},
        {10, {.5088, .5345, .6267, .7454}, {.3422, .3685, .4684, .6118}},
        {100, {.5029, .5114, .5453, .5995}, {.3362, .3449, .3798, .4385}},
        {1000, {.5009, .5036, .5145, .5326}, {.3342, .3370, .3480, .3666}}};
    const std::array dPrimes = {0.5, 1.0, 2.0, 3.0};
    for (const auto& row : rows) {
        for (std::size_t i = 0; i < dPrimes.size(); ++i) {
            SCOPED_TRACE(std::to_string(row.dimensions) + " dimensions, d' " +
                         std::to_string(dPrimes[i]));
            EXPECT_NEAR(distanceAbxProportionCorrect(dPrimes[i], row.dimensions), row.abx[i], 5e-5);
            EXPECT_NEAR(distanceOddityProportionCorrect(dPrimes[i], row.dimensions), row.oddity[i],
                        5e-5);
        }
    }
}

TEST(DistanceRule, ThreeQuartersRightInAbxTakeMoreInMoreDimensions)
{
    const auto needed = [](int dimensions) {
        return rootBetween(
            [&](double d) { return distanceAbxProportionCorrect(d, dimensions) - 0.75; }, 0.1,
            1000.0);
    };
    EXPECT_NEAR(needed(1), 2.020, 5e-4);
    EXPECT_NEAR(needed(10), 3.038, 5e-4);
    EXPECT_NEAR(needed(100), 5.0215, 5e-5);
    EXPECT_NEAR(needed(1000), 8.702, 5e-4);
    // 1.5286 D^(1/4) is the limit for many dimensions.
    EXPECT_NEAR(needed(100'000'000) / 100, 1.5286, 1e-4);
}

TEST(DistanceRule, OneDimensionIsDifferencing)
{
    for (const double d : {0.0, 0.3, 1.0, 2.5, 6.0}) {
        EXPECT_NEAR(distanceAbxProportionCorrect(d, 1), proportionCorrect(Task::abxDifferencing, d),
                    1e-12);
        EXPECT_NEAR(distanceOddityProportionCorrect(d, 1), proportionCorrect(Task::oddity, d),
                    1e-12);
        const auto rates = distanceSameDifferentRates(d, 1.3, 1);
        const auto linear = sameDifferentRates(d, 1.3);
        EXPECT_NEAR(rates.hit, linear.hit, 1e-12);
        EXPECT_NEAR(rates.falseAlarm, linear.falseAlarm, 1e-12);
    }
}

TEST(DistanceRule, ManyDimensionsFollowTheNormalApproximation)
{
    for (const int dimensions : {100'000, 1'000'000}) {
        for (const double scaled : {0.5, 1.0, 2.0, 3.0}) {
            const double d = scaled * std::pow(dimensions, 0.25);
            EXPECT_NEAR(distanceAbxProportionCorrect(d, dimensions),
                        normalCdf(d * d / std::sqrt(12.0 * dimensions + 8 * d * d)), 2e-6);
        }
    }
    // Oddity is right when two differences of squared distances are above 0. In so many dimensions
    // they are jointly normal, each with the mean and variance that ABX has, and correlate by 1/2.
    const int dimensions = 1'000'000;
    for (const double d : {20.0, 40.0, 60.0}) {
        const double z = d * d / std::sqrt(12.0 * dimensions + 8 * d * d);
        EXPECT_NEAR(distanceOddityProportionCorrect(d, dimensions), bivariateNormalCdf(z, z, 0.5),
                    1e-3);
    }
}

TEST(DistanceRule, EndsAreChanceAndCertainty)
{
    for (const int dimensions : {1, 2, 3, 17, 1000, 1'000'000}) {
        SCOPED_TRACE(dimensions);
        EXPECT_NEAR(distanceAbxProportionCorrect(0.0, dimensions), 0.5, 1e-12);
        EXPECT_NEAR(distanceOddityProportionCorrect(0.0, dimensions), 1.0 / 3, 1e-12);
        EXPECT_NEAR(distanceOddityProportionCorrect(1e-3, dimensions), 1.0 / 3, 1e-6);
        EXPECT_EQ(distanceAbxProportionCorrect(kInfinity, dimensions), 1.0);
        EXPECT_EQ(distanceOddityProportionCorrect(kInfinity, dimensions), 1.0);
        const double far = 20 * std::pow(dimensions, 0.25);
        EXPECT_NEAR(distanceAbxProportionCorrect(far, dimensions), 1.0, 1e-9);
        EXPECT_NEAR(distanceOddityProportionCorrect(far, dimensions), 1.0, 1e-9);
        const double criterion = distanceSameDifferentCriterion(0.2, dimensions);
        const auto blind = distanceSameDifferentRates(0.0, criterion, dimensions);
        EXPECT_NEAR(blind.falseAlarm, 0.2, 1e-9);
        EXPECT_NEAR(blind.hit, 0.2, 1e-9);
        EXPECT_NEAR(distanceSameDifferentRates(far, criterion, dimensions).hit, 1.0, 1e-9);
    }
}

using Vector = std::vector<double>;

Vector noisy(RandomStream& random, int dimensions, double shift)
{
    Vector out(static_cast<std::size_t>(dimensions));
    for (auto& value : out) {
        value = random.normal();
    }
    out.front() += shift;
    return out;
}

double distanceOf(const Vector& a, const Vector& b)
{
    double sum = 0.0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        sum += (a[i] - b[i]) * (a[i] - b[i]);
    }
    return std::sqrt(sum);
}

TEST(DistanceRule, AgreesWithSimulatedObservers)
{
    constexpr int kTrials = 20'000;
    RandomStream random(5, "distance rule test");
    for (const int dimensions : {1, 2, 7, 20}) {
        SCOPED_TRACE(dimensions);
        const double d = 2.5;
        const double criterion = distanceSameDifferentCriterion(0.3, dimensions);
        int abx = 0;
        int odd = 0;
        int different = 0;
        for (int i = 0; i < kTrials; ++i) {
            const auto first = noisy(random, dimensions, 0.0);
            const auto second = noisy(random, dimensions, 0.0);
            const auto probe = noisy(random, dimensions, d);
            const double equal = distanceOf(first, second);
            abx += equal < distanceOf(first, probe) ? 1 : 0;
            odd += equal < std::min(distanceOf(first, probe), distanceOf(second, probe)) ? 1 : 0;
            different += distanceOf(first, probe) > criterion ? 1 : 0;
        }
        const auto expectShare = [&](int count, double p) {
            EXPECT_NEAR(count / double{kTrials}, p, 3 * std::sqrt(p * (1 - p) / kTrials));
        };
        expectShare(abx, distanceAbxProportionCorrect(d, dimensions));
        expectShare(odd, distanceOddityProportionCorrect(d, dimensions));
        expectShare(different, distanceSameDifferentRates(d, criterion, dimensions).hit);
    }
}

TEST(DistanceRule, RefusesImpossibleValues)
{
    for (const double bad : {-0.1, kNaN}) {
        EXPECT_THROW(distanceAbxProportionCorrect(bad, 3), InvalidArgument);
        EXPECT_THROW(distanceOddityProportionCorrect(bad, 3), InvalidArgument);
        EXPECT_THROW(distanceSameDifferentRates(bad, 1.0, 3), InvalidArgument);
        EXPECT_THROW(distanceSameDifferentRates(1.0, bad, 3), InvalidArgument);
        EXPECT_THROW(distanceSameDifferentCriterion(bad, 3), InvalidArgument);
    }
    EXPECT_THROW(distanceAbxProportionCorrect(1.0, 0), InvalidArgument);
    EXPECT_THROW(distanceOddityProportionCorrect(1.0, 0), InvalidArgument);
    EXPECT_THROW(distanceSameDifferentRates(1.0, 1.0, 0), InvalidArgument);
    EXPECT_THROW(distanceSameDifferentCriterion(1.0, 3), InvalidArgument);
}

TEST(BivariateNormal, KnownValues)
{
    EXPECT_NEAR(bivariateNormalCdf(0.0, 0.0, 0.5), 1.0 / 3, 1e-15);
    EXPECT_NEAR(bivariateNormalCdf(0.0, 1.0, 0.0), normalCdf(1.0) / 2, 1e-15);
    EXPECT_NEAR(bivariateNormalCdf(1.2, -0.7, 0.0), normalCdf(1.2) * normalCdf(-0.7), 1e-15);
    // Nearly equal, and nearly opposite, variables.
    EXPECT_NEAR(bivariateNormalCdf(0.3, 1.0, 1 - 1e-12), normalCdf(0.3), 1e-9);
    EXPECT_NEAR(bivariateNormalCdf(0.3, 1.0, -1 + 1e-12), normalCdf(0.3) + normalCdf(1.0) - 1,
                1e-9);
    // p = .8 and .7, rho = .5.
    EXPECT_NEAR(bivariateNormalCdf(normalQuantile(0.8), normalQuantile(0.7), 0.5), .615247, 5e-7);
}

TEST(BivariateNormal, TheFourQuadrantsSumToOne)
{
    for (const double x : {-1.3, -0.2, 0.0, 0.8}) {
        for (const double y : {-0.9, 0.0, 0.4, 2.1}) {
            for (const double r : {-0.95, -0.3, 0.6, 0.99}) {
                EXPECT_NEAR(bivariateNormalCdf(x, y, r) + bivariateNormalCdf(-x, y, -r) +
                                bivariateNormalCdf(x, -y, -r) + bivariateNormalCdf(-x, -y, r),
                            1.0, 1e-14);
            }
        }
    }
    EXPECT_THROW(bivariateNormalCdf(kInfinity, 0.0, 0.5), InvalidArgument);
    EXPECT_THROW(bivariateNormalCdf(0.0, 0.0, 1.0), InvalidArgument);
    EXPECT_THROW(bivariateNormalCdf(0.0, 0.0, kNaN), InvalidArgument);
}

} // namespace
} // namespace mlab
