// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fits/level_bins.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <vector>

namespace mlab {
namespace {

TEST(LevelBins, EachTrialIsInOneBinWithItsNeighbours)
{
    std::vector<LevelCounts> trials;
    for (int i = 0; i < 60; ++i) {
        trials.push_back({std::exp(0.1 * (i * 7 % 60)), i % 3 == 0 ? 0.0 : 1.0, 1.0});
    }
    const auto bins = binByLevel(trials);
    ASSERT_LE(bins.counts.size(), 8U);
    ASSERT_EQ(bins.binOf.size(), trials.size());
    std::vector<LevelCounts> sums(bins.counts.size());
    for (std::size_t i = 0; i < trials.size(); ++i) {
        auto& sum = sums[bins.binOf[i]];
        sum.level += std::log(trials[i].level);
        sum.correct += trials[i].correct;
        sum.total += 1;
    }
    for (std::size_t i = 0; i < sums.size(); ++i) {
        EXPECT_EQ(bins.counts[i].correct, sums[i].correct);
        EXPECT_EQ(bins.counts[i].total, sums[i].total);
        EXPECT_NEAR(bins.counts[i].level, std::exp(sums[i].level / sums[i].total), 1e-9);
        EXPECT_GE(bins.counts[i].total, 3);
    }
    EXPECT_TRUE(binByLevel({}).counts.empty());
}

TEST(LevelBins, EqualLevelsShareABin)
{
    const std::vector<LevelCounts> trials(40, {0.5, 1.0, 1.0});
    EXPECT_EQ(binByLevel(trials).counts.size(), 1U);
}

TEST(LevelBins, OnlyASignificantDecreaseIsFound)
{
    const std::vector<LevelCounts> falling = {{1, 15, 15}, {2, 14, 15}, {3, 6, 15}};
    const auto found = significantDecrease(falling);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->low.level, 1);
    EXPECT_EQ(found->high.level, 3);
    EXPECT_FALSE(significantDecrease(std::vector<LevelCounts>{{1, 9, 15}, {2, 8, 15}}));
    EXPECT_FALSE(significantDecrease(std::vector<LevelCounts>{{1, 6, 15}, {2, 15, 15}}));
    // A single bin cannot decrease. The report used to warn here.
    EXPECT_FALSE(significantDecrease(std::vector<LevelCounts>{{1, 30, 40}}));
    EXPECT_FALSE(significantDecrease({}));
}

TEST(LevelBins, PooledRowsHaveTheBinsOfSingleTrials)
{
    std::vector<LevelCounts> trials;
    for (int i = 0; i < 60; ++i) {
        trials.push_back({std::exp(0.1 * (i * 7 % 20)), i % 3 == 0 ? 0.0 : 1.0, 1.0});
    }
    const auto pooled = pooledByLevel(trials);
    ASSERT_EQ(pooled.size(), 20U);
    const auto single = binByLevel(trials).counts;
    const auto together = binByLevel(pooled).counts;
    ASSERT_EQ(together.size(), single.size());
    for (std::size_t i = 0; i < single.size(); ++i) {
        EXPECT_EQ(together[i].correct, single[i].correct);
        EXPECT_EQ(together[i].total, single[i].total);
        EXPECT_NEAR(together[i].level, single[i].level, 1e-12);
    }
}

TEST(LevelBins, TheTrendIsThatOfProportions)
{
    const auto levels = [](double low, double middle, double high) {
        return std::vector<LevelCounts>{
            {std::exp(0.0), low, 10}, {std::exp(1.0), middle, 10}, {std::exp(2.0), high, 10}};
    };
    // p = 18 / 30, trend = 8 - 4 = 4, variance = 0.24 * 20
    EXPECT_NEAR(*decreasingTrendP(levels(4, 6, 8)), 0.9660, 1e-4);
    EXPECT_NEAR(*decreasingTrendP(levels(8, 6, 4)), 0.0340, 1e-4);
    EXPECT_NEAR(*decreasingTrendP(levels(6, 3, 6)), 0.5, 1e-12);
    EXPECT_FALSE(decreasingTrendP(levels(10, 10, 10)));
    EXPECT_FALSE(decreasingTrendP(std::vector<LevelCounts>{{1.0, 3, 10}}));
    EXPECT_FALSE(decreasingTrendP({}));
}

} // namespace
} // namespace mlab
