// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/graphs/files/feature_table.h"

#include "core/base/error.h"
#include "stimuli/graphs/files/delimited_rows.h"
#include "stimuli/graphs/graph/graph_structure.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>

namespace mlab::stimuli {
namespace {

constexpr int kMostColumns = 100'000'000;

/// The number in the first line "# columns: 1433", if it is one.
std::optional<int> declaredColumns(const DelimitedRows& rows)
{
    constexpr std::string_view kKey = "columns: ";
    const auto comment = rows.firstComment();
    return comment.starts_with(kKey)
               ? std::optional(countIn(rows, comment.substr(kKey.size()), kMostColumns))
               : std::nullopt;
}

void readOnes(DelimitedRows& rows, FeatureTable& out)
{
    const auto declared = declaredColumns(rows);
    while (rows.next()) {
        if (rows.fields().size() != 2) {
            rows.fail("a row has a node and a column, but there are " +
                      std::to_string(rows.fields().size()) + " fields");
        }
        out.ids.emplace_back(rows.fields()[0]);
        out.ones.push_back(
            countIn(rows, rows.fields()[1], declared.value_or(kMostColumns + 1) - 1));
        out.lines.push_back(rows.line());
        out.columns = std::max(out.columns, out.ones.back() + 1);
    }
    out.columns = declared.value_or(out.columns);
}

/// The present row and those after it.
void readRows(DelimitedRows& rows, bool named, FeatureTable& out)
{
    const auto before = static_cast<std::size_t>(named ? 1 : 0);
    const auto columns = static_cast<std::size_t>(out.columns);
    do {
        const auto& fields = rows.fields();
        if (fields.size() != columns + before) {
            rows.fail("there are " + std::to_string(fields.size()) +
                      " fields, and the first row has " + std::to_string(columns + before));
        }
        if (named) {
            out.ids.emplace_back(fields.front());
        }
        for (std::size_t i = before; i < fields.size(); ++i) {
            out.values.push_back(numberIn(rows, fields[i]));
        }
        out.lines.push_back(rows.line());
        if (static_cast<std::int64_t>(out.values.size()) > kMostFeatureValues) {
            rows.fail("there are more than " + std::to_string(kMostFeatureValues) +
                      " features, the most that is accepted");
        }
    } while (rows.next());
}

[[noreturn]] void fail(const FeatureTable& table, std::size_t entry, const std::string& why)
{
    throw IoError(atLine(table.file, table.lines[entry], why));
}

int nodeOf(const FeatureTable& table, std::size_t entry, const NodeIds& ids)
{
    if (table.ids.empty()) {
        return static_cast<int>(entry);
    }
    const auto node = ids.find(table.ids[entry]);
    if (!node) {
        fail(table, entry, ids.absence(table.ids[entry]));
    }
    return *node;
}

Features onesOf(const FeatureTable& table, const NodeIds& ids)
{
    std::vector<std::vector<int>> rows(static_cast<std::size_t>(ids.count()));
    std::unordered_map<std::int64_t, std::size_t> seen;
    for (std::size_t entry = 0; entry < table.ones.size(); ++entry) {
        const int node = nodeOf(table, entry, ids);
        const int column = table.ones[entry];
        const auto [first, isNew] =
            seen.emplace(std::int64_t{node} * table.columns + column, entry);
        if (!isNew) {
            fail(table, entry,
                 "feature " + std::to_string(column) + " of node \"" + table.ids[entry] +
                     "\" is already in line " + std::to_string(table.lines[first->second]));
        }
        rows[static_cast<std::size_t>(node)].push_back(column);
    }
    return binaryFeatures(table.columns, rows);
}

Features rowsOf(const FeatureTable& table, const NodeIds& ids)
{
    const auto nodes = static_cast<std::size_t>(ids.count());
    if (table.lines.size() != nodes) {
        throw IoError(table.file + " has the features of " + std::to_string(table.lines.size()) +
                      " nodes, and the graph has " + std::to_string(nodes) + " nodes");
    }
    const auto columns = static_cast<std::size_t>(table.columns);
    DenseFeatures out{.rows = ids.count(), .columns = table.columns, .values = {}};
    out.values.resize(nodes * columns);
    for (std::size_t entry = 0; entry < nodes; ++entry) {
        const auto node = static_cast<std::size_t>(nodeOf(table, entry, ids));
        std::copy_n(table.values.begin() + static_cast<std::ptrdiff_t>(entry * columns), columns,
                    out.values.begin() + static_cast<std::ptrdiff_t>(node * columns));
    }
    return out;
}

} // namespace

FeatureTable readFeatureTable(const std::filesystem::path& file)
{
    DelimitedRows rows(file);
    FeatureTable out;
    out.file = rows.name();
    if (!rows.next()) {
        throw IoError(out.file + " has no features: it has no rows");
    }
    const auto& first = rows.fields();
    out.binary = first.size() == 2 && first[0] == "node" && first[1] == "feature";
    if (out.binary) {
        readOnes(rows, out);
        return out;
    }
    const bool named = first.front() == "node";
    out.columns = static_cast<int>(first.size()) - (named ? 1 : 0);
    if (!named || rows.next()) {
        readRows(rows, named, out);
    }
    return out;
}

std::optional<NodeIds> idsOf(const FeatureTable& table)
{
    if (table.binary) {
        return std::nullopt;
    }
    std::unordered_map<std::string_view, std::size_t> seen;
    for (std::size_t entry = 0; entry < table.ids.size(); ++entry) {
        const auto [first, isNew] = seen.emplace(table.ids[entry], entry);
        if (!isNew) {
            fail(table, entry,
                 "node \"" + table.ids[entry] + "\" is already in line " +
                     std::to_string(table.lines[first->second]));
        }
    }
    return table.ids.empty() ? NodeIds(static_cast<int>(table.lines.size()), table.file)
                             : NodeIds(table.ids, table.file);
}

Features featuresOf(const FeatureTable& table, const NodeIds& ids)
{
    return table.binary ? onesOf(table, ids) : rowsOf(table, ids);
}

} // namespace mlab::stimuli
