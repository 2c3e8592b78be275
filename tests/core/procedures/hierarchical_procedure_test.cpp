// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/random_stream.h"
#include "core/procedures/procedure.h"
#include "core/psychometrics/weibull.h"
#include "tests/core/procedures/hierarchical_group.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <string>
#include <vector>

namespace mlab {
namespace {

constexpr double kMiddleDb = -25;

HierarchicalSpec smallSpec()
{
    PsychometricGrid grid = recommendedGrid(0.01, 1);
    grid.slopes = {1.5, 3.5, 7};
    grid.lapses = {0.0, 0.05};
    grid.slopePrior = {1, 2, 1};
    grid.lapsePrior = {2, 1};
    return {.grid = grid, .stop = {}};
}

std::vector<Weibull> layer(std::size_t count, double firstDb, RandomStream& stream)
{
    std::vector<Weibull> out;
    for (std::size_t i = 0; i < count; ++i) {
        const double db = i == 0 ? firstDb : kMiddleDb + 2 * stream.normal();
        out.push_back({.threshold = fromScale(LevelScale::decibel, db), .lapse = 0.02});
    }
    return out;
}

void answerBlock(HierarchicalGroup& group, const std::vector<Weibull>& observers,
                 RandomStream& stream)
{
    for (std::size_t d = 0; d < observers.size(); ++d) {
        const double shown = group.nextLevel(d);
        group.tell(d, shown, stream.uniform() < observers[d].probabilityCorrect(shown));
    }
    group.learn();
}

double errorDb(const HierarchicalGroup& group, std::size_t d, const Weibull& observer)
{
    return toScale(LevelScale::decibel, group.estimate(d)->threshold / observer.threshold);
}

TEST(HierarchicalGroup, LearnsFromTheOtherDimensionsOfALayer)
{
    double together = 0.0;
    double alone = 0.0;
    for (std::uint64_t run = 0; run < 10; ++run) {
        RandomStream stream(1, "together", run);
        const auto observers = layer(10, kMiddleDb, stream);
        HierarchicalGroup group(smallSpec(), std::vector<std::string>(10, "layer"));
        std::vector<std::string> apartLayers;
        for (int d = 0; d < 10; ++d) {
            apartLayers.push_back(std::to_string(d));
        }
        HierarchicalGroup apart(smallSpec(), apartLayers);
        for (int block = 0; block < 6; ++block) {
            answerBlock(group, observers, stream);
            answerBlock(apart, observers, stream);
        }
        for (std::size_t d = 0; d < observers.size(); ++d) {
            together += std::pow(errorDb(group, d, observers[d]), 2);
            alone += std::pow(errorDb(apart, d, observers[d]), 2);
        }
    }
    EXPECT_LT(together, 0.5 * alone);
}

TEST(HierarchicalGroup, LetsAnOutlierGoWhereItsOwnDataAre)
{
    double pooled = 0.0;
    double alone = 0.0;
    constexpr int kRuns = 15;
    for (std::uint64_t run = 0; run < kRuns; ++run) {
        RandomStream stream(2, "outlier", run);
        const auto observers = layer(10, kMiddleDb + 15, stream);
        HierarchicalGroup group(smallSpec(), std::vector<std::string>(10, "layer"));
        HierarchicalGroup single(smallSpec(), {"layer"});
        const std::vector<Weibull> outlier = {observers.front()};
        for (int block = 0; block < 24; ++block) {
            answerBlock(group, observers, stream);
            answerBlock(single, outlier, stream);
        }
        pooled += errorDb(group, 0, observers[0]);
        alone += errorDb(single, 0, observers[0]);
    }
    EXPECT_GT(pooled / kRuns, alone / kRuns - 2.0) << "15 dB of pull were there to be had";
}

TEST(HierarchicalGroup, APriorDoesNotUseTheDimensionsOwnAnswers)
{
    HierarchicalGroup alone(smallSpec(), {"layer"});
    alone.tell(0, 0.5, false);
    alone.tell(0, 0.5, false);
    const auto before = alone.at(0).posterior().weights();
    alone.learn();
    for (std::size_t p = 0; p < before.size(); ++p) {
        ASSERT_NEAR(alone.at(0).posterior().weights()[p], before[p], 1e-12);
    }
}

TEST(HierarchicalGroup, AHardDimensionMakesItsLayerSeemHard)
{
    HierarchicalGroup group(smallSpec(), {"layer", "layer", "other"});
    const double before = group.at(1).posterior().mean(0);
    for (int i = 0; i < 6; ++i) {
        group.tell(0, 0.5, false);
    }
    group.learn();
    EXPECT_GT(group.at(1).posterior().mean(0), before + 1);
    EXPECT_LT(group.at(2).posterior().mean(0), before + 1) << "of another layer";
}

TEST(HierarchicalGroup, AnEstimateStaysWithinWhatItsOwnDataAllow)
{
    for (std::uint64_t run = 0; run < 5; ++run) {
        RandomStream stream(4, "own data", run);
        const auto observers = layer(8, kMiddleDb + 20, stream);
        HierarchicalGroup group(smallSpec(), std::vector<std::string>(8, "layer"));
        for (int block = 0; block < 10; ++block) {
            answerBlock(group, observers, stream);
            for (std::size_t d = 0; d < group.size(); ++d) {
                std::vector<double> weights = group.at(d).model().ownPrior;
                for (std::size_t p = 0; p < weights.size(); ++p) {
                    weights[p] *= group.at(d).likelihood()[p];
                }
                const GridPosterior own(group.at(d).model().table, weights);
                const double estimate = toScale(LevelScale::decibel, group.estimate(d)->threshold);
                EXPECT_GE(estimate, own.quantile(0, 0.025) - 1e-9);
                EXPECT_LE(estimate, own.quantile(0, 0.975) + 1e-9);
            }
        }
    }
}

TEST(HierarchicalGroup, WhatWasLearntDependsOnTheAnswersAlone)
{
    RandomStream stream(3, "order");
    HierarchicalGroup often(smallSpec(), {"a", "a", "b"});
    HierarchicalGroup once(smallSpec(), {"a", "a", "b"});
    for (int i = 0; i < 20; ++i) {
        const std::size_t d = i % 3;
        const double shown = often.nextLevel(d);
        const bool correct = stream.uniform() < 0.75;
        often.tell(d, shown, correct);
        once.tell(d, shown, correct);
        often.learn();
    }
    once.learn();
    for (std::size_t d = 0; d < often.size(); ++d) {
        EXPECT_EQ(often.nextLevel(d), once.nextLevel(d));
        EXPECT_DOUBLE_EQ(often.estimate(d)->threshold, once.estimate(d)->threshold);
        const auto& weights = often.at(d).posterior().weights();
        EXPECT_NEAR(std::accumulate(weights.begin(), weights.end(), 0.0), 1.0, 1e-12);
    }
}

TEST(HierarchicalGroup, SaysNothingOfADimensionThatWasNotShown)
{
    HierarchicalGroup group(smallSpec(), {"a", "a"});
    group.tell(0, 0.1, true);
    group.learn();
    EXPECT_TRUE(group.estimate(0).has_value());
    EXPECT_FALSE(group.estimate(1).has_value());
}

TEST(LearntPriors, AreWhatTheGroupLearnsInWhateverOrderTheyAreAskedFor)
{
    const std::vector<std::string> layers = {"a", "a", "a"};
    HierarchicalGroup group(smallSpec(), layers);
    std::vector<Procedure> procedures(3, Procedure(smallSpec()));
    procedures.emplace_back(StaircaseSpec{});
    for (std::size_t d = 0; d < group.size(); ++d) {
        for (const bool correct : {true, true, false}) {
            const double shown = group.nextLevel(d);
            group.tell(d, shown, correct);
            procedures[d].tell(shown, correct);
        }
    }
    const LearntPriors learnt(procedures, {"a", "a", "a", "a"});
    const Procedure staircase = procedures.back();
    // A copy that looks ahead has more answers by then, and takes the priors first.
    auto ahead = procedures[0];
    ahead.tell(0.2, true);
    learnt.giveTo(ahead, 0);
    for (std::size_t i = 0; i < procedures.size(); ++i) {
        auto copy = procedures[i];
        learnt.giveTo(copy, i);
        learnt.giveTo(procedures[i], i);
        EXPECT_EQ(copy, procedures[i]);
    }
    group.learn();
    for (std::size_t d = 0; d < group.size(); ++d) {
        EXPECT_EQ(procedures[d].nextLevel(), group.nextLevel(d));
        EXPECT_EQ(procedures[d].estimate(), group.estimate(d));
    }
    EXPECT_EQ(procedures.back(), staircase);
    procedures[0].tell(0.2, true);
    EXPECT_NEAR(ahead.estimate()->threshold, procedures[0].estimate()->threshold, 1e-12);

    EXPECT_TRUE(LearntPriors({staircase}, {"a"}).empty());
    EXPECT_FALSE(learnt.empty());
}

TEST(HierarchicalGroup, RefusesWhatContradictsItself)
{
    EXPECT_THROW(HierarchicalGroup(smallSpec(), {}), InvalidArgument);
    auto spec = smallSpec();
    spec.layerSpreads = {};
    EXPECT_THROW(HierarchicalGroup(spec, {"a"}), InvalidArgument);
    spec = smallSpec();
    spec.layerSpreads = {0};
    EXPECT_THROW(HierarchicalGroup(spec, {"a"}), InvalidArgument);
    spec = smallSpec();
    spec.outlierShare = NAN;
    EXPECT_THROW(HierarchicalGroup(spec, {"a"}), InvalidArgument);
    spec = smallSpec();
    spec.outlierShare = 0;
    EXPECT_THROW(HierarchicalGroup(spec, {"a"}), InvalidArgument);
    spec = smallSpec();
    spec.nuisanceWeight = 0;
    EXPECT_THROW(HierarchicalGroup(spec, {"a"}), InvalidArgument);
}

} // namespace
} // namespace mlab
