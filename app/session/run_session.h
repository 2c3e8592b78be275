// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/program/end_signals.h"
#include "app/program/exit_codes.h"
#include "app/session/application.h"
#include "app/session/live_session.h"
#include "app/session/session_choice.h"

#include <iostream>
#include <string>
#include <type_traits>

namespace mlab::app {

/// How a run of a session ended.
struct RunEnd {
    std::string sessionId = {};
    experiments::EndReason reason = experiments::EndReason::failed;
    std::exception_ptr problem; ///< what ended it early
    bool answersStored = false; ///< by this run
    bool told = false;          ///< a dialog has shown the problem
    bool endsProgram = false;   ///< a signal or the desktop ended it, not the participant
    std::string timing = {};    ///< LiveSession::timing()
};

/// Runs one session in the application's event loop until it ends: by itself, or as if the
/// participant had ended it, by SIGINT, SIGTERM, SIGHUP or the end of the desktop session.
/// @throws BadInput, mlab::Error when it cannot begin
template <typename QtApplication>
RunEnd runToItsEnd(QtApplication& application, const LiveSessionOptions& options)
{
    RunEnd end;
    LiveSession session(options, [&](experiments::EndReason why, const std::exception_ptr& error) {
        end.reason = why;
        end.problem = error;
        application.exit(kDone);
    });
    QObject running; // what is asked of the session cannot reach it after its end
    const auto quit = [&] {
        end.endsProgram = true;
        session.quit();
    };
    const EndSignals signals(
        [&] { QMetaObject::invokeMethod(&running, quit, Qt::QueuedConnection); });
    if constexpr (std::is_base_of_v<QGuiApplication, QtApplication>) {
        // The desktop session ends.
        QObject::connect(&application, &QGuiApplication::commitDataRequest, &running, quit);
    }
    end.sessionId = session.sessionId();
    std::cout << "Session " << end.sessionId << "\n" << std::flush;
    try {
        application.runEventLoop();
    } catch (...) {
        end.problem = std::current_exception();
    }
    end.answersStored = session.answersStored();
    end.told = session.problemTold();
    end.timing = session.timing();
    return end;
}

/// Prints how a session ended and how good its timing was. @throws what ended it early
inline ExitCode sayHowItEnded(const RunEnd& end)
{
    if (!end.timing.empty()) {
        std::cout << end.timing << "\n";
    }
    if (end.problem) {
        std::rethrow_exception(end.problem);
    }
    std::cout << (end.reason == experiments::EndReason::finished
                      ? "The session is finished.\n"
                      : "The session is not finished. To resume it, run the same command.\n");
    return kDone;
}

} // namespace mlab::app
