// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/random_stream.h"
#include "core/comparison/explained_likelihood.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace mlab {
namespace {

TEST(ExplainedLikelihood, FoldsHaveTrialsOfEveryGroup)
{
    std::vector<std::size_t> groups;
    for (std::size_t i = 0; i < 60; ++i) {
        groups.push_back(i % 4);
    }
    const auto folds = balancedFolds(groups, 5, 1);
    for (std::size_t group = 0; group < 4; ++group) {
        for (std::size_t fold = 0; fold < 5; ++fold) {
            int count = 0;
            for (std::size_t i = 0; i < 60; ++i) {
                count += groups[i] == group && folds[i] == fold ? 1 : 0;
            }
            EXPECT_EQ(count, 3);
        }
    }
    EXPECT_EQ(folds, balancedFolds(groups, 5, 1));
    EXPECT_NE(folds, balancedFolds(groups, 5, 2));
    EXPECT_THROW(balancedFolds(groups, 1, 1), InvalidArgument);
}

TEST(ExplainedLikelihood, ShareLiesBetweenNullAndCeiling)
{
    const LikelihoodBounds bounds{.oneThreshold = -120,
                                  .layerThresholds = -110,
                                  .fittedThresholds = -95,
                                  .predictedThresholds = -105,
                                  .trials = 200};
    EXPECT_EQ(bounds.ceiling(), -100);
    EXPECT_NEAR(*explainedLikelihood(-105, bounds).share, 0.75, 1e-12);
    EXPECT_NEAR(explainedLikelihood(-105, bounds).bitsPerTrial, 15 / (200 * std::log(2.0)), 1e-12);
    EXPECT_EQ(*explainedLikelihood(-120, bounds).share, 0.0);
    EXPECT_LT(*explainedLikelihood(-130, bounds).share, 0.0);
    auto flat = bounds;
    flat.predictedThresholds = -147;
    EXPECT_FALSE(explainedLikelihood(-119, flat).share) << "nothing to explain";
    auto sum = bounds;
    sum += bounds;
    EXPECT_EQ(sum.ceiling(), -200);
    EXPECT_EQ(sum.trials, 400);
    EXPECT_THROW(explainedLikelihood(-1, {}), InvalidArgument);
}

// In tiny stores shares of -400 were reported: a fit explains something of any answers, and so the
// ceiling was just above the null.
TEST(ExplainedLikelihood, HasNoShareWhereOwnFunctionsPredictNoBetterThanOneThreshold)
{
    LikelihoodBounds bounds{.oneThreshold = -30.0,
                            .layerThresholds = -30.5,
                            .fittedThresholds = -28.0,
                            .predictedThresholds = -31.99,
                            .trials = 48};
    ASSERT_GT(bounds.ceiling(), bounds.oneThreshold);
    EXPECT_FALSE(bounds.explainable());
    EXPECT_FALSE(explainedLikelihood(-32.0, bounds).share);
    EXPECT_LT(explainedLikelihood(-32.0, bounds).bitsPerTrial, 0.0) << "is known all the same";
    bounds.predictedThresholds = -29.5;
    EXPECT_TRUE(bounds.explainable());
    EXPECT_NEAR(*explainedLikelihood(-32.0, bounds).share, -2.0 / 1.25, 1e-12);
}

TEST(ExplainedLikelihood, WhereAllLevelsAreTheSameTheSlopeIsOne)
{
    std::vector<NoiseTrial> trials(4, NoiseTrial{.task = Task::abx, .distance = 1.0});
    EXPECT_FALSE(levelFunctions(trials).fitExponent);
    trials[2].distance = 2.0;
    EXPECT_TRUE(levelFunctions(trials).fitExponent);
}

// A participant whose sensitivity to a dimension is that of network N.
struct Answers {
    std::vector<NoiseTrial> levels, ofNetwork, ofOther;
    std::vector<std::size_t> layers, dimensions, folds;
};

Answers answersLikeNetwork()
{
    constexpr std::size_t kDimensions = 9;
    RandomStream random(1, "explained likelihood test");
    std::vector<double> gain;
    std::vector<double> otherGain;
    for (std::size_t k = 0; k < kDimensions; ++k) {
        gain.push_back(std::exp(0.8 * random.normal()));
        otherGain.push_back(std::exp(0.8 * random.normal()));
    }
    Answers out;
    for (std::size_t i = 0; i < 900; ++i) {
        const std::size_t k = i % kDimensions;
        const double level = std::exp2(5 * random.uniform() - 2);
        // References differ, too.
        const double item = std::exp(0.2 * random.normal());
        NoiseTrial trial{
            .task = Task::twoIfc, .distance = gain[k] * level * item, .correct = false};
        const double right = proportionCorrect(DiscriminationTask::twoAfc, trial.distance);
        trial.correct = random.uniform() < 0.98 * right + 0.01;
        out.ofNetwork.push_back(trial);
        trial.distance = otherGain[k] * level;
        out.ofOther.push_back(trial);
        trial.distance = level;
        out.levels.push_back(trial);
        out.dimensions.push_back(k);
        out.layers.push_back(k / 3);
    }
    out.folds = balancedFolds(out.dimensions, 3, 1);
    return out;
}

TEST(ExplainedLikelihood, TheNetworkThatAnsweredIsToldFromAnother)
{
    const auto answers = answersLikeNetwork();
    const auto bounds =
        likelihoodBounds(answers.levels, answers.layers, answers.dimensions, answers.folds);
    EXPECT_EQ(bounds.trials, 900);
    EXPECT_GT(bounds.ceiling(), bounds.layerThresholds);
    EXPECT_GT(bounds.fittedThresholds, bounds.ceiling());
    EXPECT_GT(bounds.layerThresholds, bounds.oneThreshold);
    const auto own = explainedLikelihood(
        crossValidatedLogLikelihood(answers.ofNetwork, {}, answers.folds), bounds);
    const auto other = explainedLikelihood(
        crossValidatedLogLikelihood(answers.ofOther, {}, answers.folds), bounds);
    EXPECT_NEAR(*own.share, 1.0, 0.4);
    EXPECT_LT(*other.share, 0.3);
    EXPECT_GT(own.bitsPerTrial, other.bitsPerTrial);
}

TEST(ExplainedLikelihood, RefusesWhatDoesNotFit)
{
    const std::vector<NoiseTrial> trials(4, NoiseTrial{.task = Task::abx, .distance = 1.0});
    const std::vector<std::size_t> one(4, 0);
    const std::vector<std::size_t> folds = {0, 1, 0, 1};
    const std::vector<std::size_t> few(3, 0);
    EXPECT_THROW(crossValidatedLogLikelihood(trials, {}, one), InvalidArgument);
    EXPECT_THROW(crossValidatedLogLikelihood(trials, {}, few), InvalidArgument);
    EXPECT_THROW(likelihoodBounds(trials, few, one, folds), InvalidArgument);
    EXPECT_THROW(likelihoodBounds(trials, one, few, folds), InvalidArgument);
}

} // namespace
} // namespace mlab
