// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/session/run_session.h"

#include <QString>

namespace mlab::app {

/// Shows what ended a run early in a dialog, unless nothing did or another dialog has shown it.
/// @param whatToDo shown when answers were stored
void showProblem(const RunEnd& end, const QString& whatToDo);

} // namespace mlab::app
