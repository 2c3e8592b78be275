// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <exception>

namespace mlab::ui {

/// What was thrown out of an event handler. A test that expects it takes it away; any other fails
/// the program.
inline std::exception_ptr eventLoopException;

} // namespace mlab::ui
