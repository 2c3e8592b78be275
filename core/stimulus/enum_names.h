// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace mlab {

/// The values of an enumeration with their names in files and on the command line.
template <class Enum, std::size_t N>
using EnumNames = std::array<std::pair<Enum, std::string_view>, N>;

template <class Enum, std::size_t N> std::string nameIn(const EnumNames<Enum, N>& names, Enum value)
{
    return std::string(
        std::ranges::find(names, value, &std::pair<Enum, std::string_view>::first)->second);
}

/// Absent for a name that is not in the table.
template <class Enum, std::size_t N>
std::optional<Enum> valueIn(const EnumNames<Enum, N>& names, std::string_view name)
{
    const auto* const found =
        std::ranges::find(names, name, &std::pair<Enum, std::string_view>::second);
    return found == names.end() ? std::nullopt : std::optional(found->first);
}

/// "pca or ica": all names, for a message.
template <class Enum, std::size_t N> std::string listOfNames(const EnumNames<Enum, N>& names)
{
    std::string list;
    for (std::size_t i = 0; i < N; ++i) {
        list += i == 0 ? "" : i + 1 < N ? ", " : " or ";
        list += names[i].second;
    }
    return list;
}

} // namespace mlab
