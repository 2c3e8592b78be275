// SPDX-License-Identifier: GPL-3.0-or-later
//
// Sessions that an earlier program (store format 5) had begun when it was killed, with its designs,
// stores (as dumps) and caches. finished.csv holds the trials with which that program finished
// them, without the columns that depend on times and on the processor's rounding.
#include "core/base/files.h"
#include "core/base/sha256.h"
#include "tests/e2e/process.h"
#include "tests/temporary_folder.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace mlab {
namespace {

namespace fs = std::filesystem;

struct OldSessionCase {
    std::string name; // of its folder; its participant is P1
    std::string table;
};

class OldSession : public testing::TestWithParam<OldSessionCase> {
protected:
    OldSession()
    {
        fs::copy(fs::path(MLAB_SOURCE_DIR) / "tests/e2e/old_sessions" / GetParam().name, folder_,
                 fs::copy_options::recursive);
    }

    std::string path(const std::string& name) const { return (folder_ / name).string(); }

    void loadStore() const
    {
        const auto loaded = run({"sqlite3", "-cmd", "PRAGMA journal_mode = WAL",
                                 path("study.sqlite"), ".read " + path("store.sql")});
        ASSERT_EQ(loaded.code, 0) << loaded.out;
    }
    Result resume(const std::vector<std::string>& more = {}) const
    {
        std::vector<std::string> command = {MLAB_PROGRAM,
                                            "run",
                                            path("design.json"),
                                            "--db",
                                            path("study.sqlite"),
                                            "--participant",
                                            "P1",
                                            "--seed",
                                            "42",
                                            "--observer",
                                            path("observer.json"),
                                            "--display",
                                            "none",
                                            "--pace",
                                            "fast",
                                            "--cache",
                                            path("cache"),
                                            "--threads",
                                            "1"};
        command.insert(command.end(), more.begin(), more.end());
        return run(command);
    }
    // What sqlite3 prints; texts and numbers as SQL literals, which are exact.
    std::string query(const std::string& sql, const std::string& mode = "quote") const
    {
        const auto result = run({"sqlite3", "-cmd", ".mode " + mode, path("study.sqlite"), sql});
        EXPECT_EQ(result.code, 0) << result.out;
        return result.out;
    }
    int count(const std::string& table) const
    {
        return std::stoi(query("SELECT count(*) FROM " + table, "list"));
    }
    // Each file of the cache with its bytes.
    std::map<std::string, std::string> cache() const
    {
        std::map<std::string, std::string> files;
        for (const auto& entry : fs::recursive_directory_iterator(folder_ / "cache")) {
            if (entry.is_regular_file()) {
                files[entry.path().string()] = readFile(entry.path());
            }
        }
        return files;
    }

