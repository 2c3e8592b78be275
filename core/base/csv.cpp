// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/csv.h"

#include <charconv>
#include <string_view>

namespace mlab {
namespace {

bool isNumber(const std::string& field)
{
    double value = 0;
    const char* end = field.data() + field.size();
    const auto [stop, problem] = std::from_chars(field.data(), end, value);
    return problem == std::errc() && stop == end;
}

std::string withoutFormula(const std::string& field)
{
    const bool mayRun = !field.empty() &&
                        std::string_view("=+-@\t\r").find(field.front()) != std::string_view::npos;
    return mayRun && !isNumber(field) ? "'" + field : field;
}

} // namespace

std::string csvRecord(const std::vector<std::string>& fields)
{
    std::string record;
    for (std::size_t i = 0; i < fields.size(); ++i) {
        record += i == 0 ? "" : ",";
        const auto field = withoutFormula(fields[i]);
        if (field.find_first_of(",\"\r\n") == std::string::npos) {
            record += field;
            continue;
        }
        record += '"';
        for (const char character : field) {
            record += character == '"' ? "\"\"" : std::string(1, character);
        }
        record += '"';
    }
    return record + "\r\n";
}

} // namespace mlab
