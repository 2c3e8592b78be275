// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random_stream.h"
#include "stimuli/numerics/rounding.h"

#include <gtest/gtest.h>

#include <cmath>

namespace mlab::stimuli {
namespace {

struct Problem {
    std::vector<float> levels;
    std::vector<std::vector<float>> gradients;

    std::vector<std::span<const float>> rows() const
    {
        return {gradients.begin(), gradients.end()};
    }
    double projection(const std::vector<std::int32_t>& rounded, std::size_t k) const
    {
        double sum = 0;
        for (std::size_t i = 0; i < levels.size(); ++i) {
            sum += static_cast<double>(gradients[k][i]) *
                   (static_cast<double>(rounded[i]) - static_cast<double>(levels[i]));
        }
        return sum;
    }
};

// Pixels on whole levels, moved by a fraction of one; gradients of natural unevenness.
Problem randomProblem(double move, std::size_t coordinates)
{
    RandomStream random(1, "rounding-test");
    Problem problem;
    const std::size_t pixels = 64 * 64 * 3;
    for (std::size_t i = 0; i < pixels; ++i) {
        problem.levels.push_back(static_cast<float>(static_cast<double>(random.below(200) + 20) +
                                                    move * random.normal()));
    }
    for (std::size_t k = 0; k < coordinates; ++k) {
        std::vector<float> row;
        for (std::size_t i = 0; i < pixels; ++i) {
            row.push_back(static_cast<float>(1e-5 * random.normal() * std::exp(random.normal())));
        }
        problem.gradients.push_back(std::move(row));
    }
    return problem;
}

TEST(Rounding, EachValueGoesToOneOfItsTwoNeighbours)
{
    const auto problem = randomProblem(0.7, 3);
    const auto rounded =
        roundKeepingCoordinates(problem.levels, problem.rows(), std::vector<double>(3, 0.0), {});
    for (std::size_t i = 0; i < rounded.size(); ++i) {
        EXPECT_LT(std::abs(static_cast<float>(rounded[i]) - problem.levels[i]), 1.0F);
    }
}

TEST(Rounding, WhatWasNotMovedStaysUntouched)
{
    auto problem = randomProblem(0.0, 2);
    const auto rounded =
        roundKeepingCoordinates(problem.levels, problem.rows(), std::vector<double>(2, 0.0), {});
    for (std::size_t i = 0; i < rounded.size(); ++i) {
        EXPECT_EQ(static_cast<float>(rounded[i]), problem.levels[i]);
    }
}

TEST(Rounding, KeepsTheCoordinatesFarBetterThanRoundingToTheNearest)
{
    for (const double move : {0.05, 0.3, 5.0}) {
        const auto problem = randomProblem(move, 6);
        const auto rounded = roundKeepingCoordinates(problem.levels, problem.rows(),
                                                     std::vector<double>(6, 0.0), {});
        std::vector<std::int32_t> nearest;
        for (const float level : problem.levels) {
            nearest.push_back(static_cast<std::uint8_t>(std::lround(level)));
        }
        for (std::size_t k = 0; k < 6; ++k) {
            EXPECT_LT(std::abs(problem.projection(rounded, k)), 2e-4) << "move " << move;
        }
        double kept = 0;
        double lost = 0;
        for (std::size_t k = 0; k < 6; ++k) {
            kept += std::abs(problem.projection(rounded, k));
            lost += std::abs(problem.projection(nearest, k));
        }
        EXPECT_LT(kept, lost / 5) << "move " << move;
    }
}

TEST(Rounding, AddsTheShiftAskedFor)
{
    const auto problem = randomProblem(0.3, 2);
    const std::vector<double> shift = {0.003, -0.002};
    const auto rounded = roundKeepingCoordinates(problem.levels, problem.rows(), shift, {});
    EXPECT_NEAR(problem.projection(rounded, 0), 0.003, 2e-4);
    EXPECT_NEAR(problem.projection(rounded, 1), -0.002, 2e-4);
}

TEST(Rounding, TheEndsOfTheRangeAreKept)
{
    const std::vector<float> levels = {0.0F, 255.0F, 0.4F, 254.6F};
    const std::vector<float> gradient = {1.0F, -1.0F, 1.0F, 1.0F};
    const std::vector<std::span<const float>> rows = {gradient};
    const auto rounded = roundKeepingCoordinates(levels, rows, std::vector<double>{0.0}, {});
    EXPECT_EQ(rounded[0], 0);
    EXPECT_EQ(rounded[1], 255);
    EXPECT_LE(rounded[2], 1);
    EXPECT_GE(rounded[3], 254);
}

} // namespace
} // namespace mlab::stimuli
