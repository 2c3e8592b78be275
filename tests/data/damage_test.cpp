// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/random_stream.h"
#include "data/export.h"
#include "tests/data/data_test_support.h"
#include "tests/data/faulty_disk.h"

#include <gmock/gmock.h>

#include <array>
#include <bit>
#include <cerrno>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <sys/wait.h>
#include <unistd.h>

namespace mlab::data {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const std::array<const char*, 6> kTables = {"sessions",           "runs",     "trials",
                                            "recognition_trials", "run_ends", "session_ends"};
/// What lets a raw connection change a row.
const std::string kNoRules =
    "DROP TRIGGER IF EXISTS sessions_no_UPDATE; DROP TRIGGER IF EXISTS sessions_no_DELETE; "
    "DROP TRIGGER IF EXISTS runs_no_UPDATE; DROP TRIGGER IF EXISTS runs_no_DELETE; "
    "DROP TRIGGER IF EXISTS trials_no_UPDATE; DROP TRIGGER IF EXISTS trials_no_DELETE; "
    "DROP TRIGGER IF EXISTS trials_in_order; DROP TRIGGER IF EXISTS trials_before_end; "
    "DROP TRIGGER IF EXISTS recognition_trials_no_UPDATE; "
    "DROP TRIGGER IF EXISTS recognition_trials_no_DELETE; "
    "DROP TRIGGER IF EXISTS run_ends_no_UPDATE; DROP TRIGGER IF EXISTS run_ends_no_DELETE; "
    "DROP TRIGGER IF EXISTS session_ends_no_UPDATE; "
    "DROP TRIGGER IF EXISTS session_ends_no_DELETE; "
    "DROP TRIGGER IF EXISTS row_hashes_no_UPDATE; DROP TRIGGER IF EXISTS row_hashes_no_DELETE; "
    "PRAGMA ignore_check_constraints = ON";

class StoreDamage : public StoreTest {
protected:
    void change(const std::string& sql)
    {
        RawConnection raw(file());
        ASSERT_EQ(raw.run(kNoRules), "");
        ASSERT_EQ(raw.run(sql), "");
    }
    std::vector<std::string> found() const
    {
        std::vector<std::string> texts;
        for (const auto& damage :
             TrialStore(file(), TrialStore::Mode::readOnly).intact(everySession).check.damage) {
            texts.push_back(damage.text());
        }
        return texts;
    }
    /// The tables as `export` writes them; the reason if it refuses.
    std::string exported() const
    {
        const auto target = folder() / "tables";
        std::filesystem::remove_all(target);
        try {
            exportTables(TrialStore(file(), TrialStore::Mode::readOnly), demoTask, target);
        } catch (const Error& error) {
            EXPECT_FALSE(std::filesystem::exists(target / "trials.csv")) << error.what();
            return std::string("refused: ") + error.what();
        }
        return readFile(target / "trials.csv") + readFile(target / "recognition_trials.csv") +
               readFile(target / "sessions.csv");
    }
    void replaceFile(const std::string& bytes) const
    {
        for (const auto* suffix : {"-wal", "-shm", "-journal"}) {
            std::filesystem::remove(file().string() + suffix);
        }
        writeFileAtomically(file(), bytes);
    }
};

TEST_F(StoreDamage, AnIntactStoreHasNone)
{
    makeVariedStore();
    EXPECT_THAT(found(), IsEmpty());
    const TrialStore store(file(), TrialStore::Mode::readOnly);
    EXPECT_THAT(store.problemsOfFile(), IsEmpty());
    const auto rows = store.intact(noSession).check.intact;
    const auto checked = store.checked();
    EXPECT_EQ(checked.check.intact, rows);
    EXPECT_EQ(checked.sessions.size(), 3U);
    EXPECT_THAT(checked.trials, IsEmpty());
    EXPECT_EQ(rows, (std::map<std::string, std::size_t>{{"sessions", 3},
                                                        {"runs", 2},
                                                        {"trials", 4},
                                                        {"recognition_trials", 4},
                                                        {"run_ends", 2},
                                                        {"session_ends", 1}}));
}

/// A SQL literal of the same type with one bit changed, for each byte of a value.
std::vector<std::string> flips(const std::string& type, const std::string& hex,
                               const std::string& text)
{
    std::vector<std::string> literals;
    if (type == "integer") {
        for (int bit = 0; bit < 32; bit += 3) {
            literals.push_back(std::to_string(std::stoll(text) ^ (1LL << bit)));
        }
    } else if (type == "real") {
        for (unsigned bit = 3; bit < 64; bit += 8) {
            const auto changed = std::bit_cast<double>(
                std::bit_cast<std::uint64_t>(std::strtod(text.c_str(), nullptr)) ^ 1ULL << bit);
            if (std::isfinite(changed)) {
                std::array<char, 40> buffer{};
                std::snprintf(buffer.data(), buffer.size(), "%.17e", changed);
                literals.emplace_back(buffer.data());
            }
        }
    } else if (type == "text") {
        for (std::size_t at = 0; at < hex.size(); at += 2) {
            const auto byte = static_cast<unsigned>(std::stoul(hex.substr(at, 2), nullptr, 16));
            std::array<char, 3> changed{};
            std::snprintf(changed.data(), changed.size(), "%02X", byte ^ 1U << at / 2 % 8);
            literals.push_back("CAST(x'" + std::string(hex).replace(at, 2, changed.data()) +
                               "' AS TEXT)");
        }
    }
    return literals;
}

TEST_F(StoreDamage, EveryByteOfEveryRowIsCovered)
{
    makeVariedStore();
    RawConnection raw(file());
    ASSERT_EQ(raw.run(kNoRules), "");
    int changes = 0;
    for (const std::string table : kTables) {
        for (const auto& column : raw.rows("SELECT name FROM pragma_table_info('" + table + "')")) {
            const auto& name = column[0];
            if (name == "run_id") {
                continue; // the row id: another test removes rows
            }
            SCOPED_TRACE(table + "." + name);
            // The last row of each table: its hash ends the chain or is followed by one.
            const auto value =
                raw.rows("SELECT typeof(" + name + "), hex(CAST(" + name +
                         " AS BLOB)), printf('%!.20g', " + name + "), " + name + ", quote(" + name +
                         "), rowid FROM " + table + " ORDER BY rowid DESC LIMIT 1")
                    .at(0);
            const auto restored =
                value[0] == "text" ? "CAST(x'" + value[1] + "' AS TEXT)" : value[4];
            for (const auto& literal :
                 flips(value[0], value[1], value[0] == "real" ? value[2] : value[3])) {
                const auto set = "UPDATE " + table + " SET " + name + " = ";
                const auto where = " WHERE rowid = " + value[5];
                if (!raw.run(set + literal + where).empty()) {
                    continue; // two sessions of one name
                }
                EXPECT_THAT(
                    messageOf([&] { TrialStore(file(), TrialStore::Mode::readOnly).tables(); }),
                    AllOf(HasSubstr("the file is damaged: " + table + ", row " + value[5]),
                          HasSubstr("does not match its hash")))
                    << literal;
                ASSERT_EQ(raw.run(set + restored + where), "");
                ++changes;
                if (HasFailure()) {
                    return;
                }
            }
        }
    }
    EXPECT_GT(changes, 1000);
    EXPECT_THAT(found(), IsEmpty());
}

// What a failing disk or memory does to the file itself.
TEST_F(StoreDamage, WhateverBitsOfTheFileAreDamagedNoWrongValueIsExported)
{
    makeVariedStore();
    const auto bytes = readFile(file());
    const auto good = exported();
    ASSERT_THAT(good, Not(HasSubstr("refused")));
    constexpr int kSeeds = 600;
    int refused = 0;
    for (int seed = 0; seed < kSeeds; ++seed) {
        RandomStream random(2026, "damage", static_cast<std::uint64_t>(seed));
        auto damaged = bytes;
        if (seed % 10 == 9) { // a sector is lost
            constexpr std::size_t kSector = 512;
            const auto from = random.below(bytes.size() / kSector) * kSector;
            damaged.replace(from, kSector, kSector, random.below(2) == 0 ? '\0' : '\xFF');
        } else {
            for (auto bits = 1 + random.below(2); bits > 0; --bits) {
                auto& byte = damaged[random.below(bytes.size())];
                byte = static_cast<char>(static_cast<unsigned char>(byte) ^ 1U << random.below(8));
            }
        }
        replaceFile(damaged);
        const auto result = exported();
        if (result.starts_with("refused: ")) {
            ++refused;
        } else {
            ASSERT_EQ(result, good) << "seed " << seed;
        }
    }
    std::printf("%d of %d refused\n", refused, kSeeds);
    EXPECT_GT(refused, kSeeds / 10);
}

TEST_F(StoreDamage, ARowThatIsGoneIsNamedWhereverItWas)
{
    makeVariedStore();
    const auto whole = readFile(file());
    for (const int trial : {0, 1, 3}) {
        replaceFile(whole);
        change("DELETE FROM trials WHERE trial_index = " + std::to_string(trial));
        EXPECT_THAT(found(), ElementsAre("trials, row " + std::to_string(trial + 1) +
                                         " (session P07-demo-1, trial " + std::to_string(trial) +
                                         "): the row is missing"));
    }
    replaceFile(whole);
    change("DELETE FROM run_ends WHERE run_id = 2");
    EXPECT_THAT(found(), ElementsAre("run_ends, row 2 (session P08-words-1): the row is missing"));
    replaceFile(whole);
    change("DELETE FROM session_ends");
    EXPECT_THAT(found(),
                ElementsAre("session_ends, row 1 (session P07-demo-1): the row is missing"));
}

TEST_F(StoreDamage, ASessionThatIsGoneIsNamedAndItsTrialsAreIntact)
{
    makeVariedStore();
    change("DELETE FROM sessions WHERE session_id = 'P07-demo-1'");
    EXPECT_THAT(found(), ElementsAre("sessions, row 1 (session P07-demo-1): the row is missing"));
    const auto contents = TrialStore(file(), TrialStore::Mode::readOnly).intact(everySession);
    EXPECT_EQ(contents.trials.size(), 4U);
    EXPECT_EQ(contents.sessions.size(), 2U);
}

TEST_F(StoreDamage, RowsThatHaveChangedPlacesAreNamed)
{
    makeVariedStore();
    change("UPDATE trials SET rowid = -2 WHERE rowid = 2; UPDATE trials SET rowid = 2 WHERE rowid "
           "= 3; UPDATE trials SET rowid = 3 WHERE rowid = -2");
    EXPECT_THAT(found(), ElementsAre(HasSubstr("trials, row 2 (session P07-demo-1, trial 1): its "
                                               "content does not match"),
                                     HasSubstr("trials, row 3 (session P07-demo-1, trial 2): its "
                                               "content does not match")));
}

TEST_F(StoreDamage, ARowThatAnotherProgramAddedIsNamed)
{
    makeVariedStore();
    change("CREATE TEMP TABLE another AS SELECT * FROM trials WHERE trial_index = 3; "
           "UPDATE another SET trial_index = 4; INSERT INTO trials SELECT * FROM another");
    EXPECT_THAT(found(), ElementsAre("trials, row 5: it has no hash"));
}

TEST_F(StoreDamage, ADamagedHashDamagesNoOtherRow)
{
    makeVariedStore();
    change("UPDATE row_hashes SET hash = replace(hash, substr(hash, 1, 1), 'x') "
           "WHERE table_name = 'trials' AND trial_index = 1");
    EXPECT_THAT(found(), ElementsAre("trials, row 2 (session P07-demo-1, trial 1): its content "
                                     "does not match its hash"));
}

TEST_F(StoreDamage, AMissingHashBreaksTheChain)
{
    makeVariedStore();
    const auto entry =
        RawConnection(file()).value("SELECT entry FROM row_hashes WHERE table_name = 'trials' AND "
                                    "trial_index = 1");
    change("DELETE FROM row_hashes WHERE entry = " + entry);
    EXPECT_THAT(found(), testing::IsSupersetOf({"row_hashes, row " + entry + ": the row is missing",
                                                std::string("trials, row 2: it has no hash")}));
    EXPECT_THAT(found(), testing::Contains(HasSubstr("the chain of hashes is broken before it")));
}

/// Leaves nothing that formats after 5 added: hashes of rows, and columns of trials.
const std::string kAsFormat5 = "DROP TABLE row_hashes; "
                               "ALTER TABLE trials DROP COLUMN metamer_condition; "
                               "ALTER TABLE trials DROP COLUMN metamers_json; "
                               "ALTER TABLE trials DROP COLUMN distortion; "
                               "ALTER TABLE trials DROP COLUMN rewiring; "
                               "PRAGMA user_version = 5";

TEST_F(StoreDamage, ADesignThatDoesNotMatchItsHashIsNamedAlsoFromBeforeThereWereHashesOfRows)
{
    makeVariedStore();
    change("UPDATE sessions SET design_text = '{ }' WHERE rowid = 1; "
           "UPDATE trials SET participant = 'P70' WHERE rowid = 2; "
           "UPDATE recognition_trials SET seed = '8' WHERE rowid = 1; "
           "DELETE FROM trials WHERE rowid = 3; " +
           kAsFormat5);
    EXPECT_THAT(
        found(),
        testing::UnorderedElementsAre(
            "sessions, row 1 (session P07-demo-1): its design_text does not match its "
            "design_sha256",
            "recognition_trials, row 1 (session P08-words-1, trial 0): its seed is not that of "
            "its session",
            "trials (session P07-demo-1, trial 2): the row is missing"));
    change("UPDATE sessions SET design_text = '{}' WHERE rowid = 1; " + kAsFormat5);
    EXPECT_THAT(found(), testing::Contains("trials, row 2 (session P07-demo-1, trial 1): its "
                                           "participant is not that of its session"));
}

TEST_F(StoreDamage, TrialsThatALaterRunHadSeenAreMissed)
{
    makeVariedStore();
    change("UPDATE runs SET first_trial = 6 WHERE run_id = 1; " + kAsFormat5);
    EXPECT_THAT(found(), ElementsAre("trials (session P07-demo-1, trial 4): the row is missing, "
                                     "and all to trial 5"));
}

TEST_F(StoreDamage, TheOtherRowsCanBeExported)
{
    makeVariedStore();
    change("UPDATE trials SET response = 'second' WHERE trial_index = 1; "
           "DELETE FROM session_ends");
    EXPECT_THAT(exported(), HasSubstr("refused: "));
    const TrialStore store(file(), TrialStore::Mode::readOnly);
    const auto summary =
        exportTables(store, demoTask, folder() / "tables", Overwrite::own, Damaged::leaveOut);
    EXPECT_EQ(summary.trials, 3U);
    EXPECT_EQ(summary.recognitionTrials, 4U);
    EXPECT_EQ(summary.sessions, 3U);
    ASSERT_EQ(summary.leftOut.size(), 2U);
    EXPECT_EQ(summary.leftOut[0].sessionId, "P07-demo-1");
    const auto trials = readFile(folder() / "tables" / "trials.csv");
    EXPECT_THAT(trials, AllOf(HasSubstr("probe0"), Not(HasSubstr("probe1")), HasSubstr("probe2")));
}

TEST_F(StoreDamage, RowsInOtherPagesThanADamagedOneAreExported)
{
    makeStore(60);
    auto bytes = readFile(file());
    const auto at = bytes.find("probe30");
    ASSERT_NE(at, std::string::npos);
    constexpr std::size_t kPage = 4096;
    bytes.replace(at / kPage * kPage, 16, 16, '\x55'); // the head of its page
    replaceFile(bytes);
    EXPECT_THAT(exported(), HasSubstr("refused: "));
    const auto summary = exportTables(TrialStore(file(), TrialStore::Mode::readOnly), demoTask,
                                      folder() / "tables", Overwrite::own, Damaged::leaveOut);
    EXPECT_GT(summary.trials, 45U);
    EXPECT_LT(summary.trials, 60U);
    const auto trials = readFile(folder() / "tables" / "trials.csv");
    EXPECT_THAT(trials, AllOf(HasSubstr("probe0,"), HasSubstr("probe59,")));
    EXPECT_FALSE(TrialStore(file(), TrialStore::Mode::readOnly).problemsOfFile().empty());
}

TEST_F(StoreDamage, ADamagedStoreTakesNoSession)
{
    makeVariedStore();
    change("UPDATE trials SET response = 'second' WHERE trial_index = 1");
    TrialStore store(file(), TrialStore::Mode::readWrite);
    EXPECT_THAT(messageOf([&] { store.findUnfinished("P08", "words"); }), HasSubstr("damaged"));
    EXPECT_THAT(messageOf([&] { store.nextSessionId("P10", "demo"); }), HasSubstr("damaged"));
    EXPECT_THAT(messageOf([&] { store.openSession("P08-words-1", {}); }), HasSubstr("damaged"));
    EXPECT_EQ(contents().count("study.sqlite.P08-words-1.lock"), 0U);
}

/// A run that is killed after its second trial.
void killRun(const std::filesystem::path& file)
{
    const pid_t child = ::fork();
    if (child == 0) {
        TrialStore store(file, TrialStore::Mode::readWrite);
        store.createSession(sampleHeader());
        const auto sink = store.openSession("P07-demo-1", {});
        sink->commit(sampleRecord(0));
        sink->commit(sampleRecord(1));
        ::raise(SIGKILL);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status));
}

