// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/page/report_table.h"

#include "core/base/csv.h"

namespace mlab {

ReportTable dataDictionary(std::span<const ReportTable> tables)
{
    ReportTable dictionary{.name = "data_dictionary",
                           .columns = {{"table", "", ""},
                                       {"column", "", ""},
                                       {"unit", "", ""},
                                       {"description", "", ""}},
                           .rows = {}};
    for (const auto& table : tables) {
        for (const auto& column : table.columns) {
            dictionary.rows.push_back({table.name, column.name, column.unit, column.description});
        }
    }
    dictionary.rows.push_back({"*", "*", "", kFormulaNote});
    return dictionary;
}

std::string toCsv(const ReportTable& table)
{
    std::vector<std::string> names;
    for (const auto& column : table.columns) {
        names.push_back(column.name);
    }
    std::string csv = csvRecord(names);
    for (const auto& row : table.rows) {
        csv += csvRecord(row);
    }
    return csv;
}

std::string fileNameOf(std::string_view text)
{
    std::string name(text);
    for (char& c : name) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') || c == '_' || c == '.';
        c = plain ? c : '-';
    }
    return name;
}

} // namespace mlab
