// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/session/live_session_options.h"
#include "experiments/session/session_runner.h"

#include <exception>
#include <functional>
#include <memory>
#include <string>

namespace mlab::app {

/// One run of one session: reads the design, opens the store, starts the engine, repeats what is
/// stored, and runs trials until an end. Lives on the GUI thread inside a running event loop.
class LiveSession {
public:
    using OnEnd = std::function<void(experiments::EndReason, std::exception_ptr)>;

    /// Reads and checks everything that can be checked without the engine, and shows the window.
    /// @throws BadInput, mlab::Error; Cancelled if the headphone check is ended early
    LiveSession(LiveSessionOptions options, OnEnd onEnd);
    ~LiveSession();
    LiveSession(const LiveSession&) = delete;
    LiveSession& operator=(const LiveSession&) = delete;

    /// Ends this run as the participant can: the trial on the screen is not stored.
    void quit();

    const std::string& sessionId() const;
    /// Whether this run has stored a trial.
    bool answersStored() const;
    /// A line about how well the trials of this run kept their times; empty if there was no trial,
    /// or no window that keeps times.
    std::string timing() const;
    /// Whether a dialog has shown what ended this run.
    bool problemTold() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace mlab::app
