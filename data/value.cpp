// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/value.h"

#include <algorithm>
#include <iterator>

namespace mlab::data {

Value copyOf(const ValueView& value)
{
    if (const auto* text = std::get_if<std::string_view>(&value)) {
        return std::string(*text);
    }
    if (const auto* integer = std::get_if<std::int64_t>(&value)) {
        return *integer;
    }
    if (const auto* real = std::get_if<double>(&value)) {
        return *real;
    }
    return std::monostate();
}

Row copyOf(RowView row)
{
    Row values;
    values.reserve(row.size());
    std::ranges::transform(row, std::back_inserter(values),
                           [](const ValueView& value) { return copyOf(value); });
    return values;
}

ValueView viewOf(const Value& value)
{
    return std::visit([](const auto& stored) { return ValueView(stored); }, value);
}

std::vector<ValueView> viewsOf(std::span<const Value> row)
{
    std::vector<ValueView> views;
    views.reserve(row.size());
    std::ranges::transform(row, std::back_inserter(views), &viewOf);
    return views;
}

} // namespace mlab::data
