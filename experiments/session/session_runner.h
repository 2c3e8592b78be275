// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "experiments/presentation/presenter.h"
#include "experiments/session/trial_flow.h"

#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace mlab::experiments {

/// Why a run ended.
enum class EndReason {
    finished, ///< no trial is left
    stopped,  ///< the requested number of trials is done
    quit,     ///< the participant or experimenter ended it
    failed    ///< an error ended it
};

/// Runs the trials of a session: fetches the stimuli of each, shows them, stores the answer, and
/// only then moves on. Driven by callbacks on one thread, without a clock, window or event loop of
/// its own.
///
/// A trial counts when TrialFlow::commit() has returned; unanswered trials are not stored. After
/// any end another runner can resume the session from the stored trials.
///
/// The presenter must outlive the runner. The runner may be destroyed at any time, also from
/// within a hook; callbacks that arrive afterwards, or after the end, do nothing.
class SessionRunner {
public:
    struct Options {
        std::optional<int> maxTrials; ///< of this run; absent: until the session's end
    };

    struct Hooks {
        /// Monotonic time, ms. Required.
        std::function<double()> nowMs;
        /// Called once, as the runner's last act. The exception is set when the reason is `failed`.
        /// Required.
        std::function<void(EndReason, std::exception_ptr)> onEnd;
        /// The store refused an answer, or the mark that the session is finished. `retry` tries
        /// again, now or later; quit() gives up, and the run ends as `failed` with the store's
        /// error. Without this hook it ends like that at once.
        std::function<void(std::exception_ptr error, std::function<void()> retry)> onCommitFailed;
        /// A trial was stored and the session has moved on. Optional.
        std::function<void(const Presentation&)> onTrialDone;
    };

    SessionRunner(std::unique_ptr<TrialFlow> flow, Presenter& presenter, Options options,
                  Hooks hooks);
    SessionRunner(const SessionRunner&) = delete;
    SessionRunner& operator=(const SessionRunner&) = delete;
    ~SessionRunner() = default;

    /// Begins the run. Call once.
    void start();
    /// Ends the run. The trial on screen is not stored.
    void quit();

private:
    using Step = std::function<void()>;

    /// Runs steps one after another. A callback that comes at once adds a step here and returns, so
    /// the stack does not grow with the number of trials.
    void run(Step step);
    /// A callback that runs `step` at most once, and only if no other was created since.
    template <typename Callback> auto once(Callback step);

    void nextTrial();
    void ready(const Interlude& what);
    void fetch();
    void fetched(const std::exception_ptr& problem);
    void present();
    void takePresentation(const Presentation& presentation);
    /// Writes, then continues; what cannot be written is kept for a retry, until quit().
    void store(const Step& write, const Step& then);
    void finish();
    void end(EndReason reason, std::exception_ptr error = nullptr);

    std::unique_ptr<TrialFlow> flow_;
    Presenter& presenter_;
    Options options_;
    Hooks hooks_;

    std::deque<Step> steps_;
    bool running_ = false;
    std::uint64_t ticket_ = 0;    ///< of the one callback that is awaited
    std::exception_ptr unstored_; ///< why the current answer is not stored
    bool allDone_ = false;        ///< the session's end is stored
    Interlude opening_;           ///< the screen before the first trial of this run
    int trialsDone_ = 0;          ///< in this run
    bool fetched_ = false;        ///< the open trial can be shown
    bool waiting_ = false;        ///< it could not be shown when it was requested
    double askedAtMs_ = 0.0;
    double waitMs_ = 0.0;
    std::shared_ptr<int> alive_ = std::make_shared<int>(); ///< null after the end
};

} // namespace mlab::experiments
