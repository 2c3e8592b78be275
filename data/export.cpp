// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/export.h"

#include "core/base/csv.h"
#include "core/base/number_text.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace mlab::data {
namespace {

std::string toText(const Value& value)
{
    if (const auto* integer = std::get_if<std::int64_t>(&value)) {
        return std::to_string(*integer);
    }
    if (const auto* real = std::get_if<double>(&value)) {
        return shortNumber(*real);
    }
    return std::holds_alternative<std::monostate>(value) ? "" : std::get<std::string>(value);
}

template <typename T> std::string toCsv(const Table<T>& table, const std::vector<T>& objects)
{
    std::vector<std::string> names;
    for (const auto& column : table.columns) {
        names.push_back(column.name);
    }
    std::string csv = csvRecord(names);
    for (const auto& object : objects) {
        std::vector<std::string> fields;
        for (const auto& column : table.columns) {
            fields.push_back(toText(column.read(object)));
        }
        csv += csvRecord(fields);
    }
    return csv;
}

template <typename T> std::string dictionaryOf(const Table<T>& table)
{
    std::string csv;
    for (const auto& column : table.columns) {
        csv += csvRecord({table.name, column.name, column.type, column.unit, column.description,
                          column.varies ? "1" : "0"});
    }
    return csv;
}

} // namespace

ExportSummary exportTables(const TrialStore& store, const std::filesystem::path& folder,
                           Overwrite overwrite, Damaged damaged)
{
    auto tables = damaged == Damaged::refuse ? store.tables() : store.intact(everySession);
    const std::string trials = toCsv(trialTable(), tables.trials);
    const std::string recognition = toCsv(recognitionTable(), tables.recognitionTrials);
    const std::string sessions = toCsv(sessionTable(), tables.sessions);
    const std::string dictionary =
        csvRecord({"table", "column", "type", "unit", "description", "varies_between_runs"}) +
        dictionaryOf(trialTable()) + dictionaryOf(recognitionTable()) +
        dictionaryOf(sessionTable()) + csvRecord({"*", "*", "text", "", kFormulaNote, "0"});

    const std::vector<std::pair<std::string, const std::string*>> files = {
        {"trials.csv", &trials},
        {"recognition_trials.csv", &recognition},
        {"sessions.csv", &sessions},
        {"data_dictionary.csv", &dictionary}};
    std::vector<std::string> names(files.size());
    std::ranges::transform(files, names.begin(), [](const auto& file) { return file.first; });
    OutputFolder output(folder, "export", names, overwrite);
    for (const auto& [name, csv] : files) {
        output.write(name, *csv);
    }
    return {.sessions = tables.sessions.size(),
            .trials = tables.trials.size(),
            .recognitionTrials = tables.recognitionTrials.size(),
            .leftOut = std::move(tables.check.damage)};
}

} // namespace mlab::data
