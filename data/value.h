// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace mlab::data {

/// A value as a table holds it: INTEGER, REAL, TEXT (valid UTF-8) or, where a column may be
/// empty, NULL.
using Value = std::variant<std::int64_t, double, std::string, std::monostate>;
using Row = std::vector<Value>;

// Text goes in and out as bytes: as Qt strings it would lose a byte-order mark and a few other
// characters on the way, and a design would no longer match its hash.

/// Stands for a text in a statement, as "?" stands for a number.
inline constexpr const char* kTextPlaceholder = "CAST(? AS TEXT)";
/// Reads a text.
inline std::string textOf(const std::string& column)
{
    return "CAST(" + column + " AS BLOB)";
}

} // namespace mlab::data
