// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/distinct_names.h"

#include <algorithm>

namespace mlab {
namespace {

/// A name has at most 255 bytes; the rest is for a number and an ending.
constexpr std::size_t kMostNameBytes = 200;

std::string inSmallLetters(std::string text)
{
    std::ranges::transform(text, text.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return text;
}

std::string cut(std::string_view text)
{
    const auto continues = [&](std::size_t at) {
        return (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U;
    };
    auto length = std::min(text.size(), kMostNameBytes);
    while (length > 0 && length < text.size() && continues(length)) {
        --length;
    }
    return std::string(text.substr(0, length));
}

} // namespace

std::string DistinctNames::take(std::string_view wanted)
{
    std::string base = cut(wanted);
    std::ranges::replace(base, '/', '-');
    std::string name = base;
    for (int number = 2; !taken_.insert(inSmallLetters(name)).second; ++number) {
        name = base + "-" + std::to_string(number);
    }
    return name;
}

} // namespace mlab
