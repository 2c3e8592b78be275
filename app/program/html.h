// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace mlab::app {

/// A text with the characters escaped that HTML gives a meaning.
std::string escaped(const std::string& text);

} // namespace mlab::app
