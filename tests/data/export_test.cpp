// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/csv.h"
#include "core/base/error.h"
#include "data/export.h"
#include "tests/data/data_test_support.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <stdexcept>

namespace mlab::data {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

using Fields = std::vector<std::string>;

/// RFC 4180 by the letter: anything that its grammar does not allow is an exception.
class CsvReader {
public:
    explicit CsvReader(const std::string& text) : text_(text) {}

    std::vector<Fields> records()
    {
        std::vector<Fields> all;
        while (at_ < text_.size()) {
            Fields record{field()};
            while (take(',')) {
                record.push_back(field());
            }
            if (!take('\r') || !take('\n')) {
                throw std::runtime_error("CR LF expected at byte " + std::to_string(at_));
            }
            all.push_back(std::move(record));
        }
        return all;
    }

private:
    bool take(char expected)
    {
        const bool there = at_ < text_.size() && text_[at_] == expected;
        at_ += there ? 1 : 0;
        return there;
    }
    std::string field()
    {
        std::string value;
        if (!take('"')) {
            while (at_ < text_.size() &&
                   std::string(",\r\n\"").find(text_[at_]) == std::string::npos) {
                value += text_[at_++];
            }
            return value;
        }
        while (at_ < text_.size()) {
            const char next = text_[at_++];
            if (next == '"' && !take('"')) {
                return value;
            }
            value += next;
        }
        throw std::runtime_error("a quoted field does not end");
    }

