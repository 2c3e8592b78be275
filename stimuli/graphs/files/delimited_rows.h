// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <deque>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace mlab::stimuli {

/// The rows of a text file whose fields are separated by commas, semicolons, tabs or blanks: the
/// first of these that the first row has. Empty lines and lines that begin with # are left out. A
/// field may be in double quotes, in which two stand for one. Columns that are aligned with several
/// blanks count as separated by one.
class DelimitedRows {
public:
    /// @throws IoError if the file cannot be read or is larger than kMaxFileBytes
    explicit DelimitedRows(const std::filesystem::path& file);

    /// Goes to the next row. @returns whether there is one
    /// @throws IoError with file and line for a quote that is not closed
    bool next();
    /// Of the present row; valid until next().
    const std::vector<std::string_view>& fields() const { return fields_; }
    int line() const { return line_; }
    /// The first line of the file, if it begins with #, without it.
    std::string_view firstComment() const;
    const std::string& name() const { return name_; }

    /// @throws IoError: "FILE:LINE: why"
    [[noreturn]] void fail(const std::string& why) const;
    /// The same for another line.
    [[noreturn]] void failAt(int line, const std::string& why) const;

private:
    void split(std::string_view row);
    std::string_view quoted(std::string_view& rest);

    std::string name_;
    std::string text_;
    std::string_view rest_;
    char separator_ = 0;
    int line_ = 0;
    std::vector<std::string_view> fields_;
    std::deque<std::string> unquoted_; ///< fields of this row that had quotes within quotes
};

/// "NAME:LINE: why", as every message about a line of a file begins.
std::string atLine(const std::string& name, int line, const std::string& why);

/// A finite number. @throws IoError with file and line
double numberIn(const DelimitedRows& rows, std::string_view field);
/// A whole number from 0 to `most`. @throws IoError with file and line
int countIn(const DelimitedRows& rows, std::string_view field, int most);

} // namespace mlab::stimuli
