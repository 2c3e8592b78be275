// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mlab {

/// One thing wrong in a file that a person wrote.
struct Diagnostic {
    std::string file;
    int line = 0;        ///< from 1
    int column = 0;      ///< from 1, in characters
    std::string pointer; ///< JSON pointer (RFC 6901), "" for the whole document
    std::string message;
    std::string suggestion; ///< nearest valid name, may be empty
    /// The request cannot be fulfilled (a stop rule that is never met), but the rest of the file
    /// can be used. A stored session with such a design can be resumed; a new one is refused.
    bool futile = false;

    /// "file:line:column: /pointer: message (did you mean "x"?)"
    std::string text() const;

    bool operator==(const Diagnostic&) const = default;
};

/// Of many problems, or notes, so many are shown, and then how many more there are.
inline constexpr std::size_t kMostListed = 100;

/// What is shown of the problems of one file: in the order of their places, and after kMostListed
/// one that says how many more there are.
std::vector<Diagnostic> listed(std::vector<Diagnostic> all);

/// The candidate that was meant: the one with the smallest edit distance to `name`, if it is close
/// enough. Capitals, and whether words are joined by hyphen, underscore or space, make no
/// difference, and + is "plus".
std::optional<std::string> nearestName(std::string_view name,
                                       std::span<const std::string> candidates);

} // namespace mlab
