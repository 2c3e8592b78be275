// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/application.h"
#include "app/exit_codes.h"
#include "app/live_session.h"

#include <iostream>

namespace mlab::app {

/// Runs one session in the application's event loop until it ends, and says on stdout how it did.
/// @throws what ended it early
template <typename QtApplication>
ExitCode runToItsEnd(QtApplication& application, const LiveSessionOptions& options)
{
    auto reason = experiments::EndReason::failed;
    std::exception_ptr problem;
    {
        const LiveSession session(options,
                                  [&](experiments::EndReason why, const std::exception_ptr& error) {
                                      reason = why;
                                      problem = error;
                                      application.exit(kDone);
                                  });
        std::cout << "Session " << session.sessionId() << "\n" << std::flush;
        application.runEventLoop();
    }
    if (problem) {
        std::rethrow_exception(problem);
    }
    std::cout << (reason == experiments::EndReason::finished
                      ? "The session is finished.\n"
                      : "The session is not finished; the same command continues it.\n");
    return kDone;
}

} // namespace mlab::app
