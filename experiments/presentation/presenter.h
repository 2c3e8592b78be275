// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/stimulus.h"
#include "core/trial/trial.h"
#include "experiments/design/design.h"

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mlab::experiments {

/// What a simulated participant will do in one trial.
struct SimulatedAnswer {
    Answer answer = Answer::first;
    double rtMs = 0.0;
};

/// One category on the answer screen of recognition: its words, under a picture where it has one.
struct Choice {
    std::string label;
    ImagePtr icon = nullptr;
};

/// One trial, ready to be shown.
struct TrialView {
    Task task = Task::abx;
    std::vector<Stimulus> stimuli; ///< of the intervals, as many as the task has
    double eccentricityDeg = 0.0;
    Answer correctAnswer = Answer::first;
    bool feedback = false;                    ///< say right or wrong after the answer
    std::optional<SimulatedAnswer> simulated; ///< given by the presenter itself
    /// Of recognition: the categories, in the order of their answers from Answer::category on, the
    /// same in all trials of a run. Null for other tasks.
    std::shared_ptr<const std::vector<Choice>> choices = nullptr;
};

/// What happened when it was shown.
struct Presentation {
    Answer response = Answer::first;
    double rtMs = 0.0; ///< from the first frame that asks for the answer
    /// Of each interval the task has, from fixation onset (sounds: at the device).
    std::array<std::optional<double>, 3> onsetMs{};
    int droppedFrames = 0;
    std::vector<std::string> flags; ///< words of mlab::flag
    std::string startedAt;          ///< UTC, ISO 8601, of the fixation onset that counted
};

/// A screen between trials.
struct Interlude {
    enum class Kind {
        waiting, ///< a probe or the basis is being made; `fraction` when it is known
        ready,   ///< "Ready?", goes on at a key
        rest,    ///< a break, with `fraction` of the session done; goes on at a key
        end      ///< thanks; goes on at a key
    };
    Kind kind = Kind::ready;
    std::string text;       ///< one line of detail, may be empty
    double fraction = -1.0; ///< in [0, 1], or negative when unknown
};

/// Shows trials and takes answers: the participant window, or one without a screen for
/// simulated participants. All calls and callbacks are on one thread. A pause (Esc) or a lost
/// focus is the presenter's own business: it shows the trial again from the start and notes a flag.
class Presenter {
public:
    Presenter() = default;
    Presenter(const Presenter&) = delete;
    Presenter& operator=(const Presenter&) = delete;
    virtual ~Presenter() = default;

    /// Shows the interlude; calls `done` when the participant goes on (at once after `waiting`,
    /// which stays on screen until the next call).
    virtual void interlude(const Interlude& what, std::function<void()> done) = 0;
    /// Shows one trial and calls `done` with what happened.
    virtual void present(const TrialView& view, std::function<void(Presentation)> done) = 0;
    /// Says what to call when the participant or experimenter ends the session early.
    virtual void onQuit(std::function<void()> quit) = 0;
};

} // namespace mlab::experiments