    TemporaryFolder scratch_;
    fs::path folder_ = scratch_.path();
};

TEST_P(OldSession, IsResumedAndFinishedWithTheTrialsOfTheOldProgram)
{
    const auto& table = GetParam().table;
    loadStore();
    const int stored = count(table);
    ASSERT_EQ(stored, 5);
    ASSERT_EQ(count("session_ends"), 0);
    std::map<std::string, std::string> before;
    for (const auto& name : {table, std::string("sessions"), std::string("runs")}) {
        auto columns =
            query("SELECT group_concat(name) FROM pragma_table_info('" + name + "')", "list");
        columns.pop_back(); // the line's end
        const auto sql = "SELECT " + columns + " FROM " + name + " ORDER BY rowid LIMIT " +
                         std::to_string(count(name));
        before[sql] = query(sql);
    }
    const auto cacheBefore = cache();

    const auto resumed = resume();
    ASSERT_EQ(resumed.code, 0) << resumed.out;
    EXPECT_EQ(count("sessions"), 1) << "another session was begun: " << resumed.out;
    EXPECT_EQ(count("session_ends"), 1) << resumed.out;
    EXPECT_EQ(count("runs"), 2);
    EXPECT_EQ(query("SELECT first_trial FROM runs ORDER BY run_id", "list"), "0\n5\n");
    for (const auto& [sql, rows] : before) {
        EXPECT_EQ(query(sql), rows) << sql;
    }
    const auto finished = readFile(folder_ / "finished.csv");
    const auto columns = finished.substr(0, finished.find_first_of("\r\n"));
    const auto result = run({"sqlite3", "-csv", "-header", path("study.sqlite"),
                             "SELECT " + columns + " FROM " + table + " ORDER BY trial_index"});
    EXPECT_EQ(result.out, finished);

    // The old cache is still valid: its files are used, and nothing is made for the old trials.
    const auto cacheAfter = cache();
    for (const auto& [file, bytes] : cacheBefore) {
        EXPECT_TRUE(cacheAfter.contains(file) && cacheAfter.at(file) == bytes) << file;
    }
    const auto replayed = run({MLAB_PROGRAM, "replay", "--db", path("study.sqlite"), "--session",
                               "P1-old-" + GetParam().name + "-1", "--cache", path("cache")});
    EXPECT_EQ(replayed.code, 0) << replayed.out;
    EXPECT_EQ(cache().size(), cacheAfter.size());
}

// The old program kept no hash beside its bases, but one in the session.
TEST_P(OldSession, IsNotResumedWithABasisInWhichABitHasFlipped)
{
    loadStore();
    fs::path basis;
    for (const auto& [file, bytes] : cache()) {
        basis = fs::path(file).extension() == ".safetensors" ? fs::path(file) : basis;
    }
    if (basis.empty()) {
        GTEST_SKIP() << "recognition needs no basis";
    }
    auto bytes = readFile(basis);
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
    writeFileAtomically(basis, bytes);
    const auto resumed = resume();
    EXPECT_NE(resumed.code, 0) << resumed.out;
    EXPECT_NE(resumed.out.find(
                  "the basis, a model that distortions compare, or a graph, is not the same"),
              std::string::npos)
        << resumed.out;
    EXPECT_NE(resumed.out.find(basis.string() + " was kept by an earlier version"),
              std::string::npos)
        << resumed.out;
    EXPECT_EQ(count(GetParam().table), 5);
}

// Earlier programs accepted stop rules that cannot be met.
class SessionWithAFutileStopRule : public OldSession {
protected:
    // The same session, begun with another stop rule.
    void SetUp() override
    {
        const std::string rule = R"("stop": {"reversals": 4, "trials": 6, "when": "any"})";
        const std::string futile = R"("stop": {"reversals": 50, "max_trials": 7})";
        const auto design = readFile(path("design.json"));
        const auto changed = replaced(design, rule, futile);
        writeFileAtomically(path("design.json"), changed);
        const auto store = replaced(readFile(path("store.sql")), rule, futile);
        writeFileAtomically(path("store.sql"),
                            replaced(store, sha256Hex(design), sha256Hex(changed)));
        loadStore();
    }

    static std::string replaced(std::string text, const std::string& from, const std::string& to)
    {
        auto at = text.find(from);
        EXPECT_NE(at, std::string::npos) << from;
        for (; at != std::string::npos; at = text.find(from, at + to.size())) {
            text.replace(at, from.size(), to);
        }
        return text;
    }
};

TEST_P(SessionWithAFutileStopRule, IsFinishedAndNoOtherIsBegun)
{
    const auto resumed = resume();
    ASSERT_EQ(resumed.code, 0) << resumed.out;
    EXPECT_EQ(count("sessions"), 1) << resumed.out;
    EXPECT_EQ(count("session_ends"), 1) << resumed.out;
    EXPECT_EQ(
        query("SELECT count(*) FROM trials WHERE block_index >= 0 GROUP BY dimension_id", "list"),
        "7\n7\n7\n7\n");
    const auto another = resume({"--new"});
    EXPECT_EQ(another.code, 2) << another.out;
    EXPECT_NE(another.out.find("50 reversals take at least"), std::string::npos) << another.out;
    EXPECT_EQ(count("sessions"), 1) << another.out;
}

INSTANTIATE_TEST_SUITE_P(Of, SessionWithAFutileStopRule,
                         testing::Values(OldSessionCase{"image", "trials"}));
INSTANTIATE_TEST_SUITE_P(Every, OldSession,
                         testing::Values(OldSessionCase{"image", "trials"},
                                         OldSessionCase{"sound", "trials"},
                                         OldSessionCase{"words", "recognition_trials"}),
                         [](const auto& tested) { return tested.param.name; });

} // namespace
} // namespace mlab
