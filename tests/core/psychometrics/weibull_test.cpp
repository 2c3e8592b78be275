// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/psychometrics/weibull.h"

#include <gtest/gtest.h>

#include <cmath>

namespace mlab {
namespace {

constexpr Weibull kObserver{.threshold = 0.6, .slope = 3.5, .chance = 0.5, .lapse = 0.02};

TEST(Weibull, RunsFromChanceToOneMinusLapse)
{
    EXPECT_DOUBLE_EQ(kObserver.probabilityCorrect(0.0), 0.5);
    EXPECT_DOUBLE_EQ(kObserver.probabilityCorrect(60.0), 0.98);
}

TEST(Weibull, HasClimbedOneMinusOneOverEAtItsThreshold)
{
    EXPECT_NEAR(kObserver.probabilityCorrect(0.6), 0.5 + 0.48 * 0.6321205588285577, 1e-12);
    EXPECT_NEAR((Weibull{.threshold = 2.0, .slope = 1.0}).probabilityCorrect(2.0),
                0.816060279414279, 1e-12);
}

TEST(Weibull, DependsOnTheSizeOfTheMoveNotItsSign)
{
    EXPECT_DOUBLE_EQ(kObserver.probabilityCorrect(-0.4), kObserver.probabilityCorrect(0.4));
}

TEST(Weibull, SlopeIsTheExponentOfTheRelativeLevel)
{
    // At 1.5 times the threshold: 1 - exp(-1.5^3.5), by hand.
    EXPECT_NEAR(kObserver.probabilityCorrect(0.9), 0.5 + 0.48 * (1 - std::exp(-4.133513940946613)),
                1e-12);
}

TEST(Weibull, KeepsItsPrecisionAtTinyLevels)
{
    const Weibull steep{.threshold = 1.0, .slope = 2.0, .chance = 0.0};
    EXPECT_DOUBLE_EQ(steep.probabilityCorrect(1e-9), 1e-18);
}

} // namespace
} // namespace mlab
