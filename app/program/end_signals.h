// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <csignal>
#include <functional>
#include <map>
#include <stop_token>
#include <thread>

namespace mlab::app {

/// While it lives, SIGINT (Ctrl-C), SIGTERM and SIGHUP ask the program to end instead of ending it.
/// The same signal a second time ends it at once. A signal that the program was started to ignore
/// (nohup, a job in the background) stays ignored. One at a time.
class EndSignals {
public:
    /// @param end is called at most once, on a thread of its own
    /// @throws Error if the system has no file descriptors left
    explicit EndSignals(std::function<void()> end);
    ~EndSignals();
    EndSignals(const EndSignals&) = delete;
    EndSignals& operator=(const EndSignals&) = delete;

private:
    std::map<int, struct sigaction> before_; ///< by signal
    std::jthread waiting_;
};

/// Runs work that keeps what it has finished, and stops it at such a signal.
/// @param work throws Cancelled when the stop is requested
/// @returns the exit code of `work`; kFailed, with a message, if it was stopped
int runStoppable(const std::function<int(const std::stop_token&)>& work);

} // namespace mlab::app
