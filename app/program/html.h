// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace mlab::app {

/// A text as HTML shows it.
std::string escaped(const std::string& text);

} // namespace mlab::app
