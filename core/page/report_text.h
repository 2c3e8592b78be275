// SPDX-License-Identifier: GPL-3.0-or-later
//
// Numbers as text, exact for files and rounded for people.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>

namespace mlab {

/// Lower and upper limit.
using ReportInterval = std::optional<std::array<double, 2>>;

/// The shortest text that reads back as the same number; empty for what is absent or not finite.
std::string whole(double value);
std::string whole(const std::optional<double>& value);
std::string count(std::size_t value);
/// "1 trial", "2 trials"
std::string counted(std::size_t number, const std::string& one, const std::string& several);
/// @param number not negative
std::string counted(int number, const std::string& one, const std::string& several);
/// "1" or "0".
std::string yes(bool value);

/// Three significant digits, but no fewer than those of a whole number ("1433"); 0 for what is
/// smaller than rounding errors, 1e-12; "∞".
std::string rounded(double value);
/// rounded(), or a dash.
std::string roundedOrDash(const std::optional<double>& value);
/// With a sign and one decimal: "+1.5"; "0.0" without a sign.
std::string withSign(double value);
/// rounded() of a share in percent, without the sign.
std::string asPercent(double share);
/// "0.2 to 0.5"
std::string range(double low, double high);
/// range(), or a dash.
std::string rangeOrDash(const ReportInterval& interval);
/// Rounded, or "< 0.001".
std::string pText(double p);
/// "p = 0.03", "p < 0.001"
std::string pSentence(double p);
/// With a capital letter at its start.
std::string capitalized(std::string text);

/// Each limit transformed. @param function increasing
ReportInterval transformed(const ReportInterval& interval, double (*function)(double));

} // namespace mlab
