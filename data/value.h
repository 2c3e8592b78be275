// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace mlab::data {

/// A value as a table holds it: INTEGER, REAL, TEXT (valid UTF-8) or, where a column may be
/// empty, NULL.
using Value = std::variant<std::int64_t, double, std::string, std::monostate>;
using Row = std::vector<Value>;

/// The same without a text of its own: it is that of a Value, or of a row that is read in place.
using ValueView = std::variant<std::int64_t, double, std::string_view, std::monostate>;
using RowView = std::span<const ValueView>;

Value copyOf(const ValueView& value);
Row copyOf(RowView row);
ValueView viewOf(const Value& value);
std::vector<ValueView> viewsOf(std::span<const Value> row);

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
