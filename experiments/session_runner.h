// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/probe.h"
#include "core/trial.h"
#include "experiments/observer.h"
#include "experiments/presenter.h"
#include "experiments/session.h"

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
    stopped,  ///< the trials asked for in this run are done
    quit,     ///< the participant or experimenter ended it
    failed    ///< an error ended it
};

/// Runs the trials of a session: gets each probe, shows it, stores the answer, and only then moves
/// on. Driven by callbacks on one thread, without a clock, window or event loop of its own.
///
/// A trial counts when TrialSink::commit() has returned; what was not answered is not stored. After
/// any end the session can be continued by another runner from the stored trials.
///
/// Everything passed by reference must outlive the runner. The runner may be destroyed at any time,
/// also from within a hook; callbacks that come in afterwards, or after the end, do nothing.
class SessionRunner {
public:
    struct Options {
        std::optional<int> maxTrials; ///< trials of this run; absent: until the session's end
        int lookAheadDepth = 6;       ///< trials ahead for which probes are asked for
    };

    struct Hooks {
        /// Monotonic time, ms. Required.
        std::function<double()> nowMs;
        /// Called once, as the runner's last act. The exception is set when the reason is `failed`.
        /// Required.
        std::function<void(EndReason, std::exception_ptr)> onEnd;
        /// The store refused an answer, or the note that the session is finished. `retry` tries the
        /// same again, now or later; quit() gives up, and the run ends as `failed` with the store's
        /// error. Without this hook it ends so at once.
        std::function<void(std::exception_ptr error, std::function<void()> retry)> onCommitFailed;
        /// A trial was stored and the session has moved on. May be absent.
        std::function<void(const Session&, const TrialRecord&)> onTrialDone;
    };

    /// @param session   with the stored trials applied already
    /// @param observer  absent for a person
    SessionRunner(Session session, ProbeSource& source, TrialSink& sink, Presenter& presenter,
                  std::optional<Observer> observer, Options options, Hooks hooks);
    SessionRunner(const SessionRunner&) = delete;
    SessionRunner& operator=(const SessionRunner&) = delete;
    ~SessionRunner() = default;

    /// Begins the run. Call once.
    void start();
    /// Ends the run. The trial on screen is not stored.
    void quit();

    const Session& session() const { return session_; }

private:
    using Step = std::function<void()>;

    /// Runs steps one after another. What calls back at once adds a step here and returns, so the
    /// stack stays as deep as it was however many trials are run.
    void run(Step step);
    /// A callback that runs `step` at most once, and only if no other was made since.
    template <typename Callback> auto once(Callback step);

    void nextTrial();
    void ready(const std::string& text);
    void fetchProbe();
    void takeProbe(const ProbeReply& reply);
    void present();
    void takePresentation(const Presentation& presentation);
    /// Writes, then goes on; what cannot be written is kept until it is, or until quit().
    void store(const Step& write, const Step& then);
    void finish();
    void end(EndReason reason, std::exception_ptr error = nullptr);

    Session session_;
    ProbeSource& source_;
    TrialSink& sink_;
    Presenter& presenter_;
    std::optional<Observer> observer_;
    Options options_;
    Hooks hooks_;

    std::deque<Step> steps_;
    bool running_ = false;
    std::uint64_t ticket_ = 0;      ///< of the one callback that is awaited
    std::exception_ptr unstored_;   ///< why the answer at hand is not stored
    bool allDone_ = false;          ///< the session's end is stored
    int trialsDone_ = 0;            ///< in this run
    std::optional<TrialPlan> plan_; ///< the open trial
    std::shared_ptr<const Probe> probe_;
    bool waiting_ = false; ///< the probe was not there when it was asked for
    double askedAtMs_ = 0.0;
    double waitMs_ = 0.0;
    std::shared_ptr<int> alive_ = std::make_shared<int>(); ///< null after the end
};

} // namespace mlab::experiments
