// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/graphs/files/node_table.h"

#include "core/base/diagnostic.h"
#include "core/base/error.h"
#include "stimuli/graphs/files/delimited_rows.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>

namespace mlab::stimuli {
namespace {

const std::vector<std::string> kColumns = {"node", "name", "label", "class", "split"};

/// The most classes: more are not classes.
constexpr int kMostClasses = 100'000;

/// Where each of kColumns is in the heading.
std::map<std::string, std::size_t> columnsIn(const DelimitedRows& rows)
{
    std::map<std::string, std::size_t> out;
    for (std::size_t i = 0; i < rows.fields().size(); ++i) {
        const std::string name(rows.fields()[i]);
        if (std::ranges::find(kColumns, name) == kColumns.end()) {
            const auto near = nearestName(name, kColumns);
            rows.fail("\"" + name + "\" is not a column of nodes" +
                      (near ? " (did you mean \"" + *near + "\"?)"
                            : "; the columns are node, name, label, class and split"));
        }
        if (!out.try_emplace(name, i).second) {
            rows.fail("two columns have the name \"" + name + "\"");
        }
    }
    if (!out.contains("node")) {
        rows.fail("the heading has no column \"node\"");
    }
    if (out.contains("class") && !out.contains("label")) {
        rows.fail("\"class\" names the class of a label, and there is no column \"label\"; call "
                  "the column \"label\" if it is the class itself");
    }
    return out;
}

/// A spreadsheet's guard against formulas (core/base/csv.h) is not part of a name.
std::string withoutApostrophe(std::string_view name)
{
    const bool guarded = name.size() > 1 && name.front() == '\'' &&
                         std::string_view("=+-@").find(name[1]) != std::string_view::npos;
    return std::string(name.substr(guarded ? 1 : 0));
}

Split splitIn(const DelimitedRows& rows, std::string_view field)
{
    const auto split = valueIn(kSplits, field);
    if (!split) {
        rows.fail("\"" + std::string(field) + "\" is not a split; it is " + listOfNames(kSplits));
    }
    return *split;
}

/// Names the class of a label, which must be the same in every row.
void nameClass(const DelimitedRows& rows, std::map<std::string, std::string>& names,
               const std::string& label, const std::string& name)
{
    const auto& known = names.try_emplace(label, name).first->second;
    if (known != name) {
        rows.fail("label " + label + " is the class \"" + known + "\" in another row, not \"" +
                  name + "\"");
    }
}

} // namespace

NodeTable readNodeTable(const std::filesystem::path& file)
{
    DelimitedRows rows(file);
    if (!rows.next()) {
        throw IoError(rows.name() + " is empty; a table of nodes begins with the heading \"node\"");
    }
    const auto columns = columnsIn(rows);
    const auto width = rows.fields().size();
    const auto fieldOf = [&](const char* column) { return rows.fields()[columns.at(column)]; };
    const bool labelled = columns.contains("label");

    NodeTable out;
    std::vector<std::string> ids;
    std::vector<std::string> labels;
    std::map<std::string, std::string> classes;
    std::map<std::string, int, std::less<>> lines;
    while (rows.next()) {
        if (rows.fields().size() != width) {
            rows.fail("there are " + std::to_string(rows.fields().size()) +
                      " fields, and the heading has " + std::to_string(width));
        }
        const auto [earlier, isNew] = lines.emplace(fieldOf("node"), rows.line());
        if (!isNew) {
            rows.fail("node \"" + earlier->first + "\" is already in line " +
                      std::to_string(earlier->second));
        }
        ids.push_back(earlier->first);
        if (columns.contains("name")) {
            out.names.push_back(withoutApostrophe(fieldOf("name")));
        }
        if (labelled) {
            labels.emplace_back(fieldOf("label"));
        }
        if (labelled && columns.contains("class") && !labels.back().empty()) {
            nameClass(rows, classes, labels.back(), withoutApostrophe(fieldOf("class")));
        }
        if (columns.contains("split")) {
            out.splits.push_back(splitIn(rows, fieldOf("split")));
        }
    }
    out.ids = NodeIds(std::move(ids), rows.name());
    if (labelled) {
        auto numbered = numberedLabels(labels);
        out.labels = std::move(numbered.labels);
        for (auto& name : numbered.classNames) {
            const auto named = classes.find(name);
            out.classNames.push_back(named == classes.end() ? name : named->second);
        }
    }
    return out;
}

NumberedLabels numberedLabels(const std::vector<std::string>& texts)
{
    NumberedLabels out;
    int largest = -1;
    for (const auto& text : texts) {
        const auto number = text.empty() ? std::optional(kUnknownLabel) : nodeNumber(text);
        if (!number || *number >= kMostClasses) {
            out.labels.clear();
            break;
        }
        out.labels.push_back(*number);
        largest = std::max(largest, *number);
    }
    if (out.labels.size() == texts.size()) {
        for (int label = 0; label <= largest; ++label) {
            out.classNames.push_back(std::to_string(label));
        }
        return out;
    }
    std::map<std::string_view, int> known;
    for (const auto& text : texts) {
        if (text.empty()) {
            out.labels.push_back(kUnknownLabel);
            continue;
        }
        const auto [entry, isNew] = known.emplace(text, static_cast<int>(known.size()));
        if (isNew) {
            out.classNames.push_back(text);
        }
        out.labels.push_back(entry->second);
    }
    return out;
}

} // namespace mlab::stimuli
