// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "ui/trial/frame_clock.h"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

namespace mlab::ui {
namespace {

/// Swaps `periodMs` apart, with a little jitter.
std::vector<double> swapsEvery(double periodMs, int count = 40)
{
    std::vector<double> swaps;
    swaps.reserve(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) {
        swaps.push_back(500 + i * periodMs + 0.005 * periodMs * ((i * 7) % 5 - 2));
    }
    return swaps;
}

TEST(JudgeSwaps, SwapsAtTheScreensRateWaitForItAndGiveThePeriod)
{
    const Refresh refresh = judgeSwaps(swapsEvery(1000 / 59.94), 60);
    EXPECT_TRUE(refresh.swapBlocks);
    EXPECT_NEAR(1000 / refresh.periodMs, 59.94, 0.2);
    EXPECT_NEAR(refresh.swapHz, 59.94, 0.2);
    EXPECT_EQ(refresh.nominalHz, 60);
}

TEST(JudgeSwaps, DroppedFramesDoNotChangeTheMeasuredPeriod)
{
    std::vector<double> swaps = swapsEvery(10);
    for (std::size_t i = 12; i < swaps.size(); ++i) {
        swaps[i] += i >= 25 ? 80 : 30;
    }
    const Refresh refresh = judgeSwaps(swaps, 100);
    EXPECT_TRUE(refresh.swapBlocks);
    EXPECT_NEAR(refresh.periodMs, 10, 0.1);
}

TEST(JudgeSwaps, SwapsThatReturnAtOnceLeaveTheNominalPeriod)
{
    const Refresh refresh = judgeSwaps(swapsEvery(3), 75);
    EXPECT_FALSE(refresh.swapBlocks);
    EXPECT_NEAR(refresh.periodMs, 1000.0 / 75, 1e-12);
    EXPECT_NEAR(refresh.swapHz, 1000.0 / 3, 5);
}

TEST(JudgeSwaps, SlowUnevenDrawingIsNotMistakenForTheScreen)
{
    std::vector<double> swaps{0};
    for (int i = 0; i < 40; ++i) {
        swaps.push_back(swaps.back() + 14.7 + 1.3 * (i % 4)); // 16.65 ms on average
    }
    const Refresh refresh = judgeSwaps(swaps, 60);
    EXPECT_FALSE(refresh.swapBlocks);
    EXPECT_NEAR(refresh.periodMs, 1000.0 / 60, 1e-12);
}

TEST(JudgeSwaps, SwapsSteadyAtAnotherRateThanTheScreensDoNotWaitForIt)
{
    EXPECT_FALSE(judgeSwaps(swapsEvery(1000.0 / 66), 60).swapBlocks);
    EXPECT_FALSE(judgeSwaps(swapsEvery(1000.0 / 30), 60).swapBlocks);
}

TEST(JudgeSwaps, AScreenThatDoesNotKnowItsRateIsAssumedToHave60Hz)
{
    for (const double reported : {0.0, -1.0, std::numeric_limits<double>::quiet_NaN()}) {
        EXPECT_EQ(judgeSwaps(swapsEvery(2), reported).nominalHz, 60);
    }
    EXPECT_THROW(judgeSwaps(swapsEvery(16, 2), 60), InternalError);
}

TEST(NearestOnGrid, IsAWholeNumberOfPeriodsFromTheOrigin)
{
    EXPECT_DOUBLE_EQ(nearestOnGrid(100, 10, 100), 100);
    EXPECT_DOUBLE_EQ(nearestOnGrid(100, 10, 104.9), 100);
    EXPECT_DOUBLE_EQ(nearestOnGrid(100, 10, 125.1), 130);
    EXPECT_DOUBLE_EQ(nearestOnGrid(100, 10, 83), 80);
}

TEST(KeyClock, AnEventWithoutStampHappenedNow)
{
    KeyClock clock;
    EXPECT_EQ(clock.pressedAtMs(5000, 0, 4000), 5000);
}

TEST(KeyClock, AKeyThatArrivesLateIsDatedBack)
{
    KeyClock clock;
    EXPECT_EQ(clock.pressedAtMs(5000, 777'000, 4000), 5000); // handled at once
    EXPECT_NEAR(clock.pressedAtMs(6012, 778'000, 5990), 6000, 0.2);
}

TEST(KeyClock, NoKeyIsDatedBeforeTheLastCheckForKeys)
{
    KeyClock clock;
    clock.pressedAtMs(5000, 777'000, 4000);
    EXPECT_EQ(clock.pressedAtMs(6400, 778'000, 6390), 6390);
    EXPECT_EQ(clock.pressedAtMs(7000, 12, 6990), 6990); // the clock of the time stamps was reset
}

TEST(KeyClock, ClocksThatDriftApartDoNotShiftTheDates)
{
    KeyClock clock;
    // The stamps' clock is 50 ppm slow, and a key comes every minute for five hours.
    for (int minute = 0; minute < 300; ++minute) {
        const double nowMs = 1000 + minute * 60'000.0;
        const auto stamp = static_cast<std::uint64_t>(9e6 + (nowMs - 1000) * (1 - 50e-6));
        EXPECT_EQ(clock.pressedAtMs(nowMs, stamp, nowMs - 1000), nowMs) << minute;
    }
}

} // namespace
} // namespace mlab::ui
