// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace mlab::app {

/// What both programs return: 2 for anything that a person typed or wrote and that cannot be used.
enum ExitCode : int { kDone = 0, kFailed = 1, kBadInput = 2 };

} // namespace mlab::app
