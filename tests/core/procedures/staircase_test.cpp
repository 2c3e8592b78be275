// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/random_stream.h"
#include "core/procedures/procedure.h"
#include "core/procedures/staircase.h"
#include "core/psychometrics/weibull.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <functional>
#include <string>
#include <vector>

namespace mlab {
namespace {

using Scale = StaircaseSpec::Scale;
using StopWhen = StaircaseSpec::StopWhen;

StaircaseSpec linear(double start, std::vector<double> steps)
{
    return {.startLevel = start,
            .minLevel = 0.0,
            .maxLevel = 10.0,
            .scale = Scale::linear,
            .steps = std::move(steps),
            .stopReversals = 1000,
            .stopTrials = {}};
}

/// The levels shown for the answers (1 correct, 0 wrong), and the next one.
std::vector<double> levels(Staircase staircase, const std::vector<int>& answers)
{
    std::vector<double> out = {staircase.nextLevel()};
    for (const int answer : answers) {
        staircase.tell(answer == 1);
        out.push_back(staircase.nextLevel());
    }
    return out;
}

TEST(Staircase, TwoDownOneUpByHand)
{
    EXPECT_EQ(levels(Staircase(linear(4, {1, 0.5})), {1, 1, 1, 1, 0, 1, 0, 1, 1, 1, 1}),
              // Down after two correct; the step is 0.5 from the first reversal (trial 5) on; a
              // correct answer before a wrong one does not count towards the next two.
              (std::vector<double>{4, 4, 3, 3, 2, 2.5, 2.5, 3, 3, 2.5, 2.5, 2}));
}

TEST(Staircase, ReversalLevelsAreThoseShownWhenTheTrackTurned)
{
    Staircase staircase(linear(4, {1}));
    for (const int answer : {1, 1, 0, 0, 1, 1, 0}) {
        staircase.tell(answer == 1);
    }
    EXPECT_EQ(staircase.reversalLevels(), (std::vector<double>{3, 5, 4}));
}

TEST(Staircase, AThresholdIsTheMeanOfTheLastReversals)
{
    auto spec = linear(4, {1});
    spec.thresholdReversals = 2;
    Staircase staircase(spec);
    for (const int answer : {1, 1, 0}) {
        staircase.tell(answer == 1);
    }
    EXPECT_EQ(staircase.threshold(), std::nullopt);
    for (const int answer : {0, 1, 1, 0}) {
        staircase.tell(answer == 1);
    }
    EXPECT_DOUBLE_EQ(staircase.threshold().value(), 4.5);
}

TEST(Staircase, TheMeanIsGeometricOnALogarithmicScale)
{
    Staircase staircase({.startLevel = 1.0,
                         .minLevel = 0.001,
                         .maxLevel = 1000.0,
                         .steps = {1.0},
                         .stopReversals = 9,
                         .stopTrials = {},
                         .thresholdReversals = 2});
    for (const int answer : {0, 0, 1, 1, 0}) {
        staircase.tell(answer == 1);
    }
    EXPECT_EQ(staircase.reversalLevels(), (std::vector<double>{100, 10}));
    EXPECT_NEAR(staircase.threshold().value(), std::sqrt(1000.0), 1e-9);
}

TEST(Staircase, StepsOnALogarithmicScaleMultiply)
{
    const StaircaseSpec spec{.startLevel = 1.0, .maxLevel = 10.0, .steps = {0.3}, .nDown = 1};
    const auto shown = levels(Staircase(spec), {1, 0, 0});
    EXPECT_NEAR(shown[1], 0.501187233627272, 1e-12);
    EXPECT_EQ(shown[2], 1.0);
    EXPECT_NEAR(shown[3], 1.995262314968880, 1e-12);
}

TEST(Staircase, ComesBackToTheSameNumberAfterAnyWay)
{
    const StaircaseSpec spec{.startLevel = 0.7,
                             .minLevel = 1e-6,
                             .maxLevel = 1e6,
                             .steps = {0.1},
                             .nDown = 1,
                             .stopReversals = 1000};
    Staircase staircase(spec);
    for (int i = 0; i < 37; ++i) {
        staircase.tell(false);
    }
    for (int i = 0; i < 37; ++i) {
        staircase.tell(true);
    }
    EXPECT_EQ(staircase.nextLevel(), 0.7);
}

TEST(Staircase, StaysBetweenItsLimits)
{
    auto spec = linear(4, {3});
    spec.minLevel = 1.5;
    spec.maxLevel = 6;
    spec.nDown = 1;
    EXPECT_EQ(levels(Staircase(spec), {1, 1, 0, 0, 0, 1}),
              (std::vector<double>{4, 1.5, 1.5, 4.5, 6, 6, 3}));
}

TEST(Staircase, IsNotRaisedBeyondWhatTheStimulusCanDo)
{
    Staircase staircase(linear(4, {1}));
    staircase.tell(false, true);
    EXPECT_EQ(staircase.nextLevel(), 4);
    staircase.tell(true, true);
    staircase.tell(true, true);
    EXPECT_EQ(staircase.nextLevel(), 3) << "a lower level can be shown, so it is asked for";
    EXPECT_EQ(staircase.reversalLevels(), (std::vector<double>{4})) << "as at the maximum";
    staircase.tell(false, false);
    EXPECT_EQ(staircase.nextLevel(), 4);
}

TEST(Staircase, StopsAtTheFirstRuleMetOrAtBoth)
{
    auto spec = linear(4, {1});
    spec.nDown = 1;
    spec.stopReversals = 2;
    spec.stopTrials = 5;
    const auto trialsUntilEnd = [&](StopWhen when, const std::vector<int>& answers) {
        spec.stopWhen = when;
        Staircase staircase(spec);
        for (const int answer : answers) {
            if (staircase.finished()) {
                break;
            }
            staircase.tell(answer == 1);
        }
        return staircase.finished() ? staircase.trials() : -1;
    };
    const std::vector<int> turning = {1, 0, 1, 0, 1, 0, 1, 0};
    const std::vector<int> straight = {1, 1, 1, 1, 1, 1, 0, 1};
    EXPECT_EQ(trialsUntilEnd(StopWhen::any, turning), 3);
    EXPECT_EQ(trialsUntilEnd(StopWhen::all, turning), 5);
    EXPECT_EQ(trialsUntilEnd(StopWhen::any, straight), 5);
    EXPECT_EQ(trialsUntilEnd(StopWhen::all, straight), 8);
    spec.stopTrials.reset();
    EXPECT_EQ(trialsUntilEnd(StopWhen::all, straight), 8) << "one rule alone is the rule";
    spec.stopReversals.reset();
    spec.stopTrials = 4;
    EXPECT_EQ(trialsUntilEnd(StopWhen::all, turning), 4);
}

TEST(Staircase, RefusesASpecificationThatContradictsItself)
{
    const std::vector<std::function<void(StaircaseSpec&)>> slips = {
        [](auto& s) { s.startLevel = 5; },
        [](auto& s) { s.startLevel = 0.01; },
        [](auto& s) { s.minLevel = 0; },
        [](auto& s) { s.scale = Scale::linear, s.minLevel = -1; },
        [](auto& s) { s.maxLevel = INFINITY; },
        [](auto& s) { s.startLevel = NAN; },
        [](auto& s) { s.steps = {}; },
        [](auto& s) {
            s.steps = {0.2, 0};
        },
        [](auto& s) { s.steps = {-0.1}; },
        [](auto& s) { s.steps = {NAN}; },
        [](auto& s) { s.nDown = 0; },
        [](auto& s) { s.nUp = 0; },
        [](auto& s) { s.stopReversals.reset(); },
        [](auto& s) { s.stopReversals = 0; },
        [](auto& s) { s.stopTrials = 0; },
        [](auto& s) { s.thresholdReversals = 0; },
        [](auto& s) { s.upStepRatio = 0; },
        [](auto& s) { s.upStepRatio = NAN; },
        [](auto& s) { s.stopStuckSteps = 0; },
        [](auto& s) { s.maxTrials = 0; }};
    EXPECT_NO_THROW(Staircase{StaircaseSpec{}});
    for (std::size_t i = 0; i < slips.size(); ++i) {
        StaircaseSpec spec;
        slips[i](spec);
        EXPECT_THROW(Staircase{spec}, InvalidArgument) << "slip " << i;
    }
}

TEST(Staircase, ProcedureNameSaysTheRule)
{
    EXPECT_EQ(procedureName(StaircaseSpec{}), "staircase-2down-1up");
    EXPECT_EQ(procedureName(StaircaseSpec{.nDown = 3, .nUp = 2}), "staircase-3down-2up");
}

/// Share of correct answers of an observer whose staircase runs for long.
double convergence(int nDown)
{
    const Weibull observer{.threshold = 1.0, .slope = 2.0, .chance = 0.5, .lapse = 0.0};
    constexpr int kTrials = 200'000;
    Staircase staircase({.startLevel = 1.0,
                         .minLevel = 0.001,
                         .maxLevel = 100.0,
                         .steps = {0.02},
                         .nDown = nDown,
                         .stopReversals = {},
                         .stopTrials = kTrials});
    RandomStream stream(1, "convergence", static_cast<std::uint64_t>(nDown));
    int correct = 0;
    while (!staircase.finished()) {
        const bool right = stream.uniform() < observer.probabilityCorrect(staircase.nextLevel());
        correct += right ? 1 : 0;
        staircase.tell(right);
    }
    return static_cast<double>(correct) / kTrials;
}

// Levitt 1971: n correct in a row are as likely as not. The tolerance is far from the 66.7 % or
// 75 % of neighbouring rules; steps of finite size shift the point by less than 0.005.
TEST(Staircase, TwoDownOneUpConvergesAt707)
{
    EXPECT_NEAR(convergence(2), std::sqrt(0.5), 0.006);
}

TEST(Staircase, ThreeDownOneUpConvergesAt794)
{
    EXPECT_NEAR(convergence(3), std::cbrt(0.5), 0.006);
}

/// Share of correct answers of a weighted staircase that runs for long.
double weightedConvergence(int nDown, double upStepRatio, double step)
{
    const Weibull observer{.threshold = 1.0, .slope = 2.0, .chance = 0.5, .lapse = 0.0};
    constexpr int kTrials = 100'000;
    Staircase staircase({.startLevel = 1.0,
                         .minLevel = 0.001,
                         .maxLevel = 100.0,
                         .scale = Scale::decibel,
                         .steps = {step},
                         .nDown = nDown,
                         .stopReversals = {},
                         .stopTrials = kTrials,
                         .upStepRatio = upStepRatio});
    RandomStream stream(2, "weighted convergence", static_cast<std::uint64_t>(nDown));
    int correct = 0;
    while (!staircase.finished()) {
        const bool right = stream.uniform() < observer.probabilityCorrect(staircase.nextLevel());
        correct += right ? 1 : 0;
        staircase.tell(right);
    }
    return static_cast<double>(correct) / kTrials;
}

// Kaernbach 1991: step up times share of wrong answers is step down times share of right ones.
TEST(Staircase, StepsWeightedByKaernbachConvergeAtTheirTarget)
{
    for (const double target : {0.6, 0.75, 0.9}) {
        const double upStepRatio = target / (1 - target);
        EXPECT_NEAR(convergenceShare({.nDown = 1, .upStepRatio = upStepRatio}), target, 1e-12);
        EXPECT_NEAR(weightedConvergence(1, upStepRatio, 0.3), target, 0.01);
    }
}

// Garcia-Perez 1998 (abstract). His values are means of the track's levels; near the threshold
// the share of right answers is within a few per mille of them.
TEST(Staircase, FixedStepsOfGarciaPerezConvergeAtHisTargets)
{
    const std::vector<double> targets = {0.7785, 0.8035, 0.8315, 0.8584};
    const std::vector<double> downOverUp = {0.2845, 0.5488, 0.7393, 0.8415};
    for (std::size_t i = 0; i < targets.size(); ++i) {
        const int nDown = static_cast<int>(i) + 1;
        EXPECT_NEAR(weightedConvergence(nDown, 1 / downOverUp[i], 0.3), targets[i], 0.012)
            << nDown << " down";
    }
}

TEST(Staircase, ADecibelIsATwentiethOfADecade)
{
    StaircaseSpec spec{.startLevel = 1, .maxLevel = 10, .scale = Scale::decibel, .steps = {6}};
    spec.nDown = 1;
    EXPECT_NEAR(levels(Staircase(spec), {1})[1], 0.501187233627272, 1e-12);
}

TEST(Staircase, EndsWhenItSticksAtItsLimit)
{
    auto spec = linear(9, {1});
    spec.stopStuckSteps = 3;
    Staircase staircase(spec);
    staircase.tell(false); // 10, the maximum
    staircase.tell(false);
    staircase.tell(false);
    EXPECT_EQ(staircase.stuckSteps(), 2);
    EXPECT_FALSE(staircase.finished());
    auto freed = staircase;
    freed.tell(true);
    freed.tell(true);
    EXPECT_EQ(freed.stuckSteps(), 0) << "it went down";
    staircase.tell(false);
    EXPECT_EQ(staircase.stopReason(), StopReason::stuckAtLimit);
    EXPECT_EQ(staircase.progress(), 1.0);
}

int trialsOf(Staircase staircase, bool answer)
{
    while (!staircase.finished()) {
        staircase.tell(answer);
    }
    return staircase.trials();
}

// A staircase whose observer noticed everything went on at its lowest level for 1000 trials.
TEST(Staircase, EndsWhenItSticksAtItsLowestLevel)
{
    auto spec = linear(1, {1});
    spec.stopStuckSteps = 3;
    Staircase staircase(spec);
    for (int i = 0; i < 8; ++i) {
        EXPECT_FALSE(staircase.finished()) << i;
        staircase.tell(true); // down to 0, then three steps of two answers that go nowhere
    }
    EXPECT_EQ(staircase.stopReason(), StopReason::stuckAtLimit);
    auto turning = linear(0, {1});
    turning.stopStuckSteps = 2;
    turning.maxLevel = 0;
    turning.nDown = 1;
    Staircase fixed(turning);
    for (int i = 0; i < 8; ++i) {
        fixed.tell(i % 2 == 0);
    }
    EXPECT_FALSE(fixed.finished()) << "it turns in every trial";
}

TEST(Staircase, EndsByItselfWhereReversalsCannotComeAnyMore)
{
    const auto spec = linear(1, {1});
    EXPECT_EQ(trialsOf(Staircase(spec), true), 2 + 20);
    EXPECT_EQ(trialsOf(Staircase(spec), false), 9 + 10);
    auto byTrials = spec;
    byTrials.stopReversals.reset();
    byTrials.stopTrials = 100;
    EXPECT_EQ(trialsOf(Staircase(byTrials), true), 100) << "as many as were asked for";
    auto earlier = spec;
    earlier.stuckRule = StaircaseSpec::StuckRule::maximumIfAsked;
    EXPECT_EQ(trialsOf(Staircase(earlier), true), 1000);
    EXPECT_EQ(trialsOf(Staircase(earlier), false), 1000);
    earlier.stopStuckSteps = 3;
    EXPECT_EQ(trialsOf(Staircase(earlier), true), 1000);
    EXPECT_EQ(trialsOf(Staircase(earlier), false), 9 + 3);
}

TEST(Staircase, EndsAtItsMaximumOfTrials)
{
    auto spec = linear(4, {1});
    spec.maxTrials = 7;
    Staircase staircase(spec);
    while (!staircase.finished()) {
        staircase.tell(true);
    }
    EXPECT_EQ(staircase.trials(), 7);
    EXPECT_EQ(staircase.stopReason(), StopReason::maximumTrials);
}

TEST(Staircase, ItsThresholdIsTheMeanOfTheLastReversalsAndClaimsNoInterval)
{
    auto spec = linear(4, {1});
    spec.thresholdReversals = 3;
    Staircase staircase(spec);
    for (const int answer : {1, 1, 0, 0, 1, 1, 0}) {
        staircase.tell(answer == 1);
    }
    ASSERT_EQ(staircase.reversalLevels(), (std::vector<double>{3, 5, 4}));
    const auto estimate = staircase.estimate().value();
    EXPECT_EQ(estimate.threshold, 4.0);
    EXPECT_FALSE(estimate.interval.has_value());
}

RC_GTEST_PROP(Staircase, ProgressNeverFallsAndIsOneExactlyAtTheEnd, ())
{
    StaircaseSpec spec;
    spec.nDown = *rc::gen::inRange(1, 4);
    spec.nUp = *rc::gen::inRange(1, 3);
    spec.stopReversals = *rc::gen::inRange(1, 8);
    spec.stopTrials = *rc::gen::inRange(1, 40);
    spec.stopWhen = *rc::gen::element(StopWhen::any, StopWhen::all);
    Staircase staircase(spec);
    double before = staircase.progress();
    RC_ASSERT(before == 0.0);
    for (int i = 0; i < 300 && !staircase.finished(); ++i) {
        staircase.tell(*rc::gen::arbitrary<bool>());
        RC_ASSERT(staircase.progress() >= before);
        RC_ASSERT((staircase.progress() == 1.0) == staircase.finished());
        RC_ASSERT(staircase.nextLevel() >= spec.minLevel && staircase.nextLevel() <= spec.maxLevel);
        before = staircase.progress();
    }
}

} // namespace
} // namespace mlab
