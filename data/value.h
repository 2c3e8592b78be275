// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace mlab::data {

/// A value as it lies in a table: INTEGER, REAL or TEXT (valid UTF-8). There are no NULLs.
using Value = std::variant<std::int64_t, double, std::string>;
using Row = std::vector<Value>;

} // namespace mlab::data
