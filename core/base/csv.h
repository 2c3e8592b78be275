// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

namespace mlab {

/// One record of a CSV file after RFC 4180: fields are quoted where necessary, and the line ends
/// with CR LF. A spreadsheet runs a text that begins with =, +, -, @, a tab or CR as a formula, so
/// such a field gets an apostrophe in front, unless it is a number.
std::string csvRecord(const std::vector<std::string>& fields);

/// What a data dictionary says about these apostrophes.
inline constexpr const char* kFormulaNote =
    "a text that begins with =, +, -, @, a tab or a carriage return has an apostrophe in front, so "
    "that a spreadsheet does not run it as a formula; remove the apostrophe to get the text";

} // namespace mlab
