// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/random_stream.h"
#include "core/fits/group_statistics.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace mlab {
namespace {

TEST(GroupStatistics, MeanHasStudentsInterval)
{
    const auto mean = meanOf(std::vector{1.0, 2.0, 3.0, 4.0, 5.0});
    ASSERT_TRUE(mean && mean->interval95);
    EXPECT_EQ(mean->mean, 3.0);
    EXPECT_NEAR((*mean->interval95)[0], 3 - 1.963243, 1e-6); // t(0.975, 4) = 2.776445
    EXPECT_NEAR((*mean->interval95)[1], 3 + 1.963243, 1e-6);
    EXPECT_FALSE(meanOf(std::vector{7.0})->interval95);
    EXPECT_FALSE(meanOf(std::vector<double>{}));
}

// Anscombe's first data set; interval as R's cor.test gives it.
TEST(GroupStatistics, CorrelationOfAnscombesQuartet)
{
    const std::vector<double> x = {10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5};
    const std::vector<double> y = {8.04, 6.95, 7.58,  8.81, 8.33, 9.96,
                                   7.24, 4.26, 10.84, 4.82, 5.68};
    const auto found = correlate(x, y);
    ASSERT_TRUE(found && found->interval95);
    EXPECT_NEAR(found->r, 0.8164205, 1e-7);
    EXPECT_NEAR((*found->interval95)[0], 0.4243912, 1e-6);
    EXPECT_NEAR((*found->interval95)[1], 0.9506933, 1e-6);
    EXPECT_FALSE(correlate(x, std::vector<double>(11, 1.0))) << "what does not vary";
    EXPECT_FALSE(correlate(std::vector{1.0, 2.0}, std::vector{1.0, 2.0})) << "two points";
}

TEST(GroupStatistics, RankCorrelationKnowsTies)
{
    const std::vector<double> x = {1, 2, 3, 4, 100};
    EXPECT_NEAR(*rankCorrelation(x, std::vector{10.0, 20.0, 30.0, 40.0, 41.0}), 1.0, 1e-15);
    // Ranks 1, 2.5, 2.5, 4, 5 and 2, 1, 3, 4, 5: 8 / sqrt(9.5 * 10).
    EXPECT_NEAR(*rankCorrelation(std::vector{1.0, 2.0, 2.0, 4.0, 9.0},
                                 std::vector{2.0, 1.0, 3.0, 4.0, 7.0}),
                8 / std::sqrt(95.0), 1e-12);
    EXPECT_FALSE(rankCorrelation(x, std::vector<double>(5, 1.0)));
}

TEST(GroupStatistics, CorrelationWithinGroupsIsPermutedWithinThem)
{
    // Two groups of three, the second far away: r over all is near 1, within groups .75.
    const std::vector<std::size_t> groups = {0, 0, 0, 7, 7, 7};
    const std::vector<double> x = {1, 2, 3, 101, 102, 103};
    const std::vector<double> y = {1, 2, 3, 201, 203, 202};
    EXPECT_EQ(centredWithin(y, groups), (std::vector<double>{-1, 0, 1, -1, 1, 0}));
    EXPECT_EQ(centredWithin(std::vector<double>(6, 0.1), groups), std::vector<double>(6, 0.0));
    const auto test = correlationWithinTest(x, y, groups, 1);
    ASSERT_TRUE(test);
    EXPECT_NEAR(test->statistic, 0.75, 1e-12);
    EXPECT_TRUE(test->exact);
    // Sums of products within a group are 2, 1, 1, -1, -1, -2: a sum of at least 3 in size is
    // reached by 2 + 2, 2 + 1 twice, 1 + 2 twice, and the same below 0.
    EXPECT_NEAR(test->p, 10.0 / 36, 1e-12);
    EXPECT_NEAR(test->smallestP, 1.0 / 36, 1e-12);
    EXPECT_FALSE(correlationWithinTest(x, std::vector<double>{1, 1, 1, 2, 2, 2}, groups, 1));
    EXPECT_THROW(correlationWithinTest(x, std::vector{1.0}, groups, 1), InvalidArgument);
}

TEST(GroupStatistics, RandomPermutationsGiveTheExactP)
{
    RandomStream random(3, "test");
    std::vector<double> x;
    std::vector<double> y;
    std::vector<std::size_t> groups;
    for (std::size_t i = 0; i < 8; ++i) {
        x.push_back(random.normal());
        y.push_back(0.5 * x.back() + random.normal());
        groups.push_back(0);
    }
    const auto exact = correlationWithinTest(x, y, groups, 1);
    for (const std::size_t group : {1, 1, 1, 1}) { // adds permutations that change nothing
        groups.push_back(group);
        x.push_back(0.0);
        y.push_back(static_cast<double>(groups.size()));
    }
    const auto sampled = correlationWithinTest(x, y, groups, 1);
    EXPECT_TRUE(exact->exact);
    EXPECT_FALSE(sampled->exact);
    EXPECT_NEAR(sampled->p, exact->p, 0.015);
}

TEST(GroupStatistics, SignChangesAreCountedOneByOne)
{
    const auto test = signFlipTest(std::vector{1.0, 2.0, 3.0, 4.0, 5.0}, 1);
    EXPECT_TRUE(test.exact);
    EXPECT_EQ(test.statistic, 3.0);
    EXPECT_EQ(test.p, 2.0 / 32); // all of one sign: only all and none turned are as far
    EXPECT_EQ(test.smallestP, 2.0 / 32);
    // +-1 +-2 +-3 -+1: as far from 0 as 5 are 7 once and 5 twice, on either side.
    EXPECT_EQ(signFlipTest(std::vector{1.0, 2.0, 3.0, -1.0}, 1).p, 6.0 / 16);
    EXPECT_EQ(signFlipTest(std::vector{0.0, 0.0}, 1).p, 1.0);
    EXPECT_THROW(signFlipTest(std::vector<double>{}, 1), InvalidArgument);
}

TEST(GroupStatistics, RandomSignChangesGiveTheExactP)
{
    std::vector<double> differences;
    RandomStream random(3, "test");
    for (int i = 0; i < 20; ++i) {
        differences.push_back(0.4 + random.normal());
    }
    const auto exact = signFlipTest(differences, 1);
    differences.push_back(0.0); // changes no sum, only how they are counted
    const auto sampled = signFlipTest(differences, 1);
    EXPECT_TRUE(exact.exact);
    EXPECT_FALSE(sampled.exact);
    EXPECT_NEAR(sampled.p, exact.p, 0.005);
}

// Exact probabilities of Friedman (1937), as in the tables of Siegel & Castellan.
TEST(GroupStatistics, FriedmansTestAgreesWithHisTables)
{
    const auto alike = friedmanTest({{1, 2, 3}, {4, 5, 6}, {0, 1, 9}}, 1);
    EXPECT_NEAR(alike.statistic, 6.0, 1e-12);
    EXPECT_TRUE(alike.exact);
    EXPECT_NEAR(alike.p, 6.0 / 216, 1e-12);
    EXPECT_NEAR(alike.smallestP, 6.0 / 216, 1e-12);
    const auto mixed = friedmanTest({{1, 2, 3}, {1, 2, 3}, {1, 2, 3}, {2, 1, 3}}, 1);
    EXPECT_NEAR(mixed.statistic, 6.5, 1e-12);
    EXPECT_NEAR(mixed.p, 54.0 / 1296, 1e-12);
}

TEST(GroupStatistics, FriedmansTestKnowsParticipantsAndTies)
{
    // Participants differ by far more than conditions: ranks within participants do not care.
    std::vector<std::vector<double>> rows;
    for (int i = 0; i < 12; ++i) {
        rows.push_back({100.0 * i, 100.0 * i + 1, 100.0 * i + 2});
    }
    const auto test = friedmanTest(rows, 1);
    EXPECT_FALSE(test.exact);
    EXPECT_LT(test.p, 1e-3);
    EXPECT_EQ(friedmanTest({{1, 1, 1}, {2, 2, 2}}, 1).p, 1.0);
    EXPECT_THROW(friedmanTest({{1, 2}, {1}}, 1), InvalidArgument);
    EXPECT_THROW(friedmanTest({}, 1), InvalidArgument);
}

TEST(GroupStatistics, HolmsCorrection)
{
    EXPECT_EQ(holmAdjusted(std::vector{0.25, 0.01, 0.0625}), (std::vector{0.25, 0.03, 0.125}));
    EXPECT_EQ(holmAdjusted(std::vector{0.03125, 0.03125}), (std::vector{0.0625, 0.0625}));
    EXPECT_EQ(holmAdjusted(std::vector{0.75, 0.5}), (std::vector{1.0, 1.0}));
}

} // namespace
} // namespace mlab
