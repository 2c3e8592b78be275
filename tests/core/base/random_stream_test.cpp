// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random_stream.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>
#include <vector>

namespace mlab {
namespace {

// Stored sessions are folded again with these numbers: another generator, hash or distribution
// would make every one of them unreadable.
TEST(RandomStream, GivesTheSameNumbersForEver)
{
    RandomStream stream(42, "reference/texture/1/plus/8", 3);
    EXPECT_EQ(stream(), 0x938b7b8766a6e169ULL);
    EXPECT_EQ(stream(), 0x0faddf46c94a2844ULL);
    EXPECT_EQ(stream(), 0x8eab2d68e9fbe0e7ULL);
    EXPECT_EQ(RandomStream(0, "", 0)(), 0x41e5779b7cf5e194ULL);
    EXPECT_EQ(RandomStream(7, "x").uniform(), 0.47418999213700175);
    EXPECT_EQ(RandomStream(7, "x").below(1000), 585U);
    EXPECT_DOUBLE_EQ(RandomStream(7, "x").normal(), 0.57272276062851601);
    EXPECT_EQ(RandomStream(7, "x").permutation(8),
              (std::vector<std::size_t>{4, 6, 3, 2, 0, 5, 7, 1}));
}

TEST(RandomStream, SeedPurposeAndIndexEachMakeAnotherStream)
{
    const auto base = RandomStream(1, "block-order", 5)();
    EXPECT_EQ(RandomStream(1, "block-order", 5)(), base);
    EXPECT_NE(RandomStream(2, "block-order", 5)(), base);
    EXPECT_NE(RandomStream(1, "block-orders", 5)(), base);
    EXPECT_NE(RandomStream(1, "block-order", 6)(), base);
}

TEST(RandomStream, NeighbouringIndicesAreUncorrelated)
{
    constexpr int kPairs = 20'000;
    double product = 0;
    for (int i = 0; i < kPairs; ++i) {
        const auto index = static_cast<std::uint64_t>(i);
        product += (RandomStream(3, "p", index).uniform() - 0.5) *
                   (RandomStream(3, "p", index + 1).uniform() - 0.5);
    }
    // The product of two independent uniforms about 0 has an SD of 1/12.
    EXPECT_LT(std::abs(product / kPairs), 4.0 / 12.0 / std::sqrt(kPairs));
}

TEST(RandomStream, UniformFillsTheUnitIntervalEvenly)
{
    constexpr int kDraws = 100'000;
    std::array<int, 20> bins{};
    RandomStream stream(9, "uniform");
    for (int i = 0; i < kDraws; ++i) {
        const double u = stream.uniform();
        ASSERT_GE(u, 0.0);
        ASSERT_LT(u, 1.0);
        ++bins[static_cast<std::size_t>(u * 20)];
    }
    double chiSquare = 0;
    for (const int n : bins) {
        chiSquare += (n - kDraws / 20.0) * (n - kDraws / 20.0) / (kDraws / 20.0);
    }
    EXPECT_LT(chiSquare, 43.8); // 99.9 % of chi-square with 19 degrees of freedom
}

TEST(RandomStream, NormalHasMeanZeroAndUnitVariance)
{
    constexpr int kDraws = 100'000;
    RandomStream stream(9, "normal");
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < kDraws; ++i) {
        const double x = stream.normal();
        sum += x;
        squares += x * x;
    }
    EXPECT_NEAR(sum / kDraws, 0.0, 4 / std::sqrt(kDraws));
    EXPECT_NEAR(squares / kDraws, 1.0, 4 * std::sqrt(2.0 / kDraws));
}

TEST(RandomStream, BelowReachesEveryNumberAndNoOther)
{
    RandomStream stream(1, "below");
    std::vector<int> seen(7);
    for (int i = 0; i < 7000; ++i) {
        ++seen.at(stream.below(7));
    }
    // Four standard deviations of a binomial with n = 7000 and p = 1/7.
    EXPECT_GT(std::ranges::min(seen), 1000 - 117);
    EXPECT_LT(std::ranges::max(seen), 1000 + 117);
    EXPECT_EQ(stream.below(1), 0U);
}

TEST(RandomStream, PermutationIsOne)
{
    for (std::size_t n = 0; n < 60; ++n) {
        auto order = RandomStream(1, "permutation", n).permutation(n);
        std::vector<std::size_t> expected(n);
        std::iota(expected.begin(), expected.end(), std::size_t{0});
        EXPECT_TRUE(std::ranges::is_permutation(order, expected)) << n;
    }
}

TEST(RandomStream, AllOrdersOfFourAreEquallyLikely)
{
    constexpr int kDraws = 24'000;
    std::map<std::vector<std::size_t>, int> counts;
    for (std::uint64_t i = 0; i < kDraws; ++i) {
        ++counts[RandomStream(5, "orders", i).permutation(4)];
    }
    ASSERT_EQ(counts.size(), 24U);
    double chiSquare = 0;
    for (const auto& [order, n] : counts) {
        chiSquare += (n - 1000.0) * (n - 1000.0) / 1000.0;
    }
    EXPECT_LT(chiSquare, 49.7); // 99.9 % of chi-square with 23 degrees of freedom
}

} // namespace
} // namespace mlab
