// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <string>

namespace mlab::app {

/// What a program's main() returns: the exit code of `program`, or that of the error that ended it,
/// whose message is written to stderr. The files that it creates are readable by their owner only.
/// Output that cannot be written is kFailed.
int runProgram(const std::string& name, const std::function<int()>& program);

} // namespace mlab::app
