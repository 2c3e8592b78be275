// SPDX-License-Identifier: GPL-3.0-or-later
#include "experiments/presentation/trial_timeline.h"

#include "core/base/error.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace mlab::experiments {

namespace {

// How far a picture may be from its plan, in frames.
constexpr double kOnsetTolerance = 0.5;
constexpr double kDurationTolerance = 1.5; // one frame, as far as times tell it from two
constexpr int kDroppedTolerance = 1;

constexpr std::size_t indexOf(Phase phase)
{
    return static_cast<std::size_t>(phase);
}

constexpr bool isInterval(Phase phase)
{
    return indexOf(phase) % 2 == 1 && phase < Phase::beforeAnswer;
}

} // namespace

TrialTimeline::TrialTimeline(const Timing& timing, double framePeriodMs, bool feedback,
                             std::size_t intervals, Leader leader)
    : intervals_(intervals), periodMs_(framePeriodMs), feedback_(feedback), leader_(leader)
{
    if (intervals < 1 || intervals > 3) {
        throw InternalError("a trial has 1 to 3 intervals, not " + std::to_string(intervals));
    }
    if (!(std::isfinite(framePeriodMs) && framePeriodMs > 0)) {
        throw InvalidArgument(
            "the frame period of the screen must be a positive number of ms, not " +
            std::to_string(framePeriodMs));
    }
    const auto plan = [&](Phase phase, double ms) {
        frames_.at(indexOf(phase)) = std::max(1, static_cast<int>(std::lround(ms / periodMs_)));
    };
    plan(Phase::fixation, timing.fixationMs);
    plan(Phase::interval1, timing.intervalMs);
    plan(Phase::gap1, timing.gapMs);
    plan(Phase::interval2, timing.intervalMs);
    plan(Phase::gap2, timing.gapMs);
    plan(Phase::interval3, timing.intervalMs);
    plan(Phase::beforeAnswer, timing.beforeAnswerMs);
    plan(Phase::feedback, timing.feedbackMs);
}

Phase TrialTimeline::after(Phase phase) const
{
    const bool lastInterval = indexOf(phase) == 2 * intervals_ - 1;
    return lastInterval ? Phase::beforeAnswer : static_cast<Phase>(indexOf(phase) + 1);
}

void TrialTimeline::heardAt(const IntervalTimes& times)
{
    heard_ = times;
}

double TrialTimeline::soundEndsMs(Phase phase) const
{
    if (!heard_ || phase >= Phase::beforeAnswer) {
        return std::numeric_limits<double>::infinity();
    }
    // Fixation and the gaps end with an onset, the intervals with their offset.
    const std::size_t index = indexOf(phase);
    return index % 2 == 0 ? heard_->onsetMs.at(index / 2) : heard_->offsetMs.at(index / 2);
}

int TrialTimeline::plannedFrames(Phase phase) const
{
    return phase == Phase::over ? 0 : frames_.at(indexOf(phase));
}

Phase TrialTimeline::frameShown(double swapMs, double nextFrameMs)
{
    const bool counted = onScreen_ && *onScreen_ < Phase::answer;
    if (counted && swapMs - expectedMs_ > periodMs_ / 2) {
        const auto dropped = static_cast<int>(std::lround((swapMs - expectedMs_) / periodMs_));
        droppedFrames_ += dropped;
        droppedInPhase_ += dropped;
    }
    expectedMs_ = nextFrameMs;

    if (onScreen_ != next_) {
        judgePhase(swapMs);
        droppedInPhase_ = 0;
        stoodStillMs_ = 0.0;
        onScreen_ = next_;
        phaseOnsetMs_ = swapMs;
        switch (next_) {
        case Phase::fixation:
            fixationMs_ = swapMs;
            break;
        case Phase::interval1:
            onsetMs_[0] = swapMs - fixationMs_;
            break;
        case Phase::interval2:
            onsetMs_[1] = swapMs - fixationMs_;
            break;
        case Phase::interval3:
            onsetMs_[2] = swapMs - fixationMs_;
            break;
        case Phase::answer:
            answerOnsetMs_ = swapMs;
            break;
        default:
            break;
        }
    }

    if (onScreen_ != Phase::answer && onScreen_ != Phase::over) {
        const double endMs = leader_ == Leader::sound && *onScreen_ < Phase::beforeAnswer
                                 ? soundEndsMs(*onScreen_)
                                 : phaseOnsetMs_ + plannedFrames(*onScreen_) * periodMs_;
        if (nextFrameMs >= endMs - periodMs_ / 2) {
            next_ = after(*onScreen_);
        }
    }
    return next_;
}

void TrialTimeline::judgePhase(double endMs)
{
    if (!onScreen_ || *onScreen_ >= Phase::beforeAnswer || leader_ == Leader::sound) {
        return;
    }
    const double lastedMs = endMs - phaseOnsetMs_ + stoodStillMs_;
    const double errorMs = std::abs(lastedMs - plannedFrames(*onScreen_) * periodMs_);
    if (isInterval(*onScreen_)) {
        keptTime_ = keptTime_ && errorMs <= kDurationTolerance * periodMs_ &&
                    droppedInPhase_ <= kDroppedTolerance;
    } else {
        keptTime_ = keptTime_ && errorMs <= kOnsetTolerance * periodMs_;
        onsetErrorMs_ = std::max(onsetErrorMs_, errorMs);
    }
}

void TrialTimeline::key(std::optional<Answer> answer, double atMs)
{
    if (!onScreen_ || answered()) {
        return;
    }
    if (!answer) {
        note(flag::kWrongKey);
    } else if (onScreen_ != Phase::answer || atMs < answerOnsetMs_) {
        note(flag::kEarlyKey);
    } else {
        response_ = answer;
        rtMs_ = atMs - answerOnsetMs_;
        next_ = feedback_ ? Phase::feedback : Phase::over;
    }
}

void TrialTimeline::click(std::optional<Answer> answer, double atMs)
{
    if (!onScreen_ || answered()) {
        return;
    }
    if (onScreen_ != Phase::answer || atMs < answerOnsetMs_) {
        note(flag::kEarlyKey);
    } else if (answer) {
        key(answer, atMs);
    }
}

void TrialTimeline::restart(const char* flag)
{
    note(flag);
    next_ = Phase::fixation;
    onScreen_.reset();
    droppedFrames_ = 0;
    droppedInPhase_ = 0;
    stoodStillMs_ = 0.0;
    keptTime_ = true;
    onsetErrorMs_ = 0.0;
    heard_.reset();
}

Presentation TrialTimeline::presentation() const
{
    if (!answered()) {
        throw InternalError("the trial has not been answered yet");
    }
    auto onsetMs = onsetMs_;
    if (heard_) {
        for (std::size_t i = 0; i < intervals_; ++i) {
            onsetMs.at(i) = heard_->onsetMs.at(i) - fixationMs_;
        }
    }
    return {.response = *response_,
            .rtMs = rtMs_,
            .onsetMs = onsetMs,
            .droppedFrames = droppedFrames_,
            .onsetErrorMs = leader_ == Leader::frames ? std::optional(onsetErrorMs_) : std::nullopt,
            .flags = flags_,
            .startedAt = {}};
}

void TrialTimeline::note(const char* flag)
{
    if (std::find(flags_.begin(), flags_.end(), flag) == flags_.end()) {
        flags_.emplace_back(flag);
    }
}

} // namespace mlab::experiments
