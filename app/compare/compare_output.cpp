// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/compare/compare_output.h"

#include <string>
#include <vector>

namespace mlab::app {

void writeComparison(std::span<const DesignComparison> designs, const std::filesystem::path& folder,
                     Overwrite overwrite)
{
    constexpr const char* kDictionary = "data_dictionary.csv";
    const auto tables = networkTables(designs);
    std::vector<std::string> names = {kDictionary};
    for (const auto& table : tables) {
        names.push_back(table.name + ".csv");
    }
    OutputFolder output(folder, "compare", names, overwrite);
    for (const auto& table : tables) {
        output.write(table.name + ".csv", toCsv(table));
    }
    output.write(kDictionary, toCsv(dataDictionary(tables)));
}

} // namespace mlab::app
