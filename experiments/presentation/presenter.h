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

/// The response of a simulated participant in one trial.
struct SimulatedAnswer {
    Answer answer = Answer::first;
    double rtMs = 0.0;
};

/// One category on the answer screen of recognition: a label, and an icon above it if it has one.
struct Choice {
    std::string label;
    ImagePtr icon = nullptr;
};

/// One trial, ready to be shown.
struct TrialView {
    Task task = Task::abx;
    std::vector<Stimulus> stimuli; ///< one for each interval of the task
    double eccentricityDeg = 0.0;
    Answer correctAnswer = Answer::first;
    bool feedback = false;                    ///< show feedback after the answer
    std::optional<SimulatedAnswer> simulated; ///< absent for a human participant
    /// Recognition: the categories, in the order of their answers from Answer::category on, the
    /// same in all trials of a run. Null for other tasks.
    std::shared_ptr<const std::vector<Choice>> choices = nullptr;
};

/// What happened when a trial was shown.
struct Presentation {
    Answer response = Answer::first;
    double rtMs = 0.0; ///< from the first frame that asks for the answer
    /// Of each interval of the task, from fixation onset (sounds: at the device).
    std::array<std::optional<double>, 3> onsetMs{};
    int droppedFrames = 0;
    /// The largest difference between the onset of an interval and its plan, counted from the phase
    /// before it. Absent where the sound sets the pace.
    std::optional<double> onsetErrorMs{};
    std::vector<std::string> flags; ///< words of mlab::flag
    std::string startedAt;          ///< UTC, ISO 8601, of the last fixation onset
};

/// A screen between trials.
struct Interlude {
    enum class Kind {
        waiting, ///< a probe or the basis is being made; with `fraction` if it is known
        ready,   ///< "Ready?", until a key is pressed
        resumed, ///< "Welcome back", with the `fraction` that is done, until a key is pressed
        rest,    ///< a break, with the `fraction` of the session that is done, until a key
        end      ///< thanks, until a key is pressed
    };
    Kind kind = Kind::ready;
    std::string text;       ///< one line of detail, may be empty
    double fraction = -1.0; ///< in [0, 1], or negative if unknown
};

/// Shows trials and takes answers: the participant window, or a presenter without a screen for
/// simulated participants. All calls and callbacks are on one thread. The presenter handles pauses
/// (Esc), loss of focus and bad timing itself: it shows the trial again from the start and adds a
/// flag.
class Presenter {
public:
    Presenter() = default;
    Presenter(const Presenter&) = delete;
    Presenter& operator=(const Presenter&) = delete;
    virtual ~Presenter() = default;

    /// Shows the interlude; calls `done` when the participant continues (at once for `waiting`,
    /// which stays on the screen until the next call).
    virtual void interlude(const Interlude& what, std::function<void()> done) = 0;
    /// Shows one trial and calls `done` with what happened.
    virtual void present(const TrialView& view, std::function<void(Presentation)> done) = 0;
    /// Sets what to call when the participant or experimenter ends the session early.
    virtual void onQuit(std::function<void()> quit) = 0;
};

} // namespace mlab::experiments