    const std::string& text_;
    std::size_t at_ = 0;
};

class Export : public StoreTest {
protected:
    std::filesystem::path target() const { return folder() / "out" / "tables"; }
    std::vector<Fields> read(const std::string& name) const
    {
        const auto text = readFile(target() / name);
        return CsvReader(text).records();
    }
    ExportSummary run() const
    {
        return exportTables(TrialStore(file(), TrialStore::Mode::readOnly), demoTask, target());
    }
};

TEST(Csv, QuotesWhatMustBeQuotedAndNothingElse)
{
    EXPECT_EQ(csvRecord({"a", "", "b c", "é", "-1.5"}), "a,,b c,é,-1.5\r\n");
    EXPECT_EQ(csvRecord({"a,b", "say \"x\"", "1\n2", "1\r2"}),
              "\"a,b\",\"say \"\"x\"\"\",\"1\n2\",\"1\r2\"\r\n");
}

TEST(Csv, ATextThatASpreadsheetWouldRunGetsAnApostropheAndANumberDoesNot)
{
    EXPECT_EQ(csvRecord({"=1+1", "+cmd", "-x", "@SUM(A1)", "\tx"}),
              "'=1+1,'+cmd,'-x,'@SUM(A1),'\tx\r\n");
    EXPECT_EQ(csvRecord({"\rx", "=\"a\""}), "\"'\rx\",\"'=\"\"a\"\"\"\r\n");
    EXPECT_EQ(csvRecord({"-1.5", "-1e-09", "-0", "1-2", "a=b"}), "-1.5,-1e-09,-0,1-2,a=b\r\n");
}

TEST(Csv, WhateverIsNoFormulaIsReadBackAsWritten)
{
    const Fields fields = {"\"", "\"\"", ",", "a\r\n", "", "a\"b,c\nd", "\",\"", "plain"};
    const auto text = csvRecord(fields) + csvRecord({"x"});
    EXPECT_THAT(CsvReader(text).records(), ElementsAre(fields, Fields{"x"}));
}

TEST_F(Export, TheTrialTableHasTheAgreedColumnsAndValues)
{
    makeStore(3);
    const auto summary = run();
    EXPECT_EQ(summary.sessions, 1U);
    EXPECT_EQ(summary.trials, 3U);
    const auto rows = read("trials.csv");
    ASSERT_EQ(rows.size(), 4U);
    EXPECT_EQ(rows[0], documentedColumns("trials"));
    EXPECT_THAT(rows[2],
                ElementsAre("P07", "P07-demo-1", "demo", sampleHeader().designSha256, "7", "1", "0",
                            "0", "texture/2/minus/4", "image", "gabor-scattering", "texture", "2",
                            "minus", "4", "staircase-2down-1up", "0.25", "0.249", "0.001", "1",
                            "leaves-1", std::string(64, 'a'), "probe1", "RPR", "first", "first",
                            "1", "500.14285714285717", "1501", "2201", "2901", "1", "322.5", "0",
                            "0.25", "", "2025-03-01T09:31:00.000Z", kSoftwareVersion, "", "", "",
                            "", "abx", "0"));
}

TEST_F(Export, AThirdOnsetThatWasNotIsEmpty)
{
    auto record = sampleRecord(0);
    record.onsetMs[2].reset();
    {
        TrialStore store(file(), TrialStore::Mode::readWrite);
        store.createSession(sampleHeader());
        store.openSession("P07-demo-1", {})->commit(record);
    }
    run();
    const auto rows = read("trials.csv");
    const auto column = std::ranges::find(rows[0], "onset3_ms") - rows[0].begin();
    EXPECT_EQ(rows[1].at(static_cast<std::size_t>(column)), "");
    EXPECT_EQ(rows[1].at(static_cast<std::size_t>(column) - 1), "2200");
}

TEST_F(Export, EachRunOfASessionIsARow)
{
    {
        TrialStore store(file(), TrialStore::Mode::readWrite);
        store.createSession(sampleHeader());
        {
            const auto sink = store.openSession("P07-demo-1", {.displayJson = "{\"hz\":60}"});
            sink->commit(sampleRecord(0));
            sink->markRunEnded("");
        }
        store.openSession("P07-demo-1", {.displayJson = "{\"hz\":75}"})->commit(sampleRecord(1));
    }
    run();
    const auto rows = read("runs.csv");
    ASSERT_EQ(rows.size(), 3U);
    EXPECT_EQ(rows[0], documentedColumns("runs"));
    EXPECT_EQ((Fields{rows[1].begin(), rows[1].begin() + 3}), (Fields{"P07-demo-1", "1", "0"}));
    EXPECT_EQ((Fields{rows[2].begin(), rows[2].begin() + 3}), (Fields{"P07-demo-1", "2", "1"}));
    EXPECT_NE(rows[1][3], "");
    EXPECT_EQ(rows[2][3], "");
    EXPECT_EQ(rows[2][4], "{\"hz\":75}");
}

TEST_F(Export, NumbersAndTextsReadBackExactly)
{
    auto header = sampleHeader("Zoë-1", "Zoë, \"Z\"");
    header.seed = std::numeric_limits<std::uint64_t>::max();
    header.designText = "{\r\n  \"name\": \"a, b\"\n}\n";
    header.designSha256 = sha256Hex(header.designText);
    auto record = sampleRecord(0);
    record.levelAchieved = 0.1 + 0.2;
    record.residualMax = std::numeric_limits<double>::denorm_min();
    record.waitMs = -1e300;
    {
        TrialStore store(file(), TrialStore::Mode::readWrite);
        store.createSession(header);
        store.openSession("Zoë-1", {})->commit(record);
    }
    run();
    const auto trial = read("trials.csv").at(1);
    EXPECT_EQ(trial[0], header.participant);
    EXPECT_EQ(trial[4], "18446744073709551615");
    EXPECT_EQ(std::strtod(trial[17].c_str(), nullptr), record.levelAchieved);
    EXPECT_EQ(std::strtod(trial[18].c_str(), nullptr), record.residualMax);
    EXPECT_EQ(std::strtod(trial[34].c_str(), nullptr), record.waitMs);

    const auto sessions = read("sessions.csv");
    ASSERT_EQ(sessions.size(), 2U);
    EXPECT_THAT(sessions[0],
                ElementsAre("session_id", "participant", "design_name", "number", "design_sha256",
                            "design_text", "design_path", "seed", "modality", "model",
                            "model_sha256", "basis_sha256", "references_json", "synthesis_json",
                            "display_json", "observer_json", "software_version", "started_at",
                            "trials", "last_trial_at", "finished_at"));
    EXPECT_THAT(sessions[1],
                ElementsAre("Zoë-1", "Zoë, \"Z\"", "demo", "1", header.designSha256,
                            header.designText, "/designs/demo.json", "18446744073709551615",
                            "image", "gabor-scattering", "m0", "b0", "[]", "{}", "{\"hz\":60}", "",
                            "0.1.0", "2025-03-01T09:30:00.125Z", "1", "2025-03-01T09:31:00.000Z",
                            ""));
}

TEST_F(Export, TheDictionaryDescribesEveryColumnAndSaysWhichOnesVary)
{
    makeStore(1);
    run();
    const auto rows = read("data_dictionary.csv");
    EXPECT_THAT(rows.at(0), ElementsAre("table", "column", "type", "unit", "description",
                                        "varies_between_runs"));
    std::map<std::string, Fields> columns; // by table
    std::set<std::string> varying;
    for (std::size_t i = 1; i < rows.size(); ++i) {
        ASSERT_EQ(rows[i].size(), 6U);
        EXPECT_FALSE(rows[i][2].empty()) << rows[i][1];
        EXPECT_FALSE(rows[i][4].empty()) << rows[i][1];
        if (rows[i][0] == "*") {
            continue; // what holds for all
        }
        columns[rows[i][0]].push_back(rows[i][1]);
        if (rows[i][0] == "trials" && rows[i][5] == "1") {
            varying.insert(rows[i][1]);
        }
    }
    EXPECT_EQ(columns.size(), 4U);
    for (const auto& [table, names] : columns) {
        EXPECT_EQ(names, read(table + ".csv").at(0));
        EXPECT_EQ(names, documentedColumns(table));
    }
    EXPECT_EQ(varying, (std::set<std::string>{"rt_ms", "onset1_ms", "onset2_ms", "onset3_ms",
                                              "dropped_frames", "generation_ms", "cache_hit",
                                              "wait_ms", "started_at"}));
    const auto flags =
        std::find_if(rows.begin(), rows.end(), [](const Fields& row) { return row[1] == "flags"; });
    for (const auto* word :
         {flag::kAtLimit, flag::kEarlyKey, flag::kWrongKey, flag::kPaused, flag::kLostFocus,
          flag::kBadTiming, flag::kAudioUnderrun, flag::kAudioDeviceLost}) {
        EXPECT_THAT((*flags)[4], HasSubstr(std::string(word) + ": "));
    }
}

TEST_F(Export, RowsComeByParticipantDesignSessionAndTrial)
{
    {
        TrialStore store(file(), TrialStore::Mode::readWrite);
        for (const auto* id : {"P09", "P08"}) {
            store.createSession(sampleHeader(std::string(id) + "-demo-1", id));
            const auto sink = store.openSession(std::string(id) + "-demo-1", {});
            sink->commit(sampleRecord(0));
            sink->commit(sampleRecord(1));
        }
    }
    run();
    std::vector<std::string> order;
    for (const auto& row : read("trials.csv")) {
        order.push_back(row[0] + " " + row[5]);
    }
    EXPECT_THAT(order, ElementsAre("participant trial_index", "P08 0", "P08 1", "P09 0", "P09 1"));
}

TEST_F(Export, EachTrialTellsItsTaskAndWhetherAPersonAnswered)
{
    {
        TrialStore store(file(), TrialStore::Mode::readWrite);
        auto header = sampleHeader("P08-demo-1", "P08");
        header.observerJson = R"({"type": "psychometric"})";
        store.createSession(header);
        store.openSession("P08-demo-1", {})->commit(sampleRecord(0));
        store.createSession(sampleHeader());
        store.openSession("P07-demo-1", {})->commit(sampleRecord(0));
    }
    int asked = 0;
    const auto taskOf = [&](const SessionHeader& header) -> std::string {
        ++asked;
        EXPECT_EQ(header.designSha256, sampleHeader().designSha256);
        return "oddity";
    };
    exportTables(TrialStore(file(), TrialStore::Mode::readOnly), taskOf, target());
    const auto rows = read("trials.csv");
    ASSERT_EQ(rows.size(), 3U);
    const auto lastOf = [&](std::size_t row) {
        return Fields{rows[row].end() - 2, rows[row].end()};
    };
    EXPECT_EQ(lastOf(0), (Fields{"task", "simulated"}));
    EXPECT_EQ(lastOf(1), (Fields{"oddity", "0"}));
    EXPECT_EQ(lastOf(2), (Fields{"oddity", "1"}));
    EXPECT_EQ(asked, 1) << "both have one design";
}

TEST_F(Export, AnEmptyStoreGivesTablesWithoutRows)
{
    const TrialStore store(file(), TrialStore::Mode::readWrite);
    exportTables(store, demoTask, target());
    EXPECT_THAT(read("trials.csv"), ElementsAre(documentedColumns("trials")));
    EXPECT_EQ(read("sessions.csv").size(), 1U);
}

TEST_F(Export, ASecondExportReplacesTheFirstAndLeavesNothingBeside)
{
    makeStore(1);
    run();
    {
        TrialStore store(file(), TrialStore::Mode::readWrite);
        store.openSession("P07-demo-1", {})->commit(sampleRecord(1));
    }
    EXPECT_EQ(run().trials, 2U);
    EXPECT_EQ(read("trials.csv").size(), 3U);
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(target()), {}), 6)
        << "five tables and the hidden list of what export wrote";
}

