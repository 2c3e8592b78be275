// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/statistics/bootstrap.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace mlab {
namespace {

std::vector<std::optional<double>> meanAndNoise(std::span<const std::size_t> drawn,
                                                RandomStream& random)
{
    double sum = 0.0;
    for (const auto unit : drawn) {
        sum += static_cast<double>(unit);
    }
    return {sum / static_cast<double>(drawn.size()), random.normal()};
}

TEST(Bootstrap, IsTheSameOnAnyNumberOfThreads)
{
    const auto one = bootstrap(20, {.samples = 300, .seed = 4, .threads = 1}, meanAndNoise);
    const auto two = bootstrap(20, {.samples = 300, .seed = 4, .threads = 2}, meanAndNoise);
    EXPECT_EQ(one, two);
    EXPECT_NE(one, bootstrap(20, {.samples = 300, .seed = 5, .threads = 1}, meanAndNoise));
}

TEST(Bootstrap, TheIntervalOfAMeanIsItsStandardErrorWide)
{
    const auto values = bootstrap(50, {.samples = 2000, .seed = 1, .threads = 1}, meanAndNoise);
    const auto interval = bootstrapInterval(values.front());
    ASSERT_TRUE(interval);
    const double standardError = std::sqrt((50.0 * 50 - 1) / 12 / 50); // of 0 ... 49
    EXPECT_NEAR((*interval)[0], 24.5 - 1.96 * standardError, 0.4);
    EXPECT_NEAR((*interval)[1], 24.5 + 1.96 * standardError, 0.4);
}

TEST(Bootstrap, PercentilesInterpolate)
{
    std::vector<std::optional<double>> values;
    for (int i = 0; i <= 100; ++i) {
        values.emplace_back(100 - i);
    }
    EXPECT_NEAR((*bootstrapInterval(values))[0], 2.5, 1e-12);
    EXPECT_NEAR((*bootstrapInterval(values))[1], 97.5, 1e-12);
    for (std::size_t i = 0; i < 5; ++i) {
        values[i].reset();
    }
    EXPECT_TRUE(bootstrapInterval(values)) << "5 of 101 absent";
    values[5].reset();
    EXPECT_FALSE(bootstrapInterval(values)) << "6 of 101 absent";
}

TEST(Bootstrap, DifferencesArePaired)
{
    std::vector<std::optional<double>> first;
    std::vector<std::optional<double>> second;
    for (int i = 0; i < 999; ++i) {
        first.emplace_back(i);
        second.emplace_back(i + (i < 10 ? -1 : 1));
    }
    EXPECT_NEAR(*bootstrapDifferenceP(first, second), 2 * 11.0 / 1000, 1e-12);
    EXPECT_EQ(*bootstrapDifferenceP(first, first), 1.0);
    EXPECT_THROW(bootstrapDifferenceP(first, std::vector<std::optional<double>>(3)),
                 InvalidArgument);
}

TEST(Bootstrap, RefusesNothingToDrawFrom)
{
    EXPECT_THROW(bootstrap(0, {}, meanAndNoise), InvalidArgument);
    EXPECT_THROW(bootstrap(3, {.samples = 0, .seed = 1, .threads = 1}, meanAndNoise),
                 InvalidArgument);
}

} // namespace
} // namespace mlab