TEST_F(StoreDamage, ALogThatIsMissingBesideItsIndexIsReported)
{
    killRun(file());
    std::filesystem::remove(file().string() + "-wal");
    for (const auto mode : {TrialStore::Mode::readWrite, TrialStore::Mode::readOnly}) {
        EXPECT_THAT(messageOf([&] { const TrialStore store(file(), mode); }),
                    HasSubstr("study.sqlite-wal is missing"));
    }
    std::filesystem::remove(file().string() + "-shm");
    EXPECT_THAT(found(), IsEmpty());
}

// Nothing tells such a copy from a store whose run was killed before its first trial, except that
// the run is there and its end is not.
TEST_F(StoreDamage, ACopyWithoutItsLogShowsTheRunThatHasNoEnd)
{
    killRun(file());
    const auto bytes = readFile(file());
    replaceFile(bytes);
    const auto contents = TrialStore(file(), TrialStore::Mode::readOnly).intact(everySession);
    ASSERT_EQ(contents.sessions.size(), 1U);
    ASSERT_EQ(contents.runs.at("P07-demo-1").size(), 1U);
    EXPECT_EQ(contents.runs.at("P07-demo-1")[0].endedAt, "");
    EXPECT_TRUE(contents.trials.empty());
    EXPECT_TRUE(contents.check.damage.empty());
}

