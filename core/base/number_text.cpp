// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/number_text.h"

#include <array>
#include <charconv>
#include <cmath>

namespace mlab {

std::string shortNumber(double value)
{
    std::array<char, 32> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
    return {text.data(), end};
}

std::string roundedNumber(double value)
{
    constexpr double kLongest = 1e9; // ten digits can still be read
    if (std::abs(value) < kLongest && (std::abs(value) >= 1000 || value == std::round(value))) {
        return fixedNumber(value, 0);
    }
    std::array<char, 32> text{};
    const auto end =
        std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::general, 4)
            .ptr;
    return {text.data(), end};
}

std::string fixedNumber(double value, int decimals)
{
    std::array<char, 400> text{}; // the largest double has 309 digits
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value,
                                   std::chars_format::fixed, decimals)
                         .ptr;
    return {text.data(), end};
}

std::string ofTrials(int count, int trials)
{
    return std::to_string(count) + " of " + std::to_string(trials) + " trials";
}

} // namespace mlab
