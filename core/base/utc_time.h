// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace mlab {

/// The time now: UTC, ISO 8601 with milliseconds, as in "2025-03-01T09:30:00.125Z".
std::string utcNow();

} // namespace mlab
