// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/trial_store.h"

#include "core/base/error.h"
#include "core/base/utc_time.h"
#include "data/database.h"
#include "data/schema.h"
#include "data/session_lock.h"
#include "data/session_writer.h"

#include <QCoreApplication>
#include <QSysInfo>

#include <algorithm>
#include <iterator>
#include <utility>

namespace mlab::data {
namespace {

const std::string kIs = std::string(" = ") + kTextPlaceholder;
constexpr const char* kReadSessions = "read the sessions";

/// Adds the file and the purpose to an error about a single value.
template <typename Work>
auto inContext(const Database& database, const std::string& doing, Work work)
{
    try {
        return work();
    } catch (const DatabaseError& error) {
        database.fail(doing, error.what());
    }
}

std::shared_ptr<Database> opened(const std::filesystem::path& file, TrialStore::Mode mode)
{
    if (mode == TrialStore::Mode::readOnly) {
        auto database = std::make_shared<Database>(file, Database::Mode::readOnly);
        if (isOfThisFormat(*database)) {
            return database;
        }
        // The file is of an older format. What only reads, above all the start window, must not
        // depend on a session having been run with this program first.
    }
    auto database = std::make_shared<Database>(file, Database::Mode::readWrite);
    prepareSchema(*database);
    return mode == TrialStore::Mode::readWrite
               ? database
               : std::make_shared<Database>(file, Database::Mode::readOnly);
}

} // namespace

TrialStore::TrialStore(const std::filesystem::path& file, Mode mode) : database_(opened(file, mode))
{
}

TrialStore::~TrialStore() = default;

std::vector<SessionSummary> TrialStore::sessions() const
{
    return readSessions("", {});
}

std::vector<SessionSummary> TrialStore::findUnfinished(const std::string& participant,
                                                       const std::string& designName) const
{
    return readSessions(" WHERE participant" + kIs + " AND design_name" + kIs +
                            " AND session_id NOT IN (SELECT session_id FROM session_ends)",
                        {participant, designName});
}

SessionHeader TrialStore::header(const std::string& sessionId) const
{
    return readSession(sessionId).header;
}

template <typename TableRow>
std::vector<TableRow> TrialStore::readTrials(const Table<TableRow>& table,
                                             const std::string& sessionId) const
{
    const std::string doing = "read the trials of session " + sessionId;
    const auto rows =
        database_->query(table.selectSql() + " WHERE session_id" + kIs + " ORDER BY trial_index",
                         {sessionId}, doing);
    std::vector<TableRow> trials;
    trials.reserve(rows.size());
    for (const auto& row : rows) {
        trials.push_back(inContext(*database_, doing, [&] { return table.fromRow(row); }));
        const auto index = trials.size() - 1;
        if (std::cmp_not_equal(trials.back().record.trialIndex, index)) {
            database_->fail(doing, "trial " + std::to_string(index) +
                                       " is missing; another program has changed the file");
        }
    }
    return trials;
}

template <typename TableRow>
auto TrialStore::records(const Table<TableRow>& table, const std::string& sessionId) const
{
    std::vector<decltype(TableRow::record)> records;
    database_->readSnapshot("read the trials of session " + sessionId, [&] {
        readSession(sessionId);
        for (auto& row : readTrials(table, sessionId)) {
            records.push_back(std::move(row.record));
        }
    });
    return records;
}

std::vector<TrialRecord> TrialStore::trials(const std::string& sessionId) const
{
    return records(trialTable(), sessionId);
}

std::vector<RecognitionRecord> TrialStore::recognitionTrials(const std::string& sessionId) const
{
    return records(recognitionTable(), sessionId);
}

std::vector<StoredRun> TrialStore::runs(const std::string& sessionId) const
{
    const std::string doing = "read the runs of session " + sessionId;
    std::vector<StoredRun> runs;
    for (const auto& row :
         database_->query("SELECT first_trial, display_json, compute_json, runs.sound_json, "
                          "software_version, coalesce(ended_at, ''), "
                          "coalesce(run_ends.sound_json, '') FROM runs LEFT JOIN run_ends "
                          "USING (run_id) WHERE session_id" +
                              kIs + " ORDER BY run_id",
                          {sessionId}, doing)) {
        try {
            runs.push_back({.firstTrial = static_cast<int>(std::get<std::int64_t>(row.at(0))),
                            .info = {.displayJson = std::get<std::string>(row.at(1)),
                                     .computeJson = std::get<std::string>(row.at(2)),
                                     .soundJson = std::get<std::string>(row.at(3)),
                                     .softwareVersion = std::get<std::string>(row.at(4))},
                            .endedAt = std::get<std::string>(row.at(5)),
                            .endSoundJson = std::get<std::string>(row.at(6))});
        } catch (const std::bad_variant_access&) {
            database_->fail(doing,
                            "a value has the wrong type; another program has changed the file");
        }
    }
    return runs;
}

StoredTables TrialStore::tables() const
{
    StoredTables tables;
    database_->readSnapshot("read all trials", [&] {
        tables.sessions = sessions();
        for (const auto& session : tables.sessions) {
            std::ranges::move(readTrials(trialTable(), session.header.sessionId),
                              std::back_inserter(tables.trials));
            std::ranges::move(readTrials(recognitionTable(), session.header.sessionId),
                              std::back_inserter(tables.recognitionTrials));
        }
    });
    return tables;
}

std::string TrialStore::nextSessionId(const std::string& participant,
                                      const std::string& designName) const
{
    const std::string prefix = participant + "-" + designName + "-";
    auto number = 1 + database_->queryInteger("SELECT count(*) FROM sessions WHERE participant" +
                                                  kIs + " AND design_name" + kIs,
                                              {participant, designName}, kReadSessions);
    // Participant "a" with design "b-c" and participant "a-b" with design "c" share a prefix.
    while (database_->queryInteger("SELECT count(*) FROM sessions WHERE session_id" + kIs,
                                   {prefix + std::to_string(number)}, kReadSessions) > 0) {
        ++number;
    }
    return prefix + std::to_string(number);
}

void TrialStore::createSession(const SessionHeader& header)
{
    const std::string doing = "create session " + header.sessionId;
    database_->requireInPlace(doing);
    database_->write(doing, [&] {
        if (database_->queryInteger("SELECT count(*) FROM sessions WHERE session_id" + kIs,
                                    {header.sessionId}, doing) > 0) {
            database_->fail(doing,
                            "it already exists: another program has just started it and may be "
                            "running it; try again when it has ended there");
        }
        SessionSummary session;
        session.header = header;
        session.number =
            1 +
            static_cast<int>(database_->queryInteger(
                "SELECT count(*) FROM sessions WHERE participant" + kIs + " AND design_name" + kIs,
                {header.participant, header.designName}, doing));
        const auto row =
            inContext(*database_, doing, [&] { return sessionTable().toRow(session); });
        database_->execute(sessionTable().insertSql(), row, doing);
    });
}

std::unique_ptr<TrialSink> TrialStore::openSession(const std::string& sessionId, const RunInfo& run)
{
    const std::string doing = "open session " + sessionId + " for running";
    database_->requireInPlace(doing);
    readSession(sessionId);
    auto lock = std::make_unique<SessionLock>(database_->file(), sessionId);
    // Only now that the session is locked are its trials and its end final.
    const auto session = readSession(sessionId);
    if (session.finished()) {
        database_->fail(doing, "it is already complete (" + session.finishedAt +
                                   "); start another session");
    }
    const std::string text = kTextPlaceholder;
    std::int64_t runId = 0;
    database_->write(doing, [&] {
        database_->execute(
            "INSERT INTO runs (session_id, first_trial, started_at, software_version, "
            "display_json, compute_json, sound_json, host_name, system, process_id) VALUES (" +
                text + ", ?, " + text + ", " + text + ", " + text + ", " + text + ", " + text +
                ", " + text + ", " + text + ", ?)",
            {sessionId, std::int64_t{session.trialCount}, utcNow(), run.softwareVersion,
             run.displayJson, run.computeJson, run.soundJson,
             QSysInfo::machineHostName().toStdString(),
             (QSysInfo::prettyProductName() + ", " + QSysInfo::kernelType() + " " +
              QSysInfo::kernelVersion() + ", " + QSysInfo::currentCpuArchitecture())
                 .toStdString(),
             std::int64_t{QCoreApplication::applicationPid()}},
            doing);
        runId = database_->queryInteger("SELECT last_insert_rowid()", {}, doing);
    });
    return std::make_unique<SessionWriter>(database_, std::move(lock), session.header,
                                           run.softwareVersion, runId, session.trialCount);
}

std::vector<SessionSummary> TrialStore::readSessions(const std::string& where,
                                                     const Row& values) const
{
    const auto rows = database_->query(sessionTable().selectSql() + where +
                                           " ORDER BY participant, design_name, number",
                                       values, kReadSessions);
    std::vector<SessionSummary> sessions;
    sessions.reserve(rows.size());
    for (const auto& row : rows) {
        sessions.push_back(
            inContext(*database_, kReadSessions, [&] { return sessionTable().fromRow(row); }));
    }
    return sessions;
}

SessionSummary TrialStore::readSession(const std::string& sessionId) const
{
    auto found = readSessions(" WHERE session_id" + kIs, {sessionId});
    if (found.empty()) {
        database_->fail("read session " + sessionId,
                        "the session does not exist; \"metamerlab list --db " +
                            database_->file().string() + "\" lists all sessions");
    }
    return std::move(found.front());
}

} // namespace mlab::data
