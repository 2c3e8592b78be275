// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "stimuli/numerics/pool_distance.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace mlab::stimuli {
namespace {

// Distances 5, 0, 1, 3 and 13, in two coordinates.
Basis pool()
{
    Basis basis;
    basis.layer = "band";
    basis.poolCount = 5;
    basis.explainedVariance = {0.5, 0.25};
    basis.poolCoordinates = {3, -4, 0, 0, 0, 1, -3, 0, 5, 12};
    return basis;
}

TEST(PoolDistance, IsTheNormOfTheCoordinates)
{
    EXPECT_EQ(distanceFromPool(std::vector<double>{3, -4}), 5.0);
    EXPECT_EQ(distanceFromPool(std::vector<double>{0, 0, 0}), 0.0);
}

TEST(PoolDistance, APercentileIsInterpolatedBetweenTheNearestRanks)
{
    EXPECT_EQ(poolDistanceAt(pool(), 100), 13.0);
    EXPECT_EQ(poolDistanceAt(pool(), 75), 5.0);
    EXPECT_EQ(poolDistanceAt(pool(), 50), 3.0);
    EXPECT_DOUBLE_EQ(poolDistanceAt(pool(), 40), 1 + 0.6 * 2);
    EXPECT_DOUBLE_EQ(poolDistanceAt(pool(), 90), 5 + 0.6 * 8);
}

TEST(PoolDistance, WhatIsNoPercentileOrHasNoPoolIsRefused)
{
    for (const double percentile : {0.0, -1.0, 100.5, std::numeric_limits<double>::quiet_NaN()}) {
        EXPECT_THROW(poolDistanceAt(pool(), percentile), InvalidArgument) << percentile;
    }
    auto empty = pool();
    empty.poolCoordinates.clear();
    EXPECT_THROW(poolDistanceAt(empty, 40), InvalidArgument);
}

} // namespace
} // namespace mlab::stimuli
