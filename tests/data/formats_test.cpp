// SPDX-License-Identifier: GPL-3.0-or-later
//
// stores/formatN.sql is the dump of a store that the program of format N wrote.
#include "data/formats.h"
#include "tests/data/data_test_support.h"
#include "tests/data/faulty_disk.h"

#include <gmock/gmock.h>

#include <cerrno>
#include <csignal>
#include <regex>
#include <sys/wait.h>
#include <unistd.h>

namespace mlab::data {
namespace {

using testing::AnyOf;
using testing::HasSubstr;

const int kNewest = static_cast<int>(formats().size());

std::filesystem::path dumpOf(int format)
{
    return std::filesystem::path(MLAB_SOURCE_DIR) / "tests/data/stores" /
           ("format" + std::to_string(format) + ".sql");
}

/// Only the newest format may have no stored file, while it is not released.
int lastStored()
{
    return std::filesystem::exists(dumpOf(kNewest)) ? kNewest : kNewest - 1;
}

/// The columns of each table.
using Columns = std::map<std::string, std::vector<std::string>>;
/// The rows of each table, each as the SQL literals of its values.
using Values = std::map<std::string, std::vector<std::vector<std::string>>>;

Columns columnsOf(RawConnection& raw)
{
    Columns columns;
    for (const auto& table : raw.rows("SELECT name FROM sqlite_master WHERE type = 'table'")) {
        for (const auto& column :
             raw.rows("SELECT name FROM pragma_table_info('" + table[0] + "') ORDER BY cid")) {
            columns[table[0]].push_back(column[0]);
        }
    }
    return columns;
}

Values valuesOf(RawConnection& raw, const Columns& columns)
{
    Values values;
    for (const auto& [table, names] : columns) {
        std::string quoted;
        for (const auto& name : names) {
            quoted += (quoted.empty() ? "quote(" : ", quote(") + name + ")";
        }
        values[table] = raw.rows("SELECT " + quoted + " FROM " + table + " ORDER BY rowid");
    }
    return values;
}

/// The text of each table, index and trigger, without what has no meaning: format 1 and 2 wrote
/// lower('TEXT') without parentheses, and a table that was renamed has its name in quotes.
std::map<std::string, std::string> schemaOf(RawConnection& raw)
{
    std::map<std::string, std::string> schema;
    for (const auto& row : raw.rows("SELECT type || ' ' || name, sql FROM sqlite_master")) {
        auto sql = std::regex_replace(row[1], std::regex(R"(\((lower\('[A-Z]+'\))\))"), "$1");
        sql = std::regex_replace(sql, std::regex("\"trials\""), "trials");
        schema[row[0]] = std::regex_replace(sql, std::regex("\\s+"), " ");
    }
    return schema;
}

class StoredFormat : public StoreTest, public testing::WithParamInterface<int> {
protected:
    void SetUp() override { load(GetParam()); }

    /// Makes the file of that format.
    void load(int format)
    {
        for (const auto& [name, bytes] : contents()) {
            std::filesystem::remove(folder() / name);
        }
        RawConnection raw(file());
        // As the program sets it; a dump does not hold it.
        ASSERT_EQ(raw.run("PRAGMA journal_mode = WAL"), "");
        ASSERT_EQ(raw.run(readFile(dumpOf(format))), "");
        ASSERT_EQ(raw.value("PRAGMA user_version"), std::to_string(format));
    }

    void migrate() const { const TrialStore store(file(), TrialStore::Mode::readWrite); }

