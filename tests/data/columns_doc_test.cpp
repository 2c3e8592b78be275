// SPDX-License-Identifier: GPL-3.0-or-later
//
// docs/columns.md holds the program's descriptions of the exported columns. To update it after a
// change, run this test once with MLAB_UPDATE_DOCS=1 in the environment.
#include "core/base/files.h"
#include "data/columns.h"
#include "data/export.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

namespace mlab::data {
namespace {

template <typename T> std::string markdownOf(const Table<T>& table)
{
    std::string text = "| column | type | unit | description | varies |\n|---|---|---|---|---|\n";
    for (const auto& column : table.columns) {
        EXPECT_EQ((column.name + column.type + column.unit + column.description).find('|'),
                  std::string::npos)
            << column.name << ": \"|\" would end the cell";
        text += "| " + column.name + " | " + column.type + " | " + column.unit + " | " +
                column.description + " | " + (column.varies ? "yes" : "") + " |\n";
    }
    return text;
}

/// Replaces what lies between the table's two marks.
template <typename T> std::string withTable(std::string document, const Table<T>& table)
{
    const std::string begin = "<!-- table " + table.name + " -->\n";
    const std::string end = "<!-- end of table " + table.name + " -->\n";
    const auto from = document.find(begin);
    const auto to = document.find(end);
    if (from == std::string::npos || to == std::string::npos) {
        ADD_FAILURE() << "docs/columns.md lacks " << begin << "or " << end;
        return document;
    }
    return document.replace(from + begin.size(), to - from - begin.size(), markdownOf(table));
}

TEST(ColumnsDocument, HoldsTheColumnsOfTheProgram)
{
    const auto file = std::filesystem::path(MLAB_SOURCE_DIR) / "docs" / "columns.md";
    const auto found = readFile(file);
    auto expected = withTable(found, trialTable());
    expected = withTable(expected, recognitionTable());
    expected = withTable(expected, sessionTable());
    expected = withTable(expected, runTable());
    if (std::getenv("MLAB_UPDATE_DOCS") != nullptr) {
        writeFileAtomically(file, expected);
        return;
    }
    EXPECT_EQ(found, expected) << "run this test once with MLAB_UPDATE_DOCS=1";
}

} // namespace
} // namespace mlab::data
