// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/page/report_text.h"

#include "core/base/number_text.h"

#include <cctype>
#include <charconv>
#include <cmath>

namespace mlab {

std::string whole(double value)
{
    return std::isfinite(value) ? shortNumber(value) : "";
}

std::string whole(const std::optional<double>& value)
{
    return value ? whole(*value) : "";
}

std::string count(std::size_t value)
{
    return std::to_string(value);
}

std::string counted(std::size_t number, const std::string& one, const std::string& several)
{
    return count(number) + " " + (number == 1 ? one : several);
}

std::string counted(int number, const std::string& one, const std::string& several)
{
    return counted(static_cast<std::size_t>(number), one, several);
}

std::string yes(bool value)
{
    return value ? "1" : "0";
}

std::string rounded(double value)
{
    if (std::isinf(value)) {
        return value > 0 ? "∞" : "-∞";
    }
    constexpr double kWhole = 999.5; // three digits of it are 1000
    constexpr double kLongest = 1e9; // ten digits can still be read
    if (std::abs(value) >= kWhole && std::abs(value) < kLongest) {
        return fixedNumber(value, 0);
    }
    std::array<char, 32> text{};
    // Never "-0", and no rounding error of a difference.
    const double shown = std::abs(value) < 1e-12 ? 0.0 : value;
    const auto end =
        std::to_chars(text.data(), text.data() + text.size(), shown, std::chars_format::general, 3)
            .ptr;
    return {text.data(), end};
}

std::string roundedOrDash(const std::optional<double>& value)
{
    return value ? rounded(*value) : "–";
}

std::string withSign(double value)
{
    const auto text = fixedNumber(std::abs(value), 1);
    return text == "0.0" ? text : (value < 0 ? "-" : "+") + text;
}

std::string asPercent(double share)
{
    return rounded(100 * share);
}

std::string range(double low, double high)
{
    return rounded(low) + " to " + rounded(high);
}

std::string rangeOrDash(const ReportInterval& interval)
{
    return interval ? range((*interval)[0], (*interval)[1]) : "–";
}

std::string pText(double p)
{
    return p < 0.001 ? "< 0.001" : rounded(p);
}

std::string pSentence(double p)
{
    return p < 0.001 ? "p < 0.001" : "p = " + rounded(p);
}

std::string capitalized(std::string text)
{
    text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
    return text;
}

ReportInterval transformed(const ReportInterval& interval, double (*function)(double))
{
    return interval ? ReportInterval({function((*interval)[0]), function((*interval)[1])})
                    : interval;
}

} // namespace mlab
