// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace mlab {

/// A text with the characters escaped that HTML and XML give a meaning.
std::string escaped(const std::string& text);

} // namespace mlab
