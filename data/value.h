// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace mlab::data {

/// A value as it lies in a table: INTEGER, REAL, TEXT (valid UTF-8) or, where a column may be
/// empty, NULL.
using Value = std::variant<std::int64_t, double, std::string, std::monostate>;
using Row = std::vector<Value>;

} // namespace mlab::data