TEST_F(Export, OnlyTheOwnerCanReadTheTables)
{
    makeStore(1);
    run();
    using std::filesystem::perms;
    const auto rights = std::filesystem::status(target() / "trials.csv").permissions();
    EXPECT_EQ(rights & (perms::group_all | perms::others_all), perms::none);
}

TEST_F(Export, ATableThatSomebodyChangedIsNotReplaced)
{
    makeStore(1);
    run();
    const auto remarked = readFile(target() / "trials.csv") + "a remark\r\n";
    writeFileAtomically(target() / "trials.csv", remarked);
    EXPECT_THROW(run(), IoError);
    EXPECT_EQ(readFile(target() / "trials.csv"), remarked);
}

TEST_F(Export, AFolderThatCannotBeMadeIsAClearError)
{
    makeStore(1);
    writeFileAtomically(folder() / "out", "a file");
    try {
        run();
        FAIL();
    } catch (const IoError& error) {
        EXPECT_THAT(error.what(), HasSubstr(target().string()));
    }
}

TEST_F(Export, AStoreWithAMissingTrialIsNotExported)
{
    makeStore(3);
    run();
    const auto before = readFile(target() / "trials.csv");
    ASSERT_EQ(RawConnection(file()).run("DROP TRIGGER trials_no_DELETE; "
                                        "DELETE FROM trials WHERE trial_index = 0"),
              "");
    EXPECT_THAT(messageOf([&] { run(); }), HasSubstr("trial 0): the row is missing"));
    EXPECT_EQ(readFile(target() / "trials.csv"), before);
}

} // namespace
} // namespace mlab::data
