// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace mlab::app {

/// What both programs return. Anything that people typed or wrote and that cannot be used is 2.
enum ExitCode : int { kDone = 0, kFailed = 1, kBadInput = 2 };

} // namespace mlab::app
