// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/session/run_session.h"

#include <QString>

namespace mlab::app {

/// Opens the start window and runs the session chosen there; after an error the window comes back.
/// @return an exit code
int runStartWindow(char** argv);

/// Shows what ended a run early, if anything did, in a dialog, unless people know it.
/// @param howToGoOn said when answers were stored
void showProblem(const RunEnd& end, const QString& howToGoOn);

} // namespace mlab::app
