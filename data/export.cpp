// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/export.h"

#include "core/base/csv.h"
#include "core/base/number_text.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
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

// One of a run's texts.
Column<RunRow> textOfRun(const std::string& name, const std::string& unit,
                         const std::string& description,
                         std::function<std::string(const RunRow&)> text)
{
    return {.name = name,
            .sqlType = kTextType,
            .type = "text",
            .unit = unit,
            .description = description,
            .varies = true,
            .computed = true,
            .read = [text = std::move(text)](const RunRow& row) -> Value { return text(row); },
            .write = {}};
}

Column<RunRow> integerOfRun(const std::string& name, const std::string& description,
                            std::function<int(const RunRow&)> integer)
{
    return {.name = name,
            .sqlType = "INTEGER",
            .type = "integer",
            .unit = "",
            .description = description,
            .varies = true,
            .computed = true,
            .read = [integer = std::move(integer)](const RunRow& row) -> Value {
                return std::int64_t{integer(row)};
            },
            .write = {}};
}

std::vector<RunRow> runsOf(const StoreContents& contents)
{
    std::vector<RunRow> rows;
    for (const auto& session : contents.sessions) {
        const auto runs = contents.runs.find(session.header.sessionId);
        if (runs == contents.runs.end()) {
            continue;
        }
        int number = 0;
        for (const auto& run : runs->second) {
            rows.push_back({session.header.sessionId, ++number, run});
        }
    }
    return rows;
}

// Gives each trial what its session's row tells about it. The trials of a session whose row is
// damaged stay without.
void addWhoseAndTask(StoreContents& contents, const TaskOf& taskOf)
{
    std::map<std::string, std::string> tasks; // by the design's SHA-256
    std::map<std::string, const SessionHeader*> sessions;
    for (const auto& session : contents.sessions) {
        sessions.emplace(session.header.sessionId, &session.header);
    }
    for (auto& trial : contents.trials) {
        const auto session = sessions.find(trial.session.sessionId);
        if (session == sessions.end()) {
            continue;
        }
        const auto& header = *session->second;
        auto task = tasks.find(header.designSha256);
        if (task == tasks.end()) {
            task = tasks.emplace(header.designSha256, taskOf(header)).first;
        }
        trial.task = task->second;
        trial.simulated = header.simulated();
    }
    for (auto& trial : contents.recognitionTrials) {
        const auto session = sessions.find(trial.session.sessionId);
        if (session != sessions.end()) {
            trial.simulated = session->second->simulated();
        }
    }
}

} // namespace

const Table<RunRow>& runTable()
{
    static const Table<RunRow> kTable = {
        .name = "runs",
        .columns = {
            textOfRun("session_id", "", "The session that was run",
                      [](const RunRow& row) { return row.sessionId; }),
            integerOfRun("run", "1, 2, ... in its session",
                         [](const RunRow& row) { return row.number; }),
            integerOfRun(
                "first_trial",
                "The trial_index at which it began; its trials are those from there to the "
                "next run's",
                [](const RunRow& row) { return row.run.firstTrial; }),
            textOfRun("ended_at", "UTC, ISO 8601", "When the run ended; empty if it was killed",
                      [](const RunRow& row) { return row.run.endedAt; }),
            textOfRun("display_json", "", "The display as measured in this run, as JSON",
                      [](const RunRow& row) { return row.run.info.displayJson; }),
            textOfRun("compute_json", "", "What generated its probes, as JSON",
                      [](const RunRow& row) { return row.run.info.computeJson; }),
            textOfRun("sound_json", "",
                      "The sound device and the headphone check, as JSON; empty without sound",
                      [](const RunRow& row) { return row.run.info.soundJson; }),
            textOfRun("end_sound_json", "",
                      "The sound device at the run's end, as JSON; empty without sound",
                      [](const RunRow& row) { return row.run.endSoundJson; }),
            textOfRun("software_version", "", "Version of the program that ran it",
                      [](const RunRow& row) { return row.run.info.softwareVersion; })}};
    return kTable;
}

ExportSummary exportTables(const TrialStore& store, const TaskOf& taskOf,
                           const std::filesystem::path& folder, Overwrite overwrite,
                           Damaged damaged)
{
    auto tables = damaged == Damaged::refuse ? store.tables() : store.intact(everySession);
    addWhoseAndTask(tables, taskOf);
    const std::string trials = toCsv(trialTable(), tables.trials);
    const std::string recognition = toCsv(recognitionTable(), tables.recognitionTrials);
    const std::string sessions = toCsv(sessionTable(), tables.sessions);
    const std::string runs = toCsv(runTable(), runsOf(tables));
    const std::string dictionary =
        csvRecord({"table", "column", "type", "unit", "description", "varies_between_runs"}) +
        dictionaryOf(trialTable()) + dictionaryOf(recognitionTable()) +
        dictionaryOf(sessionTable()) + dictionaryOf(runTable()) +
        csvRecord({"*", "*", "text", "", kFormulaNote, "0"});

    const std::vector<std::pair<std::string, const std::string*>> files = {
        {"trials.csv", &trials},
        {"recognition_trials.csv", &recognition},
        {"sessions.csv", &sessions},
        {"runs.csv", &runs},
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