TEST_F(StoreDamage, AStoreThatIsRefusedLeavesNoFile)
{
    const auto refused = [&](const std::filesystem::path& at) {
        for (const auto mode : {TrialStore::Mode::readWrite, TrialStore::Mode::readOnly}) {
            EXPECT_THROW(TrialStore(at, mode), DatabaseError) << at;
        }
    };
    refused(folder());
    refused(folder() / "missing" / "study.sqlite");
    EXPECT_TRUE(contents().empty());
    // Another program's database, also one that SQLite would open with files beside it.
    for (const auto* mode : {"DELETE", "WAL"}) {
        {
            RawConnection raw(file());
            ASSERT_EQ(raw.run(std::string("PRAGMA journal_mode = ") + mode +
                              "; CREATE TABLE IF NOT EXISTS bookmarks (url TEXT)"),
                      "");
        }
        const auto before = contents();
        ASSERT_EQ(before.size(), 1U);
        refused(file());
        EXPECT_EQ(contents(), before) << mode;
    }
}

TEST_F(StoreDamage, AStoreWithoutASessionIsNoFile)
{
    {
        TrialStore store(file(), TrialStore::Mode::readWrite);
        EXPECT_TRUE(store.sessions().empty());
        EXPECT_TRUE(store.tables().trials.empty());
        EXPECT_EQ(store.nextSessionId("P07", "demo"), "P07-demo-1");
        EXPECT_THAT(messageOf([&] { store.openSession("P07-demo-1", {}); }),
                    HasSubstr("does not exist"));
        auto header = sampleHeader();
        header.designText = "caf\xE9";
        EXPECT_THROW(store.createSession(header), DatabaseError);
    }
    EXPECT_TRUE(contents().empty());
}

TEST_F(StoreDamage, AStoreThatTheDiskCannotHoldLeavesNoFile)
{
    int good = 0;
    for (bool isStored = false; !isStored && good < 100; ++good) {
        SCOPED_TRACE("after " + std::to_string(good) + " good writes");
        TrialStore store(file(), TrialStore::Mode::readWrite);
        try {
            const FaultyDisk disk(good, ENOSPC);
            store.createSession(sampleHeader());
            isStored = true;
        } catch (const DatabaseError&) {
            EXPECT_TRUE(contents().empty());
        }
    }
    EXPECT_GT(good, 2);
}

} // namespace
} // namespace mlab::data
