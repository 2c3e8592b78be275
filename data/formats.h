// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string_view>

namespace mlab::data {

/// The SQL of every released format of the store: element i holds the statements that bring a file
/// of format i to format i + 1. A new file is of format 0 and goes through all of them, so that it
/// gets the tables of a file that was migrated.
///
/// The text of a released format never changes, because there are files that were made with it: a
/// new table or column is a new format at the end.
std::span<const std::span<const std::string_view>> formats();

/// The format from which on a file holds the hashes of its rows.
inline constexpr int kFormatWithHashes = 6;

} // namespace mlab::data
