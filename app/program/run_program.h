// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <string>

namespace mlab::app {

/// What a program's main() returns: what `program` does, or the exit code of the error that ended
/// it, said on stderr.
int runProgram(const std::string& name, const std::function<int()>& program);

} // namespace mlab::app
