// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/fits/beta_binomial.h"
#include "core/psychometrics/discrimination.h"
#include "core/psychometrics/dprime.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace mlab {
namespace {

using Task = DiscriminationTask;
constexpr double kInfinity = std::numeric_limits<double>::infinity();

const std::vector<Task> kTasks = {
    Task::twoAfc,          Task::threeAfc,       Task::fourAfc,
    Task::abxDifferencing, Task::abxIndependent, Task::oddity,
    Task::duoTrio,         Task::tetrad,         Task::sameDifferentIndependent};

RC_GTEST_PROP(DPrime, RoundTripsThroughTheShareOfRightAnswers, ())
{
    const double d = *rc::gen::inRange(10, 4000) / 1000.0;
    for (const auto task : kTasks) {
        const double back = dPrimeFromProportionCorrect(task, proportionCorrect(task, d));
        RC_ASSERT(std::abs(back - d) < 1e-7);
    }
}

RC_GTEST_PROP(DPrime, MoreSensitivityMeansMoreRightAnswers, ())
{
    const double d = *rc::gen::inRange(0, 6000) / 1000.0;
    for (const auto task : kTasks) {
        RC_ASSERT(proportionCorrect(task, d) >= chanceOf(task) - 1e-12);
        RC_ASSERT(proportionCorrect(task, d + 0.01) > proportionCorrect(task, d));
        RC_ASSERT(proportionCorrectSlope(task, d) > -1e-12);
    }
}

TEST(DPrime, EndsAreChanceAndCertainty)
{
    for (const auto task : kTasks) {
        EXPECT_NEAR(proportionCorrect(task, 0.0), chanceOf(task), 1e-14);
        EXPECT_EQ(proportionCorrect(task, kInfinity), 1.0);
        EXPECT_EQ(dPrimeFromProportionCorrect(task, chanceOf(task) / 2), 0.0);
        EXPECT_EQ(dPrimeFromProportionCorrect(task, 1.0), kInfinity);
    }
    EXPECT_NEAR(mAfcProportionCorrect(8, 0.0), 1.0 / 8, 1e-14);
    EXPECT_NEAR(mAfcProportionCorrect(2, 1.3), proportionCorrect(Task::twoAfc, 1.3), 1e-13);
    EXPECT_NEAR(mAfcProportionCorrect(3, 1.3), proportionCorrect(Task::threeAfc, 1.3), 1e-13);
}

TEST(DPrime, RefusesImpossibleValues)
{
    for (const double bad : {-0.1, std::numeric_limits<double>::quiet_NaN()}) {
        EXPECT_THROW(proportionCorrect(Task::twoAfc, bad), InvalidArgument);
        EXPECT_THROW(dPrimeFromProportionCorrect(Task::twoAfc, bad), InvalidArgument);
    }
    EXPECT_THROW(dPrimeFromProportionCorrect(Task::twoAfc, 1.1), InvalidArgument);
    EXPECT_THROW(mAfcProportionCorrect(1, 1.0), InvalidArgument);
    EXPECT_THROW(yesNoSensitivity({1.1, 0.5}), InvalidArgument);
    EXPECT_THROW(sameDifferentDPrime({1.0, 0.5}), InvalidArgument);
}

TEST(Discrimination, LikelihoodLimitsLieOneHalfSquaredQuantileBelow)
{
    const auto got = testDifference(Task::threeAfc, 10, 15, IntervalStatistic::likelihood);
    const auto deviance = [](double p) {
        return 2 * (10 * std::log(10.0 / 15 / p) + 5 * std::log(5.0 / 15 / (1 - p)));
    };
    const double quantile = 3.841458820694124; // chi squared, 1 df
    EXPECT_NEAR(deviance(got.proportionCorrect.lower), quantile, 1e-9);
    EXPECT_NEAR(deviance(got.proportionCorrect.upper), quantile, 1e-9);
}

TEST(Discrimination, AllRightLeavesTheUpperEndOpen)
{
    for (const auto statistic :
         {IntervalStatistic::exact, IntervalStatistic::likelihood, IntervalStatistic::score}) {
        const auto got = testDifference(Task::twoAfc, 20, 20, statistic);
        EXPECT_EQ(got.dPrime.value, kInfinity);
        EXPECT_EQ(got.dPrime.upper, kInfinity);
        EXPECT_GT(got.dPrime.lower, 1.0);
        EXPECT_LT(got.dPrime.lower, 3.0);
        EXPECT_FALSE(got.dPrime.standardError.has_value());
        const auto none = testDifference(Task::twoAfc, 0, 20, statistic);
        EXPECT_EQ(none.dPrime.value, 0.0);
        EXPECT_GT(none.pValue, 0.99);
    }
}

TEST(Discrimination, YesNoWithPerfectHitsHasALowerLimitOnly)
{
    const auto got =
        testYesNo({.hits = 20, .signalTrials = 20, .falseAlarms = 5, .noiseTrials = 20});
    EXPECT_EQ(got.dPrime.value, kInfinity);
    EXPECT_EQ(got.dPrime.upper, kInfinity);
    EXPECT_GT(got.dPrime.lower, 1.0);
    EXPECT_LT(got.dPrime.lower, 3.0);
    EXPECT_FALSE(got.dPrime.standardError.has_value());
    const auto silent =
        testYesNo({.hits = 20, .signalTrials = 20, .falseAlarms = 20, .noiseTrials = 20});
    EXPECT_EQ(silent.dPrime.value, 0.0);
    EXPECT_EQ(silent.pValue, 1.0);
}

TEST(Discrimination, RefusesImpossibleCounts)
{
    const auto exact = IntervalStatistic::exact;
    EXPECT_THROW(testDifference(Task::twoAfc, 5, 0, exact), InvalidArgument);
    EXPECT_THROW(testDifference(Task::twoAfc, -1, 5, exact), InvalidArgument);
    EXPECT_THROW(testDifference(Task::twoAfc, 6, 5, exact), InvalidArgument);
    EXPECT_THROW(testDifference(Task::twoAfc, 3, 5, exact, 1.0), InvalidArgument);
    EXPECT_THROW(testSimilarity(Task::twoAfc, 3, 5, exact, 0.0), InvalidArgument);
    EXPECT_THROW(testYesNo({.hits = 3, .signalTrials = 2, .falseAlarms = 0, .noiseTrials = 2}),
                 InvalidArgument);
    EXPECT_THROW(testYesNo({.hits = 0, .signalTrials = 0, .falseAlarms = 0, .noiseTrials = 2}),
                 InvalidArgument);
}

TEST(BetaBinomial, RisingFactorialKeepsItsDigits)
{
    // Products by hand, over the change from recurrence to series.
    for (const double a : {0.01, 0.5, 3.0, 9.5, 9.999, 10.0, 50.0}) {
        double product = 1.0;
        for (int i = 0; i < 7; ++i) {
            product *= a + i;
        }
        EXPECT_NEAR(logRisingFactorial(a, 7), std::log(product), 1e-12) << a;
    }
    // a large: n log a + n (n - 1) / (2 a)
    EXPECT_NEAR(logRisingFactorial(1e12, 5) - 5 * std::log(1e12), 1e-11, 1e-13);
}

TEST(BetaBinomial, ProbabilitiesOfAllCountsAddUpToOne)
{
    for (const double nu : {0.3, 4.0, 1e3, kInfinity}) {
        double sum = 0.0;
        double choose = 1.0;
        for (int k = 0; k <= 12; ++k) {
            sum += choose * std::exp(betaBinomialLogLikelihood(k, 12, 0.3, nu));
            choose *= (12.0 - k) / (k + 1);
        }
        EXPECT_NEAR(sum, 1.0, 1e-12) << nu;
    }
}

} // namespace
} // namespace mlab
