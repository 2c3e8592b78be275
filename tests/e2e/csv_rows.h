// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/files.h"

#include <filesystem>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace mlab {

// Rows of a table without quoted line breaks, by column name.
using Row = std::map<std::string, std::string>;
inline std::vector<Row> readCsv(const std::filesystem::path& file)
{
    std::istringstream text(readFile(file));
    const auto split = [](std::string line) {
        if (!line.empty() && line.back() == '\r') {
            line.pop_back();
        }
        std::vector<std::string> cells(1);
        bool quoted = false;
        for (std::size_t i = 0; i < line.size(); ++i) {
            const char c = line[i];
            if (quoted && c == '"' && i + 1 < line.size() && line[i + 1] == '"') {
                cells.back() += line[++i]; // a quote within quotes is doubled
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == ',' && !quoted) {
                cells.emplace_back();
            } else {
                cells.back() += c;
            }
        }
        return cells;
    };
    std::string line;
    std::getline(text, line);
    const auto names = split(line);
    std::vector<Row> rows;
    while (std::getline(text, line)) {
        const auto cells = split(line);
        Row row;
        for (std::size_t i = 0; i < names.size(); ++i) {
            row[names[i]] = cells.at(i);
        }
        rows.push_back(row);
    }
    return rows;
}

} // namespace mlab
