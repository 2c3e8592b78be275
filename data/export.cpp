// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/export.h"

#include "core/base/csv.h"
#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/number_text.h"

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

ExportSummary exportTables(const TrialStore& store, const std::filesystem::path& folder)
{
    const auto tables = store.tables();
    const std::string trials = toCsv(trialTable(), tables.trials);
    const std::string recognition = toCsv(recognitionTable(), tables.recognitionTrials);
    const std::string sessions = toCsv(sessionTable(), tables.sessions);
    const std::string dictionary =
        csvRecord({"table", "column", "type", "unit", "description", "varies_between_runs"}) +
        dictionaryOf(trialTable()) + dictionaryOf(recognitionTable()) +
        dictionaryOf(sessionTable());

    std::error_code failed;
    std::filesystem::create_directories(folder, failed);
    if (failed) {
        throw IoError("cannot create the folder " + folder.string() + ": " + failed.message());
    }
    writeFileAtomically(folder / "trials.csv", trials);
    writeFileAtomically(folder / "recognition_trials.csv", recognition);
    writeFileAtomically(folder / "sessions.csv", sessions);
    writeFileAtomically(folder / "data_dictionary.csv", dictionary);
    return {.sessions = tables.sessions.size(),
            .trials = tables.trials.size(),
            .recognitionTrials = tables.recognitionTrials.size()};
}

} // namespace mlab::data
