// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/diagnostic.h"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mlab::experiments {

/// A JSON document that remembers the position of every key and value in its text, so that a
/// problem found later can be reported with its line and column. Values are addressed by JSON
/// pointers (RFC 6901).
class LocatedJson {
public:
    /// Reads `text`. A syntax error adds one diagnostic and returns nothing; each key that is given
    /// twice adds a diagnostic, and its first value is used. A leading UTF-8 byte order mark is
    /// skipped. What would need much memory or stack counts as a syntax error: a text above 16 MB,
    /// values nested more than 64 deep or more than about a million, a key above 1000 bytes, more
    /// than 1000 keys given twice.
    /// A number that is whole is an integer, however it is written (6.0, 1e3).
    /// @param file  for the diagnostics
    static std::optional<LocatedJson> parse(std::string text, std::string file,
                                            std::vector<Diagnostic>& diagnostics);

    const nlohmann::json& root() const { return root_; }
    bool has(const std::string& pointer) const { return places_.contains(pointer); }
    /// The line (from 1) at which the value of an existing pointer begins.
    int lineOf(const std::string& pointer) const;
    /// The value as it is written, shortened to one line of at most 40 characters.
    std::string snippet(const std::string& pointer) const;

    /// A diagnostic at the value of `pointer`, or, if it does not exist, at the nearest value that
    /// contains it.
    Diagnostic atValue(std::string pointer, std::string message, std::string suggestion = {}) const;
    /// A diagnostic at the key of an existing member `pointer`.
    Diagnostic atKey(std::string pointer, std::string message, std::string suggestion = {}) const;

private:
    friend class LocatedJsonParser;

    struct Place {
        std::size_t key = 0;   ///< byte offset of the key, or of the value where there is no key
        std::size_t begin = 0; ///< byte offset of the value
        std::size_t end = 0;   ///< one past its last byte
    };

    struct Mark {
        std::size_t offset = 0;
        int line = 1;
        int column = 1;
    };

    Mark placeOf(std::size_t offset) const;
    Diagnostic at(std::size_t offset, std::string pointer, std::string message,
                  std::string suggestion) const;

    std::string text_;
    std::string file_;
    nlohmann::json root_;
    std::map<std::string, Place> places_;
    std::vector<Mark> marks_; ///< at even distances, so that no place is counted from the start
};

/// How messages quote what a person wrote: the beginning, if it is long.
std::string inQuotes(std::string_view text);
/// `parent` extended by one key, with `~` and `/` escaped as RFC 6901 says.
std::string childPointer(const std::string& parent, std::string_view key);
std::string childPointer(const std::string& parent, std::size_t index);
/// The pointer without its last part; "" stays "".
std::string parentPointer(const std::string& pointer);

} // namespace mlab::experiments
