// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "experiments/presentation/presenter.h"
#include "experiments/presentation/sound_timeline.h"

#include <array>
#include <cstddef>
#include <optional>

namespace mlab::experiments {

/// What the screen shows at one moment of a trial, in the order of the trial. The intervals are
/// named as in ABX; a task with two of them has neither gap2 nor interval3, one with a single
/// interval has interval1 only.
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

/// One trial, frame by frame. Knows neither clock nor screen: whoever draws says when each
/// frame became visible, and learns what the next one has to show.
///
/// Durations are whole frames. A phase ends with the first frame that is expected no earlier than
/// half a frame before the phase's planned end, counted from the phase's own first frame. So a
/// dropped frame makes at most the phase longer in which it happens (when it hides that phase's
/// end), and never a later one; and jitter of less than half a frame changes nothing.
///
/// Times are ms of any monotonic clock, the same for frames and keys.
class TrialTimeline {
public:
    /// What says how long the phases from fixation to the last interval are: the planned number of
    /// frames, or a sound that is played meanwhile.
    enum class Leader { frames, sound };

    /// @param intervals  1, 2 or 3
    /// @throws InvalidArgument if the frame period is not a positive number, or for another number
    ///         of intervals.
    TrialTimeline(const Timing& timing, double framePeriodMs, bool feedback,
                  std::size_t intervals = 3, Leader leader = Leader::frames);

    /// When the intervals of the sound are heard, by the clock of the frames. To be told as soon as
    /// it is known, and again when it is known better; until then fixation stays. What is shown of
    /// an interval follows to the nearest frame; its onset is stored as told here.
    void heardAt(const IntervalTimes& times);
    /// When the sound ends a phase; infinity where it does not, or where that is not known yet.
    double soundEndsMs(Phase phase) const;

    /// What the next frame has to show. `over`: the trial needs no more frames.
    Phase next() const { return next_; }
    /// What is on screen; absent before the first frame.
    std::optional<Phase> onScreen() const { return onScreen_; }

    /// The frame drawn as next() asked became visible at `swapMs`, and the next one is due at
    /// `nextFrameMs`, which may be several periods later where nothing is drawn in between. Returns
    /// what that one has to show. Frames that come later than due by half a period or more count as
    /// dropped, in whole periods. The answer phase lasts until a key, however many frames are shown
    /// of it.
    Phase frameShown(double swapMs, double nextFrameMs);
    /// The same for a screen whose next frame comes one period later.
    Phase frameShown(double swapMs) { return frameShown(swapMs, swapMs + periodMs_); }

    /// A key went down at `atMs`: that of an answer, or one that means none. An answer counts from
    /// the first frame of the answer screen; before, it is noted as early. The first answer stands.
    void key(std::optional<Answer> answer, double atMs);

    /// The mouse or a finger went down at `atMs`, on an answer or beside all of them. On an answer
    /// it is as its key. Beside them it is nothing; but before the answer screen, where there is
    /// nothing to aim at, every click is early.
    void click(std::optional<Answer> answer, double atMs);

    /// The trial is to be shown again from the start; all flags are kept and `flag` joins them.
    /// Not to be called once there is an answer.
    void restart(const char* flag);

    bool answered() const { return response_.has_value(); }
    /// What is to be stored, without the date, which only a wall clock knows.
    /// @throws InvalidArgument before there is an answer.
    Presentation presentation() const;

    /// How many frames a phase is planned to last; 0 for `answer`, which waits for a key.
    int plannedFrames(Phase phase) const;

private:
    void note(const char* flag);
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
    std::optional<Answer> response_;
    double rtMs_ = 0.0;
    std::vector<std::string> flags_;
};

} // namespace mlab::experiments
