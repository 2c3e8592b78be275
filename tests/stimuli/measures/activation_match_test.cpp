// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/random_stream.h"
#include "stimuli/measures/activation_match.h"
#include "stimuli/numerics/metamer_noise.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <set>

namespace mlab::stimuli {
namespace {

using Values = std::vector<double>;

TEST(ActivationMatch, SilenceMatchesNothing)
{
    const Values silent(4, 0.0);
    const Values heard{1, 0, 2, 3};
    for (const auto& [a, b] : {std::pair(silent, heard), {heard, silent}, {silent, silent}}) {
        const auto match = compareActivations(a, b);
        EXPECT_EQ(match.spearman, 0);
        EXPECT_EQ(match.pearson, 0);
        EXPECT_EQ(match.snrDb, 0);
    }
}

TEST(ActivationMatch, EqualActivationsHaveNoNoise)
{
    const Values values{1, 0, 2, 3};
    const auto match = compareActivations(values, values);
    EXPECT_EQ(match.snrDb, std::numeric_limits<double>::infinity());
    EXPECT_DOUBLE_EQ(match.spearman, 1);
    EXPECT_DOUBLE_EQ(match.pearson, 1);
    EXPECT_EQ(match.l2, 0);
}

TEST(ActivationMatch, WhatDoesNotVaryCorrelatesWithNothing)
{
    const auto match = compareActivations(Values{2, 2, 2}, Values{1, 2, 4});
    EXPECT_EQ(match.spearman, 0);
    EXPECT_EQ(match.pearson, 0);
    EXPECT_NEAR(match.snrDb, 10 * std::log10(12.0 / 5), 1e-12);
}

RC_GTEST_PROP(ActivationMatch, SpearmanIgnoresAnyIncreasingChange, ())
{
    const auto size = *rc::gen::inRange<std::size_t>(2, 40);
    const auto whole = rc::gen::container<std::vector<int>>(size, rc::gen::inRange(-5, 6));
    const auto a = *whole;
    const auto b = *whole;
    Values original(a.begin(), a.end());
    Values metamer(b.begin(), b.end());
    RC_PRE(std::any_of(a.begin(), a.end(), [](int v) { return v != 0; }));
    RC_PRE(std::any_of(b.begin(), b.end(), [](int v) { return v != 0; }));
    const double before = compareActivations(original, metamer).spearman;
    for (double& value : metamer) {
        value = std::exp(value);
    }
    RC_ASSERT(std::abs(compareActivations(original, metamer).spearman - before) < 1e-12);
}

TEST(ActivationMatch, BadInputIsRefused)
{
    EXPECT_THROW(compareActivations(Values{}, Values{}), InvalidArgument);
    EXPECT_THROW(compareActivations(Values{1, 2}, Values{1}), InvalidArgument);
    EXPECT_THROW(compareActivations(Values{1, NAN}, Values{1, 2}), NumericError);
    EXPECT_THROW(compareActivations(Values{1, 1}, Values{1, INFINITY}), NumericError);
}

TEST(NullSample, BoundsTheProbabilityOfChance)
{
    const NullSample null({0.1, 0.42, 0.61, -0.2});
    EXPECT_EQ(null.maximum(), 0.61);
    EXPECT_DOUBLE_EQ(null.pValue(0.62), 1.0 / 5);
    EXPECT_DOUBLE_EQ(null.pValue(0.61), 2.0 / 5);
    EXPECT_DOUBLE_EQ(null.pValue(0.0), 4.0 / 5);
    EXPECT_DOUBLE_EQ(null.pValue(-1), 1.0);
    EXPECT_THROW(NullSample().maximum(), InvalidArgument);
    EXPECT_THROW(NullSample({0.1, NAN}), NumericError);
}

TEST(NullDistribution, AMetamerMustExceedItInEveryMeasureAndKeepItsClass)
{
    const std::array pairs = {
        ActivationMatch{.spearman = 0.5, .pearson = 0.2, .snrDb = 3, .l2 = 1},
        ActivationMatch{.spearman = 0.1, .pearson = 0.6, .snrDb = 1, .l2 = 2}};
    const NullDistribution null(pairs);
    EXPECT_EQ(null.pairs(), 2U);
    const ActivationMatch good{.spearman = 0.51, .pearson = 0.61, .snrDb = 3.1, .l2 = 0.5};
    EXPECT_TRUE(accepted(good, null, std::nullopt));
    EXPECT_TRUE(accepted(good, null, true));
    EXPECT_FALSE(accepted(good, null, false));
    for (const auto measure :
         {&ActivationMatch::spearman, &ActivationMatch::pearson, &ActivationMatch::snrDb}) {
        auto match = good;
        match.*measure = std::max(pairs[0].*measure, pairs[1].*measure);
        EXPECT_FALSE(accepted(match, null, true));
    }
    EXPECT_THROW(accepted(good, NullDistribution(), true), InvalidArgument);
}

RC_GTEST_PROP(RandomPairs, AreDifferentPairsOfDifferentMembers, ())
{
    const auto pool = *rc::gen::inRange<std::size_t>(2, 60);
    const auto count = *rc::gen::inRange<std::size_t>(0, pool * (pool - 1) / 2 + 1);
    const auto pairs = randomPairs(pool, count, *rc::gen::arbitrary<std::uint64_t>());
    RC_ASSERT(pairs.size() == count);
    std::set<std::pair<std::size_t, std::size_t>> seen;
    for (const auto& [a, b] : pairs) {
        RC_ASSERT(a < pool && b < pool && a != b);
        RC_ASSERT(seen.insert(std::minmax({a, b})).second);
    }
}

TEST(RandomPairs, EachOrderedPairIsEquallyLikely)
{
    constexpr std::uint64_t kDraws = 12'000;
    std::map<std::pair<std::size_t, std::size_t>, int> counts;
    for (std::uint64_t seed = 0; seed < kDraws; ++seed) {
        ++counts[randomPairs(4, 2, seed)[1]];
    }
    ASSERT_EQ(counts.size(), 12U);
    double chiSquare = 0;
    for (const auto& [pair, count] : counts) {
        chiSquare += (count - 1000.0) * (count - 1000.0) / 1000.0;
    }
    EXPECT_LT(chiSquare, 31.3); // 11 degrees of freedom, p = 0.001
}

TEST(RandomPairs, APoolHasOnlySoMany)
{
    EXPECT_EQ(randomPairs(4, 6, 1).size(), 6U);
    EXPECT_THROW(randomPairs(4, 7, 1), InvalidArgument);
    EXPECT_THROW(randomPairs(1, 1, 1), InvalidArgument);
    EXPECT_TRUE(randomPairs(0, 0, 1).empty());
}

TEST(MetamerNoise, IsThatOfItsKindAndItemForEver)
{
    constexpr std::size_t kSize = 30'000;
    const auto statistics = [](const std::vector<float>& values) {
        double mean = 0;
        double square = 0;
        for (const float v : values) {
            mean += static_cast<double>(v) / kSize;
            square += static_cast<double>(v) * static_cast<double>(v) / kSize;
        }
        return std::pair(mean, std::sqrt(square - mean * mean));
    };
    const auto [gaussMean, gaussSd] = statistics(metamerNoise(MetamerNoise::gaussian, 1, 0, kSize));
    EXPECT_NEAR(gaussMean, 0.5, 4 * 0.05 / std::sqrt(kSize));
    EXPECT_NEAR(gaussSd, 0.05, 0.05 * 4 / std::sqrt(2.0 * kSize));
    const auto [mean, sd] = statistics(metamerNoise(MetamerNoise::uniform, 1, 0, kSize));
    EXPECT_NEAR(mean, 0.5, 4 * 0.289 / std::sqrt(kSize));
    EXPECT_NEAR(sd, std::sqrt(1.0 / 12), 0.005);

    RandomStream stream(9, "metamer-noise", 4);
    const auto noise = metamerNoise(MetamerNoise::gaussian, 9, 4, 3);
    for (const float value : noise) {
        EXPECT_EQ(value, static_cast<float>(0.5 + stream.normal() / 20));
    }
    EXPECT_NE(noise, metamerNoise(MetamerNoise::gaussian, 9, 5, 3));
    EXPECT_NE(noise, metamerNoise(MetamerNoise::gaussian, 8, 4, 3));
}

} // namespace
} // namespace mlab::stimuli
