// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "experiments/presentation/presenter.h"
#include "experiments/presentation/sound_timeline.h"

#include <array>
#include <cstddef>
#include <optional>

namespace mlab::experiments {

/// The phases of a trial, in their order. A task with two intervals has neither gap2 nor interval3,
/// a task with one has only interval1.
enum class Phase {
    fixation,
    interval1,
    gap1,
    interval2,
    gap2,
    interval3,
    beforeAnswer,
    answer,
    feedback,
    over
};

/// One trial, frame by frame. Has neither clock nor screen: the caller says when each frame became
/// visible, and gets what the next one has to show.
///
/// Durations are whole frames. A phase ends with the first frame that is expected no earlier than
/// half a frame before the phase's planned end, counted from the phase's own first frame. So a
/// dropped frame can only lengthen the phase in which it happens (if it hides that phase's end),
/// never a later one, and jitter of less than half a frame has no effect.
///
/// Times are in ms of any monotonic clock, the same one for frames and keys.
class TrialTimeline {
public:
    /// What determines the length of the phases from fixation to the last interval: the planned
    /// number of frames, or the sound that is being played.
    enum class Leader { frames, sound };

    /// @param intervals  1, 2 or 3
    /// @throws InvalidArgument if the frame period is not a positive number
    /// @throws InternalError for another number of intervals
    TrialTimeline(const Timing& timing, double framePeriodMs, bool feedback,
                  std::size_t intervals = 3, Leader leader = Leader::frames);

    /// Sets when the intervals of the sound are heard, by the clock of the frames. Call it as soon
    /// as the times are known, and again when they are known more exactly; until then fixation
    /// stays. The screen follows to the nearest frame; the stored onsets are the times given here.
    void heardAt(const IntervalTimes& times);
    /// When the sound ends a phase; infinity if it does not, or if that is not known yet.
    double soundEndsMs(Phase phase) const;

    /// What the next frame has to show. `over`: no more frames are needed.
    Phase next() const { return next_; }
    /// What is on the screen; absent before the first frame.
    std::optional<Phase> onScreen() const { return onScreen_; }

    /// The frame that next() asked for became visible at `swapMs`, and the next one is due at
    /// `nextFrameMs`, which may be several periods later if nothing is drawn in between. Returns
    /// what the next frame has to show. A frame that is late by half a period or more counts as
    /// dropped frames, in whole periods. The answer phase lasts until a key is pressed.
    Phase frameShown(double swapMs, double nextFrameMs);
    /// The same for a screen whose next frame comes one period later.
    Phase frameShown(double swapMs) { return frameShown(swapMs, swapMs + periodMs_); }

    /// A key was pressed at `atMs`: that of an answer, or one without a meaning. Answers count from
    /// the first frame of the answer screen; earlier ones are flagged as early. The first answer
    /// counts.
    void key(std::optional<Answer> answer, double atMs);

    /// A click or touch at `atMs`, on an answer or beside all of them. On an answer it is the same
    /// as that answer's key; beside them it is ignored. Before the answer screen, every click is
    /// flagged as early.
    void click(std::optional<Answer> answer, double atMs);

    /// The clock of the frames stood still for `ms` since the last frame (the computer was
    /// suspended): what is on the screen was visible for that much longer.
    void clockStoodStill(double ms) { stoodStillMs_ += ms; }

    /// Whether the intervals that are over, and the onset of the one on the screen, were as
    /// planned: each began within half a frame of its time, counted from the phase before it,
    /// lasted at most one frame more or less than planned, and missed at most one frame. Always
    /// true where the sound leads.
    bool keptTime() const { return keptTime_; }

    /// Shows the trial again from the start; all flags are kept and `flag` is added. Must not be
    /// called after an answer.
    void restart(const char* flag);

    bool answered() const { return response_.has_value(); }
    /// What to store, except for the date, which only a wall clock knows.
    /// @throws InternalError before there is an answer
    Presentation presentation() const;

    /// How many frames a phase is planned to last; 0 for `answer`, which lasts until a key.
    int plannedFrames(Phase phase) const;

private:
    void note(const char* flag);
    /// The phase on the screen ended at `endMs`: was it as planned?
    void judgePhase(double endMs);
    Phase after(Phase phase) const;

    std::array<int, 9> frames_{};
    std::size_t intervals_;
    double periodMs_;
    bool feedback_;
    Leader leader_;

    Phase next_ = Phase::fixation;
    std::optional<Phase> onScreen_;
    double fixationMs_ = 0.0; ///< when each of these became visible
    double phaseOnsetMs_ = 0.0;
    double expectedMs_ = 0.0; ///< when the next frame was due
    double answerOnsetMs_ = 0.0;
    std::array<std::optional<double>, 3> onsetMs_{};
    std::optional<IntervalTimes> heard_;
    int droppedFrames_ = 0;
    int droppedInPhase_ = 0;
    double stoodStillMs_ = 0.0; ///< in the phase on the screen
    bool keptTime_ = true;
    double onsetErrorMs_ = 0.0; ///< the largest so far
    std::optional<Answer> response_;
    double rtMs_ = 0.0;
    std::vector<std::string> flags_;
};

} // namespace mlab::experiments
