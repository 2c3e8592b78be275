// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/trial/frame_pacer.h"

#include <QTest>
#include <gtest/gtest.h>

#include <limits>

namespace mlab::ui {
namespace {

constexpr double kNoSound = std::numeric_limits<double>::infinity();
constexpr double kReportedHz = 100;

/// Swaps that return at once, as on a virtual screen.
void measure(FramePacer& pacer)
{
    while (!pacer.isMeasured()) {
        pacer.measureSwap(kReportedHz);
    }
}

TEST(FramePacer, SwapsThatReturnAtOnceLeaveThePacerItsOwnScheduleAtTheNominalRate)
{
    FramePacer pacer(Pace::real, [] {});
    measure(pacer);
    EXPECT_TRUE(pacer.ownSchedule());
    EXPECT_EQ(pacer.refresh().periodMs, 10);
    pacer.startSchedule(1000.0);
    EXPECT_EQ(pacer.nextFrameMs(1000.0, 5, kNoSound), 1050);
    EXPECT_EQ(pacer.nextFrameMs(1053.0, 2, kNoSound), 1070) << "a late frame does not shift others";
    EXPECT_EQ(pacer.nextFrameMs(1056.0, 2, kNoSound), 1080);
}

TEST(FramePacer, ASoundSetsTheTimeOfTheNextFrameButNeverInThePast)
{
    FramePacer pacer(Pace::real, [] {});
    measure(pacer);
    pacer.startSchedule(1000.0);
    EXPECT_EQ(pacer.nextFrameMs(1000.0, 5, 1033.3), 1033.3);
    EXPECT_EQ(pacer.nextFrameMs(1040.0, 5, 1033.3), 1040);
}

TEST(FramePacer, AtFastPaceFramesFollowEachOtherWithoutWaiting)
{
    int frames = 0;
    FramePacer pacer(Pace::fast, [&] { ++frames; });
    measure(pacer);
    EXPECT_FALSE(pacer.ownSchedule());
    EXPECT_EQ(pacer.nextFrameMs(1003.0, 5, kNoSound), 1013);
    pacer.frameAt(nowMs() + 60'000);
    EXPECT_TRUE(QTest::qWaitFor([&] { return frames == 1; }, 5000));
}

TEST(FramePacer, AFrameThatIsDueBeforeItCouldBeDrawnBeginsAtOnce)
{
    FramePacer pacer(Pace::real, [] {});
    measure(pacer);
    pacer.frameSoon();
    ASSERT_TRUE(QTest::qWaitFor([&] { return pacer.frameBeganMs() > 0; }, 5000));
    const double began = pacer.frameBeganMs();
    pacer.frameDrawn(); // as if drawing had taken the time since then
    pacer.frameAt(began - 1000);
    EXPECT_TRUE(QTest::qWaitFor([&] { return pacer.frameBeganMs() > began; }, 5000));
}

TEST(FramePacer, AFrameIsNotDrawnLongBeforeItIsDue)
{
    FramePacer pacer(Pace::real, [] {});
    measure(pacer);
    const double due = nowMs() + 100;
    pacer.frameAt(due);
    ASSERT_TRUE(QTest::qWaitFor([&] { return pacer.frameBeganMs() > 0; }, 5000));
    EXPECT_GE(pacer.frameBeganMs(), due - 1) << "drawing is not known to take any time yet";
}

TEST(FramePacer, AfterStopNothingIsDrawn)
{
    int frames = 0;
    FramePacer pacer(Pace::real, [&] { ++frames; });
    pacer.frameInMs(1);
    pacer.stop();
    QTest::qWait(20);
    EXPECT_EQ(frames, 0);
}

} // namespace
} // namespace mlab::ui
