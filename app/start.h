// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace mlab::app {

/// Opens the start window and runs the session chosen there. @return an exit code
int runStartWindow(char** argv);

} // namespace mlab::app
