// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/schema.h"

#include "data/columns.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <string>
#include <utility>

namespace mlab::data {
namespace {

constexpr std::string_view kDoing = "open the trial store";

/// "MLab": tells our files from those of other programs that use SQLite.
constexpr std::int64_t kApplicationId = 0x4d4c6162;

using Statements = std::vector<std::string>;

/// Refuses any change of what is stored, whichever program asks for it.
void appendOnly(Statements& statements, const std::string& table)
{
    for (const std::string change : {"UPDATE", "DELETE"}) {
        std::string sql = "CREATE TRIGGER " + table;
        sql.append("_no_").append(change).append(" BEFORE ").append(change);
        sql.append(" ON ").append(table);
        sql += " BEGIN SELECT RAISE(ABORT, 'rows of " + table;
        sql += " are never changed or deleted'); END";
        statements.push_back(std::move(sql));
    }
}

// A released version's statements stay as they are: what comes later is a migration of its own.
std::string createTrials(const std::string& name)
{
    return "CREATE TABLE " + name + " (\n    " + trialTable().definitions() + R"(,
    PRIMARY KEY (session_id, trial_index),
    FOREIGN KEY (session_id) REFERENCES sessions (session_id),
    CHECK (trial_index >= 0),
    CHECK (practice = (block_index < 0)),
    CHECK (correct = (response = correct_answer)),
    CHECK (onset1_ms IS NOT NULL AND onset2_ms IS NOT NULL)
))";
}

/// The triggers of a table of trials, which go when it does.
Statements trialTriggers(const std::string& table)
{
    const std::string before = " BEFORE INSERT ON " + table;
    Statements statements = {
        "CREATE TRIGGER " + table + "_in_order" + before +
            "\nWHEN NEW.trial_index <> (SELECT coalesce(max(trial_index) + 1, 0) FROM " + table +
            R"(
                         WHERE session_id = NEW.session_id)
BEGIN SELECT RAISE(ABORT, 'the trial is not the next one of its session'); END)",
        "CREATE TRIGGER " + table + "_before_end" + before + R"(
WHEN EXISTS (SELECT 1 FROM session_ends WHERE session_id = NEW.session_id)
BEGIN SELECT RAISE(ABORT, 'the session has ended'); END)",
    };
    appendOnly(statements, table);
    return statements;
}

Statements version1()
{
    // What is strange about a measurement is stored as it is, since it cannot be measured again;
    // only what cannot be a trial at all is refused.
    const std::string sessions = "CREATE TABLE sessions (\n    " + sessionTable().definitions() +
                                 R"(,
    PRIMARY KEY (session_id),
    UNIQUE (participant, design_name, number),
    CHECK (session_id <> '' AND number >= 1)
))";
    Statements statements = {
        sessions,
        createTrials("trials"),
        R"(CREATE TABLE runs (
    run_id INTEGER PRIMARY KEY,
    session_id TEXT NOT NULL REFERENCES sessions (session_id),
    first_trial INTEGER NOT NULL,
    started_at TEXT NOT NULL,
    software_version TEXT NOT NULL,
    display_json TEXT NOT NULL,
    host_name TEXT NOT NULL,
    system TEXT NOT NULL,
    process_id INTEGER NOT NULL
))",
        R"(CREATE TABLE session_ends (
    session_id TEXT NOT NULL PRIMARY KEY REFERENCES sessions (session_id),
    finished_at TEXT NOT NULL CHECK (finished_at <> '')
))",
    };
    std::ranges::move(trialTriggers("trials"), std::back_inserter(statements));
    for (const auto* table : {"sessions", "runs", "session_ends"}) {
        appendOnly(statements, table);
    }
    return statements;
}

// Runs of before have the empty text: nothing is known of their generator.
Statements version2()
{
    return {"ALTER TABLE runs ADD COLUMN compute_json TEXT NOT NULL DEFAULT ''"};
}

// Trials with two intervals have no third onset. SQLite takes NOT NULL off a column only with the
// table made anew; a file of today is made with version 1 as it now reads, and copies nothing.
Statements version3()
{
    std::string columns;
    for (const auto& column : trialTable().columns) {
        columns += (columns.empty() ? "" : ", ") + column.name;
    }
    std::string copy = "INSERT INTO trials_3 (" + columns;
    copy += ") SELECT " + columns;
    copy += " FROM trials";
    Statements statements = {createTrials("trials_3"), std::move(copy), "DROP TABLE trials",
                             "ALTER TABLE trials_3 RENAME TO trials"};
    std::ranges::move(trialTriggers("trials"), std::back_inserter(statements));
    return statements;
}

