// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace mlab {

/// Shortest decimal text that reads back as the same number ("8", "0.1"); the same everywhere.
std::string shortNumber(double value);

/// For a message about a computed number, which nobody will type again: 4 significant digits, but
/// whole numbers and those above 1000 without a fraction ("0.1723", "48000", "1e+100").
std::string roundedNumber(double value);

/// With so many decimals, at most 80: fixedNumber(147, 1) is "147.0".
std::string fixedNumber(double value, int decimals);

/// "3 of 20 trials"
std::string ofTrials(int count, int trials);

} // namespace mlab
