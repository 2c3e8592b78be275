// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/random_stream.h"
#include "core/comparison/decision_correlation.h"
#include "core/comparison/error_consistency.h"
#include "core/comparison/item_effect.h"
#include "core/comparison/slope_ratio.h"
#include "core/psychometrics/bivariate_normal.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace mlab {
namespace {

TEST(ErrorConsistency, WorkedNumbers)
{
    const auto found = errorConsistency({0.8, 0.7}, 0.72, 160);
    EXPECT_NEAR(found.expected, .62, 1e-12);
    EXPECT_NEAR(*found.kappa, .263158, 5e-7);
    EXPECT_NEAR(*found.unbiasedKappa, .264375, 5e-7);
    EXPECT_NEAR(*found.highest, .736842, 5e-7);
    EXPECT_NEAR(*found.lowest, -.315789, 5e-7);
    EXPECT_NEAR(*found.copied, .3125, 1e-12);
}

TEST(ErrorConsistency, CountsTrials)
{
    std::vector<YokedTrial> trials;
    // 6 both right, 2 first only, 1 second only, 1 neither.
    for (int i = 0; i < 10; ++i) {
        trials.push_back({.correct = {i < 8, i < 6 || i == 8}, .probability = {}, .stimulus = 0});
    }
    const auto found = errorConsistency(trials);
    EXPECT_NEAR(found.observed, 0.7, 1e-15);
    EXPECT_NEAR(found.expected, 0.8 * 0.7 + 0.2 * 0.3, 1e-15);
    EXPECT_EQ(found.kappa, errorConsistency({0.8, 0.7}, 0.7, 10).kappa);
}

TEST(ErrorConsistency, ObserversWithoutErrorsHaveNoKappa)
{
    const std::vector<YokedTrial> trials(
        5, {.correct = {true, true}, .probability = {1.0, 1.0}, .stimulus = 0});
    EXPECT_FALSE(errorConsistency(trials).kappa);
    EXPECT_FALSE(conditionalKappa(trials));
    const auto one = errorConsistency({1.0, 0.5}, 0.5, 10);
    EXPECT_EQ(one.kappa, 0.0);
    EXPECT_FALSE(one.copied) << "the better makes no errors to copy";
}

TEST(ErrorConsistency, LevelsMakeKappaOutOfNothingButNotTheConditionalOne)
{
    // Independent observers with the same p at each level.
    const double agreed =
        (0.55 * 0.55 + 0.45 * 0.45 + 0.75 * 0.75 + 0.25 * 0.25 + 0.95 * 0.95 + 0.05 * 0.05) / 3;
    EXPECT_NEAR(*errorConsistency({0.75, 0.75}, agreed, 300).kappa, .142, 5e-4);
    RandomStream random(1, "error consistency test");
    std::vector<YokedTrial> trials;
    for (std::size_t i = 0; i < 6000; ++i) {
        const double p = 0.55 + 0.2 * static_cast<double>(i % 3);
        trials.push_back({.correct = {random.uniform() < p, random.uniform() < p},
                          .probability = {p, p},
                          .stimulus = i});
    }
    EXPECT_NEAR(*errorConsistency(trials).kappa, .142, 0.045);
    EXPECT_NEAR(*conditionalKappa(trials), 0.0, 0.045); // 3 standard errors
}

TEST(ErrorConsistency, TheBootstrapDrawsStimuli)
{
    // Each stimulus has four trials with the same outcome, so that there are 50 units, not 200.
    RandomStream random(2, "error consistency test");
    std::vector<YokedTrial> trials;
    std::vector<YokedTrial> alone;
    for (std::size_t i = 0; i < 50; ++i) {
        const bool first = random.uniform() < 0.7;
        const bool second = random.uniform() < 0.6 ? first : random.uniform() < 0.7;
        for (std::size_t repeat = 0; repeat < 4; ++repeat) {
            trials.push_back(
                {.correct = {first, second}, .probability = {0.7, 0.7}, .stimulus = i});
            alone.push_back({.correct = {first, second},
                             .probability = {0.7, 0.7},
                             .stimulus = 4 * i + repeat});
        }
    }
    const auto together = bootstrapConsistency(trials, {.samples = 400, .seed = 1, .threads = 2});
    const auto apart = bootstrapConsistency(alone, {.samples = 400, .seed = 1, .threads = 1});
    const auto width = [](const auto& interval) { return (*interval)[1] - (*interval)[0]; };
    EXPECT_NEAR(width(together.kappa) / width(apart.kappa), 2.0, 0.4);
    EXPECT_NEAR(width(together.conditionalKappa) / width(apart.conditionalKappa), 2.0, 0.4);
    EXPECT_LT((*together.kappa)[0], *errorConsistency(trials).kappa);
    EXPECT_GT((*together.kappa)[1], *errorConsistency(trials).kappa);
}

TEST(ErrorConsistency, RefusesImpossibleNumbers)
{
    EXPECT_THROW(errorConsistency({0.8, 0.7}, 0.95, 160), InvalidArgument) << "at most 0.9";
    EXPECT_THROW(errorConsistency({0.8, 0.7}, 0.4, 160), InvalidArgument) << "at least 0.5";
    EXPECT_THROW(errorConsistency({1.2, 0.7}, 0.7, 160), InvalidArgument);
    EXPECT_THROW(errorConsistency({std::numeric_limits<double>::quiet_NaN(), 0.7}, 0.7, 160),
                 InvalidArgument);
    EXPECT_THROW(errorConsistency({0.8, 0.7}, 0.7, 0), InvalidArgument);
    EXPECT_THROW(errorConsistency(std::vector<YokedTrial>{}), InvalidArgument);
    const std::vector<YokedTrial> bad = {
        {.correct = {true, true}, .probability = {1.5, 0.5}, .stimulus = 0}};
    EXPECT_THROW(conditionalKappa(bad), InvalidArgument);
}

TEST(DecisionCorrelation, WorkedNumbers)
{
    const double both = bivariateNormalCdf(normalQuantile(0.8), normalQuantile(0.7), 0.5);
    EXPECT_NEAR(both, .615247, 5e-7);
    const double agreed = both + (1 - 0.8 - 0.7 + both);
    EXPECT_NEAR(agreed, .730494, 1e-6);
    EXPECT_NEAR(*errorConsistency({0.8, 0.7}, agreed, 1000).kappa, .290775, 2e-6);
    // Answers in exactly these shares.
    std::vector<YokedTrial> trials;
    for (int i = 0; i < 1000; ++i) {
        trials.push_back({.correct = {i < 800, i < 615 || (i >= 800 && i < 885)},
                          .probability = {0.8, 0.7},
                          .stimulus = 0});
    }
    const auto found = decisionCorrelation(trials);
    ASSERT_TRUE(found);
    EXPECT_NEAR(found->rho, 0.5, 2e-3);
    EXPECT_LT(found->interval95[0], 0.45);
    EXPECT_GT(found->interval95[1], 0.55);
    EXPECT_LT(found->pValue, 1e-6);
}

std::vector<YokedTrial> correlatedObservers(double rho, int count, std::uint64_t seed)
{
    RandomStream random(seed, "decision correlation test");
    std::vector<YokedTrial> trials;
    for (int i = 0; i < count; ++i) {
        const double first = random.normal();
        const double second = rho * first + std::sqrt(1 - rho * rho) * random.normal();
        const double p = 0.5 + 0.48 * random.uniform();
        const double q = 0.5 + 0.3 * (p - 0.5);
        trials.push_back({.correct = {first < normalQuantile(p), second < normalQuantile(q)},
                          .probability = {p, q},
                          .stimulus = 0});
    }
    return trials;
}

TEST(DecisionCorrelation, IsFoundWhateverTheLevels)
{
    int covered = 0;
    for (std::uint64_t seed = 0; seed < 10; ++seed) {
        const auto found = decisionCorrelation(correlatedObservers(0.4, 800, seed));
        EXPECT_NEAR(found->rho, 0.4, 0.25);
        covered += found->interval95[0] <= 0.4 && 0.4 <= found->interval95[1] ? 1 : 0;
    }
    EXPECT_GE(covered, 8);
    const auto independent = decisionCorrelation(correlatedObservers(0.0, 2000, 3));
    EXPECT_NEAR(independent->rho, 0.0, 0.15);
    EXPECT_GT(independent->pValue, 0.01);
}

TEST(DecisionCorrelation, EqualAnswersReachTheEdge)
{
    std::vector<YokedTrial> trials;
    for (int i = 0; i < 100; ++i) {
        trials.push_back({.correct = {i < 70, i < 70}, .probability = {0.7, 0.7}, .stimulus = 0});
    }
    const auto found = decisionCorrelation(trials);
    EXPECT_GT(found->rho, 0.99);
    EXPECT_EQ(found->interval95[1], 1.0);
    EXPECT_GT(found->interval95[0], 0.9);
}

TEST(DecisionCorrelation, NeedsTrialsThatTell)
{
    const std::vector<YokedTrial> certain = {
        {.correct = {true, true}, .probability = {1.0, 0.8}, .stimulus = 0}};
    EXPECT_FALSE(decisionCorrelation(certain));
    const std::vector<YokedTrial> impossible = {
        {.correct = {false, true}, .probability = {1.0, 0.8}, .stimulus = 0}};
    EXPECT_THROW(decisionCorrelation(impossible), InvalidArgument);
    EXPECT_THROW(decisionCorrelation({}), InvalidArgument);
}

// Items of a cell differ in distance, and the person's answers follow them with this gain.
std::vector<ItemTrial> itemTrials(double gain, std::uint64_t seed)
{
    RandomStream random(seed, "item effect test");
    std::vector<ItemTrial> trials;
    for (std::size_t cell = 0; cell < 60; ++cell) {
        const double p = 0.55 + 0.4 * random.uniform();
        std::vector<double> distances;
        double sum = 0.0;
        for (int i = 0; i < 15; ++i) {
            distances.push_back(3.0 * std::exp(0.4 * random.normal()));
            sum += distances.back();
        }
        for (const double distance : distances) {
            const double right =
                normalCdf(normalQuantile(p) + gain * std::log(distance / (sum / 15)));
            trials.push_back({.correct = random.uniform() < right,
                              .probability = p,
                              .distance = distance,
                              .cell = cell});
        }
    }
    return trials;
}

TEST(ItemEffect, IsFound)
{
    const auto found = itemEffect(itemTrials(1.0, 1));
    ASSERT_TRUE(found && found->lower && found->upper);
    EXPECT_EQ(found->trials, 900);
    EXPECT_NEAR(found->gain, 1.0, 0.4);
    EXPECT_LT(*found->lower, 1.0);
    EXPECT_GT(*found->upper, 1.0);
    EXPECT_LT(found->pValue, 1e-4);
    const auto none = itemEffect(itemTrials(0.0, 2));
    EXPECT_NEAR(none->gain, 0.0, 0.4);
    EXPECT_GT(none->pValue, 0.01);
}

TEST(ItemEffect, DistancesOfOtherLevelsDoNotCount)
{
    auto trials = itemTrials(1.0, 1);
    const double gain = itemEffect(trials)->gain;
    for (auto& trial : trials) {
        trial.distance *= 1.0 + static_cast<double>(trial.cell);
    }
    EXPECT_NEAR(itemEffect(trials)->gain, gain, 1e-6);
    trials.push_back({.correct = true, .probability = 0.7, .distance = 0.0, .cell = 0});
    EXPECT_EQ(itemEffect(trials)->withoutDistance, 1);
    EXPECT_NEAR(itemEffect(trials)->gain, gain, 1e-6);
    for (auto& trial : trials) {
        trial.distance = 2.0;
    }
    EXPECT_FALSE(itemEffect(trials)) << "one distance in each cell";
}

TEST(ItemEffect, AnswersThatFollowDistancesExactlySetOneLimit)
{
    std::vector<ItemTrial> trials;
    for (int i = 0; i < 30; ++i) {
        trials.push_back(
            {.correct = i >= 15, .probability = 0.5, .distance = i < 15 ? 1.0 : 3.0, .cell = 0});
    }
    const auto found = itemEffect(trials);
    EXPECT_TRUE(found->lower);
    EXPECT_FALSE(found->upper);
    EXPECT_LT(found->pValue, 1e-6);
}

TEST(ItemEffect, RefusesImpossibleNumbers)
{
    const std::vector<ItemTrial> certain = {
        {.correct = true, .probability = 1.0, .distance = 1.0, .cell = 0}};
    EXPECT_THROW(itemEffect(certain), InvalidArgument);
    const std::vector<ItemTrial> unknown = {{.correct = true,
                                             .probability = 0.7,
                                             .distance = std::numeric_limits<double>::quiet_NaN(),
                                             .cell = 0}};
    EXPECT_THROW(itemEffect(unknown), InvalidArgument);
    EXPECT_THROW(itemEffect({}), InvalidArgument);
}

TEST(SlopeRatio, IsAGeometricMean)
{
    using Slopes = std::vector<std::optional<double>>;
    const auto found = slopeRatio(Slopes{2.0, 8.0, {}, 3.0}, Slopes{1.0, 1.0, 2.0, {}});
    ASSERT_TRUE(found && found->interval95);
    EXPECT_NEAR(found->mean, 4.0, 1e-12);
    EXPECT_EQ(found->dimensions, 2);
    EXPECT_EQ(found->ratios, (Slopes{2.0, 8.0, {}, {}}));
    // ln 4 -+ t(.975, 1) = 12.7062 times ln 2.
    EXPECT_NEAR(std::log((*found->interval95)[1] / 4.0), 12.7062 * std::log(2.0), 1e-3);
    EXPECT_FALSE(slopeRatio(Slopes{{}, 2.0}, Slopes{2.0, {}}));
    EXPECT_FALSE(slopeRatio(Slopes{2.0}, Slopes{2.0})->interval95);
    EXPECT_THROW(slopeRatio(Slopes{0.0}, Slopes{2.0}), InvalidArgument);
    EXPECT_THROW(slopeRatio(Slopes{1.0}, Slopes{}), InvalidArgument);
}

} // namespace
} // namespace mlab
