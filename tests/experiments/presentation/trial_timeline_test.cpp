// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "experiments/presentation/trial_timeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <vector>

namespace mlab::experiments {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr double kPeriodMs = 1000.0 / 60.0;

/// Each phase's first swap, and how many frames were dropped before the next phase's first.
struct Shown {
    std::map<Phase, double> onset;
    std::map<Phase, int> dropped;
    double lengthMs(Phase phase) const
    {
        return onset.at(static_cast<Phase>(static_cast<int>(phase) + 1)) - onset.at(phase);
    }
};

/// Shows frames until the answer screen; `late(k)` says by how many periods frame k comes late.
Shown showUntilAnswer(TrialTimeline& timeline, const std::function<double(int)>& late,
                      double startMs = 1000.0)
{
    Shown run;
    double gridMs = startMs;
    for (int frame = 0; timeline.onScreen() != Phase::answer; ++frame) {
        const double lateness = frame == 0 ? 0.0 : late(frame);
        const double whole = std::round(lateness);
        gridMs += (frame == 0 ? 0.0 : 1.0 + whole) * kPeriodMs;
        const auto before = timeline.onScreen();
        const Phase phase = timeline.next();
        const double swapMs = gridMs + (lateness - whole) * kPeriodMs;
        timeline.frameShown(swapMs);
        if (before) {
            run.dropped[*before] += static_cast<int>(whole);
        }
        if (!run.onset.contains(phase)) {
            run.onset[phase] = swapMs;
        }
    }
    return run;
}

double never(int /*frame*/)
{
    return 0.0;
}

TEST(TrialTimeline, DurationsAreTheNearestWholeFramesAndAtLeastOne)
{
    const TrialTimeline mame({}, kPeriodMs, true);
    EXPECT_EQ(mame.plannedFrames(Phase::fixation), 90);
    EXPECT_EQ(mame.plannedFrames(Phase::interval1), 12);
    EXPECT_EQ(mame.plannedFrames(Phase::gap1), 30);
    EXPECT_EQ(mame.plannedFrames(Phase::interval2), 12);
    EXPECT_EQ(mame.plannedFrames(Phase::gap2), 30);
    EXPECT_EQ(mame.plannedFrames(Phase::interval3), 12);
    EXPECT_EQ(mame.plannedFrames(Phase::beforeAnswer), 60);
    EXPECT_EQ(mame.plannedFrames(Phase::feedback), 30);

    const TrialTimeline at144({}, 1000.0 / 144.0, false);
    EXPECT_EQ(at144.plannedFrames(Phase::interval1), 29); // 28.8
    Timing brief;
    brief.intervalMs = 1;
    EXPECT_EQ(TrialTimeline(brief, kPeriodMs, false).plannedFrames(Phase::interval1), 1);
}

TEST(TrialTimeline, UndisturbedOnsetsAreThePlannedFramesApart)
{
    TrialTimeline timeline({}, kPeriodMs, false);
    showUntilAnswer(timeline, never);
    timeline.key(Answer::first, 1e6);
    const Presentation shown = timeline.presentation();
    EXPECT_NEAR(shown.onsetMs[0].value(), 90 * kPeriodMs, 1e-9);
    EXPECT_NEAR(shown.onsetMs[1].value(), (90 + 12 + 30) * kPeriodMs, 1e-9);
    EXPECT_NEAR(shown.onsetMs[2].value(), (90 + 12 + 30 + 12 + 30) * kPeriodMs, 1e-9);
    EXPECT_EQ(shown.droppedFrames, 0);
    EXPECT_THAT(shown.flags, IsEmpty());
}

TEST(TrialTimeline, PhasesComeInTheOrderOfAnAbxTrial)
{
    Timing timing{
        .fixationMs = 1, .intervalMs = 1, .gapMs = 1, .beforeAnswerMs = 1, .feedbackMs = 1};
    TrialTimeline timeline(timing, kPeriodMs, true);
    std::vector<Phase> seen;
    double nowMs = 0;
    while (timeline.next() != Phase::over) {
        seen.push_back(timeline.next());
        timeline.frameShown(nowMs += kPeriodMs);
        if (timeline.onScreen() == Phase::answer) {
            timeline.key(Answer::second, nowMs + 1);
        }
    }
    EXPECT_THAT(seen, ElementsAre(Phase::fixation, Phase::interval1, Phase::gap1, Phase::interval2,
                                  Phase::gap2, Phase::interval3, Phase::beforeAnswer, Phase::answer,
                                  Phase::feedback));
}

TEST(TrialTimeline, OfTwoIntervalsThereIsNoThird)
{
    TrialTimeline timeline({}, kPeriodMs, false, 2);
    const Shown run = showUntilAnswer(timeline, never);
    EXPECT_NEAR(run.onset.at(Phase::answer) - run.onset.at(Phase::fixation),
                (90 + 12 + 30 + 12 + 60) * kPeriodMs, 1e-9);
    EXPECT_FALSE(run.onset.contains(Phase::gap2));
    EXPECT_FALSE(run.onset.contains(Phase::interval3));
    timeline.key(Answer::different, 1e6);
    const Presentation shown = timeline.presentation();
    EXPECT_EQ(shown.response, Answer::different);
    EXPECT_TRUE(shown.onsetMs[1].has_value());
    EXPECT_FALSE(shown.onsetMs[2].has_value());
}

TEST(TrialTimeline, OneIntervalIsFollowedByTheAnswer)
{
    TrialTimeline timeline({}, kPeriodMs, true, 1);
    const Shown run = showUntilAnswer(timeline, never);
    std::vector<Phase> seen;
    for (const auto& [phase, onsetMs] : run.onset) {
        seen.push_back(phase);
    }
    EXPECT_THAT(seen,
                ElementsAre(Phase::fixation, Phase::interval1, Phase::beforeAnswer, Phase::answer));
    const double answerMs = run.onset.at(Phase::answer);
    EXPECT_NEAR(answerMs - run.onset.at(Phase::fixation), (90 + 12 + 60) * kPeriodMs, 1e-9);
    timeline.key(categoryAnswer(7), answerMs + 420);
    EXPECT_EQ(timeline.next(), Phase::feedback);
    const Presentation shown = timeline.presentation();
    EXPECT_EQ(categoryIndex(shown.response), 7U);
    EXPECT_NEAR(shown.rtMs, 420, 1e-9);
    EXPECT_NEAR(shown.onsetMs[0].value(), 90 * kPeriodMs, 1e-9);
    EXPECT_FALSE(shown.onsetMs[1].has_value());
    EXPECT_FALSE(shown.onsetMs[2].has_value());
}

TEST(TrialTimeline, RefusesATrialOfNoIntervalOrMoreThanThree)
{
    EXPECT_THROW(TrialTimeline({}, kPeriodMs, false, 0), InternalError);
    EXPECT_THROW(TrialTimeline({}, kPeriodMs, false, 4), InternalError);
}

TEST(TrialTimeline, AClickOnAnAnswerIsAsItsKeyAndOneBesideIsNothing)
{
    TrialTimeline timeline({}, kPeriodMs, false, 1);
    const double onsetMs = showUntilAnswer(timeline, never).onset.at(Phase::answer);
    timeline.click(std::nullopt, onsetMs + 100);
    EXPECT_FALSE(timeline.answered());
    timeline.click(categoryAnswer(2), onsetMs + 300);
    timeline.click(categoryAnswer(1), onsetMs + 310);
    const Presentation shown = timeline.presentation();
    EXPECT_EQ(shown.response, categoryAnswer(2));
    EXPECT_NEAR(shown.rtMs, 300, 1e-9);
    EXPECT_THAT(shown.flags, IsEmpty());
}

TEST(TrialTimeline, EveryClickBeforeTheAnswerScreenIsEarly)
{
    for (const auto& answer : {std::optional<Answer>(), std::optional(categoryAnswer(0))}) {
        for (const bool heardOfLater : {false, true}) {
            TrialTimeline timeline({}, kPeriodMs, false, 1);
            timeline.frameShown(0);
            if (!heardOfLater) {
                timeline.click(answer, 1);
            }
            const double onsetMs =
                showUntilAnswer(timeline, never, kPeriodMs).onset.at(Phase::answer);
            if (heardOfLater) {
                timeline.click(answer, onsetMs - 1);
            }
            EXPECT_FALSE(timeline.answered());
            timeline.key(categoryAnswer(1), onsetMs + 400);
            EXPECT_THAT(timeline.presentation().flags, ElementsAre(flag::kEarlyKey));
        }
    }
}

TEST(TrialTimeline, NothingFollowsTheAnswerWithoutFeedback)
{
    TrialTimeline timeline({}, kPeriodMs, false);
    const Shown run = showUntilAnswer(timeline, never);
    EXPECT_EQ(timeline.frameShown(run.onset.at(Phase::answer) + 1e5), Phase::answer);
    timeline.key(Answer::first, run.onset.at(Phase::answer) + 2e5);
    EXPECT_EQ(timeline.next(), Phase::over);
}

TEST(TrialTimeline, AFrameDroppedAtAnImagesEndLengthensThatImageOnly)
{
    TrialTimeline timeline({}, kPeriodMs, false);
    // Frame 102 is the first of the gap after A (90 fixation + 12 A).
    const Shown run = showUntilAnswer(timeline, [](int frame) { return frame == 102 ? 3.0 : 0.0; });
    EXPECT_NEAR(run.lengthMs(Phase::interval1), 15 * kPeriodMs, 1e-9);
    EXPECT_NEAR(run.lengthMs(Phase::gap1), 30 * kPeriodMs, 1e-9);
    timeline.key(Answer::first, 1e6);
    EXPECT_EQ(timeline.presentation().droppedFrames, 3);
}

TEST(TrialTimeline, AFrameDroppedWithinAnImageLeavesItsLengthAsPlanned)
{
    TrialTimeline timeline({}, kPeriodMs, false);
    const Shown run = showUntilAnswer(timeline, [](int frame) { return frame == 95 ? 2.0 : 0.0; });
    EXPECT_NEAR(run.lengthMs(Phase::interval1), 12 * kPeriodMs, 1e-9);
    timeline.key(Answer::first, 1e6);
    EXPECT_EQ(timeline.presentation().droppedFrames, 2);
}

TEST(TrialTimeline, NoDropAnywhereEndsAPhaseEarlyOrLengthensAnother)
{
    ASSERT_TRUE(rc::check([] {
        const Timing timing{.fixationMs = *rc::gen::inRange(1, 400) * 1.0,
                            .intervalMs = *rc::gen::inRange(1, 300) * 1.0,
                            .gapMs = *rc::gen::inRange(1, 300) * 1.0,
                            .beforeAnswerMs = *rc::gen::inRange(1, 300) * 1.0,
                            .feedbackMs = 100};
        const auto drops = *rc::gen::container<std::vector<int>>(
            20, rc::gen::weightedOneOf<int>({{3, rc::gen::just(0)}, {1, rc::gen::inRange(1, 40)}}));
        const auto jitter = *rc::gen::container<std::vector<int>>(17, rc::gen::inRange(-20, 21));
        TrialTimeline timeline(timing, kPeriodMs, false);
        const Shown run = showUntilAnswer(timeline, [&](int frame) {
            const auto k = static_cast<std::size_t>(frame);
            return drops[k % drops.size()] + jitter[k % jitter.size()] / 100.0;
        });

        int droppedInAll = 0;
        for (int i = 0; i < static_cast<int>(Phase::answer); ++i) {
            const auto phase = static_cast<Phase>(i);
            const double plannedMs = timeline.plannedFrames(phase) * kPeriodMs;
            const auto found = run.dropped.find(phase);
            const int dropped = found == run.dropped.end() ? 0 : found->second;
            droppedInAll += dropped;
            RC_ASSERT(run.lengthMs(phase) > plannedMs - kPeriodMs / 2);
            RC_ASSERT(run.lengthMs(phase) < plannedMs + (dropped + 0.5) * kPeriodMs);
        }
        timeline.key(Answer::first, run.onset.at(Phase::answer) + 1);
        RC_ASSERT(timeline.presentation().droppedFrames == droppedInAll);
        RC_ASSERT(std::abs(timeline.presentation().onsetMs[2].value() -
                           (run.onset.at(Phase::interval3) - run.onset.at(Phase::fixation))) <
                  1e-9);
    }));
}

TEST(TrialTimeline, TimeIsKeptIfOnsetsAreOnTimeAndIntervalsMissAtMostOneFrame)
{
    ASSERT_TRUE(rc::check([] {
        const auto intervals = *rc::gen::inRange<std::size_t>(1, 4);
        const Timing timing{.fixationMs = *rc::gen::inRange(1, 400) * 1.0,
                            .intervalMs = *rc::gen::inRange(1, 300) * 1.0,
                            .gapMs = *rc::gen::inRange(1, 300) * 1.0,
                            .beforeAnswerMs = *rc::gen::inRange(1, 300) * 1.0,
                            .feedbackMs = 100};
        const auto drops = *rc::gen::container<std::vector<int>>(
            60, rc::gen::weightedOneOf<int>({{30, rc::gen::just(0)}, {1, rc::gen::inRange(1, 4)}}));
        const auto jitter = *rc::gen::container<std::vector<int>>(17, rc::gen::inRange(-20, 21));
        TrialTimeline timeline(timing, kPeriodMs, false, intervals);
        Shown run = showUntilAnswer(timeline, [&](int frame) {
            const auto k = static_cast<std::size_t>(frame);
            return drops[k % drops.size()] + jitter[k % jitter.size()] / 100.0;
        });

        run.onset.try_emplace(static_cast<Phase>(2 * intervals), run.onset.at(Phase::beforeAnswer));
        bool kept = true;
        double worstMs = 0.0;
        for (std::size_t i = 0; i < 2 * intervals; ++i) {
            const auto phase = static_cast<Phase>(i);
            const double offMs =
                std::abs(run.lengthMs(phase) - timeline.plannedFrames(phase) * kPeriodMs);
            const bool isInterval = i % 2 == 1;
            kept = kept && (isInterval ? run.dropped[phase] <= 1 && offMs <= 1.5 * kPeriodMs
                                       : offMs <= 0.5 * kPeriodMs);
            worstMs = isInterval ? worstMs : std::max(worstMs, offMs);
        }
        RC_TAG(kept);
        RC_ASSERT(timeline.keptTime() == kept);
        timeline.key(Answer::first, 1e9);
        RC_ASSERT(std::abs(timeline.presentation().onsetErrorMs.value() - worstMs) < 1e-6);
    }));
}

// 90 frames of fixation, 12 of A, 30 of the gap, 12 of B, 30, 12 of X: frame 102 is the gap's
// first.
TEST(TrialTimeline, WhichDroppedFramesSpoilATrial)
{
    const auto kept = [](int at, double late) {
        TrialTimeline timeline({}, kPeriodMs, false);
        showUntilAnswer(timeline, [=](int frame) { return frame == at ? late : 0.0; });
        return timeline.keptTime();
    };
    EXPECT_TRUE(kept(50, 20)) << "within the fixation: A began on time";
    EXPECT_FALSE(kept(90, 1)) << "A began late";
    EXPECT_TRUE(kept(90, 0.4)) << "by less than half a frame";
    EXPECT_TRUE(kept(95, 1)) << "within A";
    EXPECT_FALSE(kept(95, 2)) << "two frames of A were not shown";
    EXPECT_TRUE(kept(102, 1)) << "A lasted one frame more";
    EXPECT_FALSE(kept(102, 2)) << "two frames more";
    EXPECT_FALSE(kept(132, 1)) << "B began late";
    EXPECT_FALSE(kept(100, 324)) << "the program was stopped for 5.4 s during A";
    EXPECT_FALSE(kept(186, 300)) << "X stayed on the screen";
    EXPECT_TRUE(kept(187, 300)) << "the images are over";
}

TEST(TrialTimeline, ASuspendedComputerLengthensWhatIsOnTheScreen)
{
    for (const auto suspendedIn : {Phase::interval1, Phase::beforeAnswer}) {
        TrialTimeline timeline({}, kPeriodMs, false, 1);
        for (double ms = 0; timeline.onScreen() != Phase::answer; ms += kPeriodMs) {
            if (timeline.onScreen() == suspendedIn && timeline.next() != suspendedIn) {
                timeline.clockStoodStill(5000);
            }
            timeline.frameShown(ms);
        }
        EXPECT_EQ(timeline.keptTime(), suspendedIn == Phase::beforeAnswer);
    }
}

TEST(TrialTimeline, ATrialShownAgainIsJudgedAgain)
{
    TrialTimeline timeline({}, kPeriodMs, false);
    showUntilAnswer(timeline, [](int frame) { return frame == 90 ? 5.0 : 0.0; });
    EXPECT_FALSE(timeline.keptTime());
    timeline.restart(flag::kBadTiming);
    EXPECT_TRUE(timeline.keptTime());
    showUntilAnswer(timeline, never, 1e5);
    EXPECT_TRUE(timeline.keptTime());
    timeline.key(Answer::first, 1e6);
    const Presentation shown = timeline.presentation();
    EXPECT_EQ(shown.droppedFrames, 0);
    EXPECT_NEAR(shown.onsetErrorMs.value(), 0, 1e-6);
    EXPECT_THAT(shown.flags, ElementsAre(flag::kBadTiming));
}

TEST(TrialTimeline, AFrameLateOnAFixedScheduleDoesNotEndItsPhaseEarly)
{
    Timing timing;
    timing.fixationMs = 10 * kPeriodMs;
    TrialTimeline timeline(timing, kPeriodMs, false);
    for (int frame = 0; frame < 8; ++frame) {
        timeline.frameShown(frame * kPeriodMs, (frame + 1) * kPeriodMs);
    }
    // Frame 8 comes 0.9 periods late; frame 9 is due right after it and still shows fixation.
    EXPECT_EQ(timeline.frameShown(8.9 * kPeriodMs, 9 * kPeriodMs), Phase::fixation);
    EXPECT_EQ(timeline.frameShown(9 * kPeriodMs, 10 * kPeriodMs), Phase::interval1);
}

TEST(TrialTimeline, AScreenThatDrawsChangesOnlyHasTheSameTimesAndCountsLateOnes)
{
    TrialTimeline timeline({}, kPeriodMs, false);
    double dueMs = 0;
    while (timeline.onScreen() != Phase::answer) {
        const Phase phase = timeline.next();
        const double late = phase == Phase::fixation ? 0 : phase == Phase::interval2 ? 2.2 : 0.4;
        const double shownMs = dueMs + late * kPeriodMs;
        dueMs += (std::round(late) + timeline.plannedFrames(phase)) * kPeriodMs;
        timeline.frameShown(shownMs, dueMs);
    }
    timeline.key(Answer::first, 1e6);
    const Presentation shown = timeline.presentation();
    EXPECT_NEAR(shown.onsetMs[0].value(), 90.4 * kPeriodMs, 1e-9);
    EXPECT_NEAR(shown.onsetMs[1].value(), (132 + 2.2) * kPeriodMs, 1e-9);
    EXPECT_NEAR(shown.onsetMs[2].value(), (174.4 + 2) * kPeriodMs, 1e-9); // B is as long as planned
    EXPECT_EQ(shown.droppedFrames, 2);
}

TEST(TrialTimeline, ReactionTimeRunsFromTheFirstFrameOfTheAnswerScreen)
{
    TrialTimeline timeline({}, kPeriodMs, false);
    const double onsetMs = showUntilAnswer(timeline, never).onset.at(Phase::answer);
    timeline.frameShown(onsetMs + kPeriodMs);
    timeline.key(Answer::second, onsetMs + 512.25);
    EXPECT_NEAR(timeline.presentation().rtMs, 512.25, 1e-9);
    EXPECT_EQ(timeline.presentation().response, Answer::second);
}

TEST(TrialTimeline, TimeOnTheAnswerScreenDropsNoFrames)
{
    TrialTimeline timeline({}, kPeriodMs, true);
    const double onsetMs = showUntilAnswer(timeline, never).onset.at(Phase::answer);
    timeline.key(Answer::second, onsetMs + 900);
    timeline.frameShown(onsetMs + 910);
    timeline.frameShown(onsetMs + 990);
    EXPECT_EQ(timeline.presentation().droppedFrames, 0);
}

TEST(TrialTimeline, AnAnswerKeyBeforeTheAnswerScreenIsNotedAndIsNoAnswer)
{
    TrialTimeline timeline({}, kPeriodMs, false);
    timeline.frameShown(0);
    timeline.key(Answer::first, 5);
    timeline.key(Answer::second, 6);
    EXPECT_FALSE(timeline.answered());
    const double onsetMs = showUntilAnswer(timeline, never, kPeriodMs).onset.at(Phase::answer);
    EXPECT_FALSE(timeline.answered());
    timeline.key(Answer::second, onsetMs + 100);
    EXPECT_EQ(timeline.presentation().response, Answer::second);
    EXPECT_THAT(timeline.presentation().flags, ElementsAre(flag::kEarlyKey));
}

TEST(TrialTimeline, AKeyPressedBeforeTheAnswerScreenButHeardOfLaterIsEarly)
{
    TrialTimeline timeline({}, kPeriodMs, false);
    const double onsetMs = showUntilAnswer(timeline, never).onset.at(Phase::answer);
    timeline.key(Answer::first, onsetMs - 4);
    EXPECT_FALSE(timeline.answered());
    timeline.key(Answer::second, onsetMs + 400);
    EXPECT_THAT(timeline.presentation().flags, ElementsAre(flag::kEarlyKey));
}

TEST(TrialTimeline, AnyOtherKeyIsNotedAndIsNoAnswer)
{
    TrialTimeline timeline({}, kPeriodMs, false);
    const double onsetMs = showUntilAnswer(timeline, never).onset.at(Phase::answer);
    timeline.key(std::nullopt, onsetMs + 100);
    EXPECT_FALSE(timeline.answered());
    timeline.key(Answer::first, onsetMs + 300);
    timeline.key(std::nullopt, onsetMs + 310);
    EXPECT_THAT(timeline.presentation().flags, ElementsAre(flag::kWrongKey));
    EXPECT_NEAR(timeline.presentation().rtMs, 300, 1e-9);
}

TEST(TrialTimeline, TheFirstAnswerStands)
{
    TrialTimeline timeline({}, kPeriodMs, true);
    const double onsetMs = showUntilAnswer(timeline, never).onset.at(Phase::answer);
    timeline.key(Answer::first, onsetMs + 300);
    timeline.key(Answer::second, onsetMs + 310);
    EXPECT_EQ(timeline.presentation().response, Answer::first);
    EXPECT_NEAR(timeline.presentation().rtMs, 300, 1e-9);
    EXPECT_THAT(timeline.presentation().flags, IsEmpty());
}

TEST(TrialTimeline, ARepeatedTrialIsTimedAnewAndKeepsItsFlags)
{
    TrialTimeline timeline({}, kPeriodMs, false);
    showUntilAnswer(timeline, [](int frame) { return frame == 20 ? 5.0 : 0.0; });
    timeline.key(std::nullopt, 1e5);
    timeline.restart(flag::kPaused);
    EXPECT_EQ(timeline.next(), Phase::fixation);
    EXPECT_FALSE(timeline.onScreen());
    timeline.key(Answer::first, 2e5); // nothing is on screen: not a key of this trial

    const double onsetMs = showUntilAnswer(timeline, never, 1e6).onset.at(Phase::answer);
    timeline.key(Answer::first, onsetMs + 250);
    const Presentation shown = timeline.presentation();
    EXPECT_THAT(shown.flags, ElementsAre(flag::kWrongKey, flag::kPaused));
    EXPECT_EQ(shown.droppedFrames, 0);
    EXPECT_NEAR(shown.onsetMs[0].value(), 90 * kPeriodMs, 1e-6);
    EXPECT_NEAR(shown.rtMs, 250, 1e-6);
}

TEST(TrialTimeline, FeedbackLastsItsFramesAfterTheAnswer)
{
    TrialTimeline timeline({}, kPeriodMs, true);
    double nowMs = showUntilAnswer(timeline, never).onset.at(Phase::answer) + 700;
    timeline.key(Answer::first, nowMs);
    int frames = 0;
    while (timeline.next() == Phase::feedback) {
        timeline.frameShown(nowMs += kPeriodMs);
        ++frames;
    }
    EXPECT_EQ(frames, 30);
    EXPECT_EQ(timeline.next(), Phase::over);
}

TEST(TrialTimeline, RefusesAFramePeriodThatIsNoTime)
{
    EXPECT_THROW(TrialTimeline({}, 0.0, false), InvalidArgument);
    EXPECT_THROW(TrialTimeline({}, -16.0, false), InvalidArgument);
    EXPECT_THROW(TrialTimeline({}, std::numeric_limits<double>::quiet_NaN(), false),
                 InvalidArgument);
    EXPECT_THROW(TrialTimeline({}, kPeriodMs, false).presentation(), InternalError);
}

IntervalTimes threeSecondsOfSound(double firstMs)
{
    return {.onsetMs = {firstMs + 500, firstMs + 1500, firstMs + 2500},
            .offsetMs = {firstMs + 1200, firstMs + 2200, firstMs + 3200}};
}

TEST(SoundLedTimeline, FixationStaysUntilTheSoundIsKnown)
{
    TrialTimeline timeline({}, kPeriodMs, false, 3, TrialTimeline::Leader::sound);
    for (int frame = 0; frame < 1000; ++frame) {
        ASSERT_EQ(timeline.frameShown(frame * kPeriodMs), Phase::fixation);
    }
    timeline.heardAt(threeSecondsOfSound(1000 * kPeriodMs));
    EXPECT_EQ(timeline.frameShown(1000 * kPeriodMs), Phase::fixation);
}

TEST(SoundLedTimeline, CuesFollowTheSoundToTheNearestFrameWhateverTheDesignsOwnTimes)
{
    const Timing timing{.fixationMs = 1, .intervalMs = 1, .gapMs = 1, .beforeAnswerMs = 100};
    TrialTimeline timeline(timing, kPeriodMs, false, 3, TrialTimeline::Leader::sound);
    const auto times = threeSecondsOfSound(1007);
    std::map<Phase, double> shownAt;
    for (double ms = 1000; timeline.onScreen() != Phase::answer; ms += kPeriodMs) {
        shownAt.try_emplace(timeline.next(), ms);
        timeline.frameShown(ms);
        timeline.heardAt(times);
    }
    for (std::size_t i = 0; i < 3; ++i) {
        const auto shows = static_cast<Phase>(1 + 2 * i);
        const auto ends = static_cast<Phase>(2 + 2 * i);
        EXPECT_NEAR(shownAt.at(shows), times.onsetMs.at(i), kPeriodMs / 2 + 1e-6);
        EXPECT_NEAR(shownAt.at(ends), times.offsetMs.at(i), kPeriodMs / 2 + 1e-6);
    }
    EXPECT_NEAR(shownAt.at(Phase::answer) - shownAt.at(Phase::beforeAnswer), 100, kPeriodMs / 2);
    EXPECT_TRUE(timeline.keptTime()) << "the frames are not what is judged";
}

TEST(SoundLedTimeline, OnsetsAreThoseHeardNotThoseOfTheCues)
{
    TrialTimeline timeline({}, kPeriodMs, false, 3, TrialTimeline::Leader::sound);
    double ms = 1000;
    for (; timeline.onScreen() != Phase::answer; ms += kPeriodMs) {
        timeline.frameShown(ms);
        timeline.heardAt(threeSecondsOfSound(1003.25));
    }
    timeline.key(Answer::first, ms);
    const auto shown = timeline.presentation();
    EXPECT_DOUBLE_EQ(shown.onsetMs[0].value(), 503.25);
    EXPECT_DOUBLE_EQ(shown.onsetMs[1].value(), 1503.25);
    EXPECT_DOUBLE_EQ(shown.onsetMs[2].value(), 2503.25);
}

TEST(SoundLedTimeline, OneSoundIsFollowedByTheAnswer)
{
    TrialTimeline timeline({}, kPeriodMs, false, 1, TrialTimeline::Leader::sound);
    std::map<Phase, double> shownAt;
    double ms = 1000;
    for (; timeline.onScreen() != Phase::answer; ms += kPeriodMs) {
        shownAt.try_emplace(timeline.next(), ms);
        timeline.frameShown(ms);
        timeline.heardAt({.onsetMs = {1503.25}, .offsetMs = {3503.25}});
    }
    EXPECT_NEAR(shownAt.at(Phase::interval1), 1503.25, kPeriodMs / 2 + 1e-6);
    EXPECT_NEAR(shownAt.at(Phase::beforeAnswer), 3503.25, kPeriodMs / 2 + 1e-6);
    EXPECT_FALSE(shownAt.contains(Phase::gap1));
    timeline.click(categoryAnswer(4), ms);
    EXPECT_DOUBLE_EQ(timeline.presentation().onsetMs[0].value(), 503.25);
    EXPECT_FALSE(timeline.presentation().onsetMs[1].has_value());
}

TEST(SoundLedTimeline, BegunAgainItWaitsForTheSoundAgain)
{
    TrialTimeline timeline({}, kPeriodMs, false, 2, TrialTimeline::Leader::sound);
    timeline.frameShown(1000);
    timeline.heardAt(threeSecondsOfSound(1000));
    EXPECT_EQ(timeline.frameShown(1490), Phase::interval1);
    timeline.restart(flag::kAudioUnderrun);
    EXPECT_EQ(timeline.next(), Phase::fixation);
    timeline.frameShown(3000);
    EXPECT_EQ(timeline.frameShown(9000), Phase::fixation);
}

} // namespace
} // namespace mlab::experiments