// Runs of before have the empty text: nothing was heard in them.
Statements version4()
{
    return {"ALTER TABLE runs ADD COLUMN sound_json TEXT NOT NULL DEFAULT ''"};
}

// Recognition has its own table of trials: their columns are others. A run that was killed, or that
// was before, has no end.
Statements version5()
{
    Statements statements = {"CREATE TABLE recognition_trials (\n    " +
                                 recognitionTable().definitions() + R"(,
    PRIMARY KEY (session_id, trial_index),
    FOREIGN KEY (session_id) REFERENCES sessions (session_id),
    CHECK (trial_index >= 0),
    CHECK (practice = (block_index < 0)),
    CHECK (correct = (response = category)),
    CHECK (condition <> 'natural' OR match_snr_db IS NULL),
    CHECK ((condition = 'natural') = (match_spearman IS NULL))
))",
                             R"(CREATE TABLE run_ends (
    run_id INTEGER NOT NULL PRIMARY KEY REFERENCES runs (run_id),
    ended_at TEXT NOT NULL CHECK (ended_at <> ''),
    sound_json TEXT NOT NULL
))"};
    std::ranges::move(trialTriggers("recognition_trials"), std::back_inserter(statements));
    appendOnly(statements, "run_ends");
    return statements;
}

/// What brings a file from version i to version i + 1.
constexpr std::array kMigrations = {version1, version2, version3, version4, version5};
static_assert(kMigrations.size() == kSchemaVersion);

std::int64_t pragma(const Database& database, const std::string& name)
{
    return database.queryInteger("PRAGMA " + name, {}, kDoing);
}

/// The file's version; 0 if it is empty. Changes nothing.
std::int64_t checkedVersion(const Database& database)
{
    const auto version = pragma(database, "user_version");
    const auto isEmpty =
        database.queryInteger("SELECT count(*) FROM sqlite_master", {}, kDoing) == 0;
    if (isEmpty && version == 0 && database.mode() == Database::Mode::readWrite) {
        return 0;
    }
    if (pragma(database, "application_id") != kApplicationId || version < 1) {
        database.fail(kDoing, "the file is not a MetamerLab trial store; name another file (it "
                              "was left untouched)");
    }
    if (version > kSchemaVersion) {
        database.fail(kDoing, "the file was written by a newer MetamerLab (its format is " +
                                  std::to_string(version) + ", this program knows up to " +
                                  std::to_string(kSchemaVersion) +
                                  "); use that one, or another file (it was left untouched)");
    }
    return version;
}

/// The settings of one connection that make a committed trial durable.
void configure(Database& database)
{
    const auto mode = database.query("PRAGMA journal_mode = WAL", {}, kDoing);
    if (mode.size() != 1 || mode[0] != Row{std::string("wal")}) {
        database.fail(kDoing, "the folder's file system cannot hold a database in WAL mode; keep "
                              "the database on a local disk");
    }
    database.execute("PRAGMA synchronous = FULL", kDoing);
    database.execute("PRAGMA foreign_keys = ON", kDoing);
    constexpr int kFull = 2;
    if (pragma(database, "synchronous") != kFull || pragma(database, "foreign_keys") != 1) {
        database.fail(kDoing, "this SQLite library cannot be set to keep every trial safe; "
                              "install the one of your distribution");
    }
}

} // namespace

bool isOfThisFormat(const Database& database)
{
    return checkedVersion(database) == kSchemaVersion;
}

void prepareSchema(Database& database)
{
    checkedVersion(database);
    configure(database);
    database.write(kDoing, [&] {
        // Asked again, now that nobody else can be changing it.
        auto version = checkedVersion(database);
        for (; version < kSchemaVersion; ++version) {
            for (const auto& statement : kMigrations.at(static_cast<std::size_t>(version))()) {
                database.execute(statement, kDoing);
            }
        }
        // Also with nothing new to say: SQLite opens a write-protected file without a word, and it
        // must be known now, not at the first trial.
        database.execute("PRAGMA application_id = " + std::to_string(kApplicationId), kDoing);
        database.execute("PRAGMA user_version = " + std::to_string(version), kDoing);
    });
}

} // namespace mlab::data
