// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/comparison/internal_noise.h"
#include "core/psychometrics/distance_rule.h"
#include "tests/core/comparison/simulated_answers.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace mlab {
namespace {

using Rule = DecisionRule;

TEST(ResponseCurve, TheLinearRuleIsTheTasksFunction)
{
    for (const double d : {0.0, 0.2, 1.0, 3.0}) {
        EXPECT_EQ(ResponseCurve(Task::abx, Rule::linear, 1, 0.5)(d),
                  proportionCorrect(DiscriminationTask::abxDifferencing, d));
        EXPECT_EQ(ResponseCurve(Task::twoIfc, Rule::linear, 1, 0.5)(d),
                  proportionCorrect(DiscriminationTask::twoAfc, d));
        EXPECT_NEAR(ResponseCurve(Task::oddity, Rule::linear, 1, 0.5)(d),
                    proportionCorrect(DiscriminationTask::oddity, d), 1e-7);
        const double criterion = -std::sqrt(2.0) * normalQuantile(0.1);
        EXPECT_NEAR(ResponseCurve(Task::sameDifferent, Rule::linear, 1, 0.2)(d),
                    sameDifferentRates(d, criterion).hit, 1e-12);
    }
}

TEST(ResponseCurve, TheTableOfTheDistanceRuleIsExact)
{
    for (const int dimensions : {1, 2, 50, 1'000'000}) {
        const ResponseCurve abx(Task::abx, Rule::distance, dimensions, 0.5);
        const ResponseCurve twoIfc(Task::twoIfc, Rule::distance, dimensions, 0.5);
        const ResponseCurve oddity(Task::oddity, Rule::distance, dimensions, 0.5);
        const ResponseCurve same(Task::sameDifferent, Rule::distance, dimensions, 0.2);
        const double criterion = distanceSameDifferentCriterion(0.2, dimensions);
        for (const double scaled : {0.0, 0.013, 0.2, 0.71, 1.3, 2.9, 4.7, 30.0}) {
            SCOPED_TRACE(std::to_string(dimensions) + ", " + std::to_string(scaled));
            const double d = scaled * std::pow(dimensions, 0.25);
            EXPECT_NEAR(abx(d), distanceAbxProportionCorrect(d, dimensions), 1e-7);
            EXPECT_NEAR(twoIfc(d), distanceAbxProportionCorrect(d, dimensions), 1e-7);
            EXPECT_NEAR(oddity(d), distanceOddityProportionCorrect(d, dimensions), 1e-7);
            EXPECT_NEAR(same(d), distanceSameDifferentRates(d, criterion, dimensions).hit, 1e-7);
        }
    }
    EXPECT_THROW(ResponseCurve(Task::recognition, Rule::linear, 1, 0.5), InvalidArgument);
    EXPECT_THROW(ResponseCurve(Task::abx, Rule::distance, 0, 0.5), InvalidArgument);
}

TEST(InternalNoise, LikelihoodOfAnAnswerWorkedByHand)
{
    // d' = (2 / 4)^2 = .25 in 2IFC: .570126 right; with 10 % lapses .9 of that and .05.
    const NoiseParameters observer{
        .sigma = {4.0}, .commonSigma = 4.0, .exponent = 2.0, .lapse = 0.1, .falseAlarm = 0.5};
    const std::vector<NoiseTrial> trials = {{.task = Task::twoIfc, .distance = 2, .correct = true},
                                            {.task = Task::twoIfc, .distance = 2}};
    const auto p = probabilitiesCorrect(trials, {}, observer);
    EXPECT_NEAR(p[0], 0.9 * 0.5701581 + 0.05, 1e-6);
    EXPECT_NEAR(noiseLogLikelihood(trials, {}, observer), std::log(p[0]) + std::log(1 - p[0]),
                1e-12);
}

TEST(InternalNoise, IsFoundInEveryTaskAndRule)
{
    RandomStream random(1, "internal noise test");
    for (const auto task : {Task::abx, Task::twoIfc, Task::oddity, Task::sameDifferent}) {
        for (const auto rule : {Rule::linear, Rule::distance}) {
            SCOPED_TRACE(std::string(toString(task)) + (rule == Rule::linear ? " L" : " E"));
            const NoiseModel model{
                .rule = rule, .dimensions = 4, .fitExponent = false, .lapse = {}};
            const NoiseParameters truth{.sigma = {0.4},
                                        .commonSigma = 0.4,
                                        .exponent = 1.0,
                                        .lapse = 0.02,
                                        .falseAlarm = 0.2};
            const auto trials =
                simulatedAnswers(task, 1200, model, truth, truth.commonSigma, random);
            const auto fit = fitNoise(trials, model);
            ASSERT_TRUE(fit.sigma.front());
            // With 1200 trials the standard error of ln sigma is about 0.1.
            EXPECT_NEAR(std::log(*fit.sigma.front() / 0.4), 0.0, 0.3);
            EXPECT_GE(fit.logLikelihood, noiseLogLikelihood(trials, model, truth) - 0.5);
            if (task == Task::sameDifferent) {
                EXPECT_NEAR(fit.best.falseAlarm, 0.2, 0.07);
            }
        }
    }
}

TEST(InternalNoise, TheExponentIsFound)
{
    RandomStream random(2, "internal noise test");
    const NoiseModel model{
        .rule = Rule::linear, .dimensions = 1, .fitExponent = true, .lapse = 0.02};
    const NoiseParameters truth{
        .sigma = {3.0}, .commonSigma = 3.0, .exponent = 1.8, .lapse = 0.02, .falseAlarm = 0.5};
    double sum = 0.0;
    constexpr int kParticipants = 10;
    for (int i = 0; i < kParticipants; ++i) {
        const auto trials =
            simulatedAnswers(Task::twoIfc, 1000, model, truth, truth.commonSigma, random);
        const auto fit = fitNoise(trials, model);
        EXPECT_LT(fit.logLikelihood - noiseLogLikelihood(trials, model, truth), 6.0);
        EXPECT_EQ(fit.best.lapse, 0.02);
        sum += std::log(fit.best.exponent);
    }
    // The standard error of each is about 0.15.
    EXPECT_NEAR(sum / kParticipants, std::log(1.8), 0.15);
}

TEST(InternalNoise, ScalesWithTheDistances)
{
    RandomStream random(3, "internal noise test");
    const NoiseParameters truth{
        .sigma = {1.0}, .commonSigma = 1.0, .exponent = 1.0, .lapse = 0.02, .falseAlarm = 0.5};
    auto trials = simulatedAnswers(Task::abx, 400, {}, truth, truth.commonSigma, random);
    const auto fit = fitNoise(trials, {});
    const auto interval = sigmaInterval(trials, {}, fit, 0);
    for (auto& trial : trials) {
        trial.distance *= 1000;
    }
    const auto scaled = fitNoise(trials, {});
    const auto scaledInterval = sigmaInterval(trials, {}, scaled, 0);
    EXPECT_NEAR(*scaled.sigma.front() / *fit.sigma.front(), 1000, 1);
    EXPECT_NEAR(*scaledInterval.lower / *interval.lower, 1000, 1);
    EXPECT_NEAR(*scaledInterval.upper / *interval.upper, 1000, 1);
    EXPECT_NEAR(scaled.logLikelihood, fit.logLikelihood, 1e-3);
}

TEST(InternalNoise, TheIntervalCovers)
{
    constexpr int kParticipants = 40;
    int covered = 0;
    RandomStream random(4, "internal noise test");
    for (int i = 0; i < kParticipants; ++i) {
        const NoiseParameters truth{
            .sigma = {0.5}, .commonSigma = 0.5, .exponent = 1.0, .lapse = 0.02, .falseAlarm = 0.5};
        const auto trials =
            simulatedAnswers(Task::twoIfc, 200, {}, truth, truth.commonSigma, random);
        const auto fit = fitNoise(trials, {});
        const auto interval = sigmaInterval(trials, {}, fit, 0);
        ASSERT_TRUE(interval.lower && interval.upper && fit.sigma.front());
        EXPECT_LT(*interval.lower, *fit.sigma.front());
        EXPECT_GT(*interval.upper, *fit.sigma.front());
        covered += *interval.lower <= 0.5 && 0.5 <= *interval.upper ? 1 : 0;
    }
    EXPECT_GE(covered, 34); // binomial with 95 %: below this in 1 of 100
}

TEST(InternalNoise, EachGroupHasASigmaOfItsOwn)
{
    RandomStream random(5, "internal noise test");
    std::vector<NoiseTrial> trials;
    for (const std::size_t group : {0, 2}) {
        const double sigma = group == 0 ? 0.5 : 2.0;
        const NoiseParameters truth{
            .sigma = {}, .commonSigma = sigma, .exponent = 1.0, .lapse = 0.02, .falseAlarm = 0.5};
        for (auto trial : simulatedAnswers(Task::abx, 500, {}, truth, truth.commonSigma, random)) {
            trial.group = group;
            trials.push_back(trial);
        }
    }
    const auto fit = fitNoise(trials, {});
    ASSERT_EQ(fit.best.sigma.size(), 3U);
    EXPECT_NEAR(std::log(*fit.sigma[0] / 0.5), 0.0, 0.3);
    EXPECT_NEAR(std::log(*fit.sigma[2] / 2.0), 0.0, 0.3);
    EXPECT_FALSE(fit.sigma[1]) << "a group without trials";
    EXPECT_NEAR(fit.best.sigma[1], fit.best.commonSigma, 1e-3);
    EXPECT_EQ(fit.best.sigmaOf(7), fit.best.commonSigma);
    const auto interval = sigmaInterval(trials, {}, fit, 2);
    EXPECT_LT(*interval.lower, *fit.sigma[2]);
    EXPECT_GT(*interval.upper, *fit.sigma[2]);
    EXPECT_THROW(sigmaInterval(trials, {}, fit, 3), InvalidArgument);
}

TEST(InternalNoise, AnswersWithoutErrorsSetAnUpperLimitOnly)
{
    std::vector<NoiseTrial> trials;
    for (int i = 0; i < 40; ++i) {
        trials.push_back({.task = Task::twoIfc, .distance = 1.0 + i / 40.0, .correct = true});
    }
    const auto fit = fitNoise(trials, {});
    EXPECT_FALSE(fit.sigma.front());
    const auto interval = sigmaInterval(trials, {}, fit, 0);
    EXPECT_FALSE(interval.lower);
    ASSERT_TRUE(interval.upper);
    EXPECT_GT(*interval.upper, 0.2);
    EXPECT_LT(*interval.upper, 2.0);
    EXPECT_TRUE(std::isfinite(fit.logLikelihood));
}

TEST(InternalNoise, GuessesSetALowerLimitOnly)
{
    std::vector<NoiseTrial> trials;
    for (int i = 0; i < 80; ++i) {
        trials.push_back({.task = Task::twoIfc, .distance = 1.0, .correct = i % 2 == 0});
    }
    const auto fit = fitNoise(trials, {});
    EXPECT_FALSE(fit.sigma.front());
    const auto interval = sigmaInterval(trials, {}, fit, 0);
    ASSERT_TRUE(interval.lower);
    EXPECT_GT(*interval.lower, 1.0);
    EXPECT_FALSE(interval.upper);
}

TEST(InternalNoise, RefusesWhatCannotBeFitted)
{
    const std::vector<NoiseTrial> blind(5);
    EXPECT_THROW(fitNoise({}, {}), InvalidArgument);
    EXPECT_THROW(fitNoise(blind, {}), InvalidArgument) << "all distances 0";
    for (const double bad : {-1.0, std::numeric_limits<double>::quiet_NaN(),
                             std::numeric_limits<double>::infinity()}) {
        const std::vector<NoiseTrial> trials = {{.task = Task::abx, .distance = bad}};
        EXPECT_THROW(fitNoise(trials, {}), InvalidArgument);
    }
    const std::vector<NoiseTrial> good = {{.task = Task::abx, .distance = 1.0}};
    const NoiseModel lapsing{
        .rule = Rule::linear, .dimensions = 1, .fitExponent = false, .lapse = 0.2};
    EXPECT_THROW(fitNoise(good, lapsing), InvalidArgument);
    const std::vector<NoiseTrial> same = {
        {.task = Task::abx, .distance = 1.0, .correct = true, .same = true}};
    EXPECT_THROW(fitNoise(same, {}), InvalidArgument);
    const std::vector<NoiseTrial> named = {{.task = Task::recognition, .distance = 1.0}};
    EXPECT_THROW(fitNoise(named, {}), InvalidArgument);
}

} // namespace
} // namespace mlab