    /// Migrates the file after a failure and expects nothing to be lost.
    void expectMigrated(const Columns& columns, const Values& before) const
    {
        migrate();
        RawConnection raw(file());
        EXPECT_EQ(raw.value("PRAGMA user_version"), std::to_string(kNewest));
        EXPECT_EQ(raw.value("PRAGMA integrity_check"), "ok");
        EXPECT_EQ(valuesOf(raw, columns), before);

        const auto check =
            TrialStore(file(), TrialStore::Mode::readOnly).intact(everySession).check;
        for (const auto& row : check.damage) {
            ADD_FAILURE() << row.text();
        }
        std::size_t rows = 0;
        for (const auto& [table, values] : before) {
            if (table != "row_hashes") {
                rows += values.size();
                EXPECT_EQ(check.intact.at(table), values.size()) << table;
            }
        }
        EXPECT_EQ(raw.value("SELECT count(*) FROM row_hashes"), std::to_string(rows));
    }
};

TEST_P(StoredFormat, IsMigratedWithEveryValue)
{
    Columns columns;
    Values before;
    {
        RawConnection raw(file());
        columns = columnsOf(raw);
        before = valuesOf(raw, columns);
    }
    ASSERT_GE(before.at("trials").size(), 7U);
    ASSERT_GE(before.at("runs").size(), 3U);
    ASSERT_GE(before.at("session_ends").size(), 1U);
    expectMigrated(columns, before);

    const auto tables = TrialStore(file(), TrialStore::Mode::readOnly).tables();
    EXPECT_EQ(tables.sessions.size(), before.at("sessions").size());
    EXPECT_EQ(tables.trials.size(), before.at("trials").size());
    EXPECT_EQ(tables.recognitionTrials.size(), before["recognition_trials"].size());
}

TEST_P(StoredFormat, GetsTheSchemaOfANewStore)
{
    migrate();
    const auto newFile = folder() / "new.sqlite";
    TrialStore(newFile, TrialStore::Mode::readWrite).createSession(sampleHeader());
    RawConnection migrated(file());
    RawConnection fresh(newFile);
    EXPECT_EQ(schemaOf(migrated), schemaOf(fresh));
    for (const auto* pragma :
         {"PRAGMA user_version", "PRAGMA application_id", "PRAGMA journal_mode"}) {
        EXPECT_EQ(migrated.value(pragma), fresh.value(pragma)) << pragma;
    }
    EXPECT_EQ(columnsOf(migrated), columnsOf(fresh));
    EXPECT_EQ(migrated.value("PRAGMA foreign_key_check"), "");
    EXPECT_EQ(migrated.value("PRAGMA integrity_check"), "ok");
}

TEST_P(StoredFormat, CanBeReadAtOnce)
{
    for (int time = 0; time < 2; ++time) {
        const TrialStore store(file(), TrialStore::Mode::readOnly);
        EXPECT_GE(store.sessions().size(), 3U);
        EXPECT_GE(store.tables().trials.size(), 7U);
        EXPECT_TRUE(store.recognitionTrials("P07-image-demo-1").empty());
    }
}

TEST_P(StoredFormat, KeepsItsRunsAndTakesNewOnes)
{
    {
        TrialStore store(file(), TrialStore::Mode::readWrite);
        store.openSession("P08-image-demo-1",
                          {.computeJson = "one thread", .soundJson = "headphones"});
    }
    const TrialStore store(file(), TrialStore::Mode::readOnly);
    const auto old = store.runs("P07-image-demo-1");
    ASSERT_EQ(old.size(), 2U);
    EXPECT_EQ(old[0].firstTrial, 0);
    EXPECT_EQ(old[1].firstTrial, 3);
    EXPECT_EQ(old[0].info.computeJson, GetParam() == 1 ? "" : R"({"device":"cpu","threads":2})");
    EXPECT_EQ(old[1].info.displayJson, R"({"refresh_hz":144})");
    EXPECT_EQ(old[0].info.soundJson, "");
    EXPECT_EQ(old[0].endedAt, "");
    const auto runs = store.runs("P08-image-demo-1");
    ASSERT_EQ(runs.size(), 1U);
    EXPECT_EQ(runs[0].info.computeJson, "one thread");
    EXPECT_EQ(runs[0].info.soundJson, "headphones");
}

TEST_P(StoredFormat, TakesTrialsOfEveryKind)
{
    auto twoIntervals = sampleRecord(1);
    twoIntervals.intervalOrder = "RP";
    twoIntervals.correctAnswer = Answer::different;
    twoIntervals.response = Answer::same;
    twoIntervals.correct = false;
    twoIntervals.onsetMs[2].reset();
    {
        TrialStore store(file(), TrialStore::Mode::readWrite);
        const auto sink = store.openSession("P08-image-demo-1", {});
        sink->commit(sampleRecord(0));
        sink->commit(twoIntervals);
        store.createSession(sampleHeader("P10-words-1", "P10", "words"));
        store.openSession("P10-words-1", {})->commit(sampleRecognition(0));
    }
    const TrialStore store(file(), TrialStore::Mode::readOnly);
    const auto trials = store.trials("P08-image-demo-1");
    ASSERT_EQ(trials.size(), 2U);
    expectSame(trials[0], sampleRecord(0));
    expectSame(trials[1], twoIntervals);
    ASSERT_EQ(store.recognitionTrials("P10-words-1").size(), 1U);
    expectSame(store.recognitionTrials("P10-words-1")[0], sampleRecognition(0));
}

TEST_P(StoredFormat, StaysAppendOnly)
{
    migrate();
    {
        TrialStore store(file(), TrialStore::Mode::readWrite);
        store.createSession(sampleHeader("P10-words-1", "P10", "words"));
        const auto sink = store.openSession("P10-words-1", {});
        sink->commit(sampleRecognition(0));
        sink->markRunEnded("");
    }
    RawConnection raw(file());
    for (const std::string table : {"sessions", "trials", "runs", "session_ends",
                                    "recognition_trials", "run_ends", "row_hashes"}) {
        EXPECT_EQ(raw.run("DELETE FROM " + table),
                  "rows of " + table + " are never changed or deleted");
    }
    for (const std::string table : {"trials", "recognition_trials"}) {
        EXPECT_THAT(raw.run("UPDATE " + table + " SET rt_ms = 1"), HasSubstr("never changed"));
        EXPECT_THAT(raw.run("INSERT INTO " + table + " SELECT * FROM " + table +
                            " WHERE trial_index = 0 LIMIT 1"),
                    AnyOf(HasSubstr("not the next one"), HasSubstr("has ended")));
    }
}

// SQLite writes to the files at the end of the transaction and when it is closed, so that to be
// killed in each of these writes covers every state in which a program can leave the files.
TEST_P(StoredFormat, LosesNothingWhicheverWriteOfTheMigrationIsTheLast)
{
    Columns columns;
    Values before;
    {
        RawConnection raw(file());
        columns = columnsOf(raw);
        before = valuesOf(raw, columns);
    }
    const auto copy = readFile(file());
    int kills = 0;
    for (;; ++kills) {
        SCOPED_TRACE("killed in write " + std::to_string(kills));
        for (const auto& [name, bytes] : contents()) {
            std::filesystem::remove(folder() / name);
        }
        writeFileAtomically(file(), copy);
        const pid_t child = ::fork();
        if (child == 0) {
            const FaultyDisk disk(kills, FaultyDisk::kKill);
            try {
                migrate();
            } catch (const std::exception&) {
                ::_exit(1);
            }
            ::_exit(0);
        }
        int status = 0;
        ASSERT_EQ(::waitpid(child, &status, 0), child);
        if (WIFEXITED(status)) {
            EXPECT_EQ(WEXITSTATUS(status), 0);
            break;
        }
        ASSERT_EQ(WTERMSIG(status), SIGKILL);
        EXPECT_THAT(RawConnection(file()).value("PRAGMA user_version"),
                    AnyOf(std::to_string(GetParam()), std::to_string(kNewest)));
        expectMigrated(columns, before);
        if (HasFailure()) {
            break;
        }
    }
    EXPECT_GE(kills, 3);
    std::printf("%d kills\n", kills);
}

TEST_P(StoredFormat, LosesNothingAtWhicheverWriteTheDiskIsFull)
{
    Columns columns;
    Values before;
    {
        RawConnection raw(file());
        columns = columnsOf(raw);
        before = valuesOf(raw, columns);
    }
    const auto copy = readFile(file());
    int refused = 0;
    for (int good = 0;; ++good) {
        SCOPED_TRACE("after " + std::to_string(good) + " good writes");
        for (const auto& [name, bytes] : contents()) {
            std::filesystem::remove(folder() / name);
        }
        writeFileAtomically(file(), copy);
        bool diskFailed = false;
        {
            const FaultyDisk disk(good, ENOSPC);
            try {
                migrate();
            } catch (const std::exception& error) {
                ++refused;
                // The latter where it is the shared memory that cannot grow.
                EXPECT_THAT(error.what(), AnyOf(HasSubstr("the disk is full"),
                                                HasSubstr("the disk reported an error")));
            }
            diskFailed = FaultyDisk::hasFailed();
        }
        if (!diskFailed) {
            break;
        }
        expectMigrated(columns, before);
        if (HasFailure()) {
            break;
        }
    }
    EXPECT_GE(refused, 2);
}

INSTANTIATE_TEST_SUITE_P(Every, StoredFormat, testing::Range(1, lastStored() + 1));

using Format = StoreTest;

TEST_F(Format, TheDatabaseHoldsTheColumnsOfTheProgramInTheirOrder)
{
    makeStore(0);
    RawConnection raw(file());
    const auto check = [&](const auto& table) {
        std::vector<std::vector<std::string>> expected;
        const auto sql =
            raw.value("SELECT sql FROM sqlite_master WHERE name = '" + table.name + "'");
        for (const auto& column : table.columns) {
            if (!column.computed) {
                expected.push_back({column.name, column.sqlType});
                EXPECT_THAT(sql, HasSubstr(column.name + " " + column.sqlType));
                EXPECT_THAT(sql, HasSubstr("CHECK (typeof(" + column.name + ")"))
                    << "nothing keeps values of another type out";
            }
        }
        EXPECT_EQ(
            raw.rows("SELECT name, type FROM pragma_table_info('" + table.name + "') ORDER BY cid"),
            expected);
    };
    check(trialTable());
    check(recognitionTable());
    check(sessionTable());
}

} // namespace
} // namespace mlab::data
