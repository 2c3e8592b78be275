// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "tests/data/data_test_support.h"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>
#include <sys/stat.h>

namespace mlab::data {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class TrialStoreTest : public StoreTest {};

TrialRecord awkwardRecord(int index)
{
    TrialRecord record = sampleRecord(index);
    record.blockIndex = -1;
    record.practice = true;
    record.dimension = {"späte \"Schicht\", 层", std::numeric_limits<int>::max(), Direction::minus,
                        -0.1};
    record.procedure = "";
    record.levelRequested = std::numeric_limits<double>::denorm_min();
    record.levelAchieved = -std::numeric_limits<double>::max();
    record.residualMax = 0.1 + 0.2;
    record.converged = true;
    record.referenceId = "\xEF\xBB\xBFmark\r\n'; DROP TABLE trials; --";
    record.intervalOrder = "PRP";
    record.correctAnswer = Answer::second;
    record.response = Answer::second;
    record.correct = true;
    record.rtMs = std::nextafter(600.0, 601.0);
    record.onsetMs = {1e300, -1e-300, 4.0};
    record.droppedFrames = std::numeric_limits<int>::max();
    record.flags = {flag::kAtLimit, flag::kEarlyKey, flag::kLostFocus};
    return record;
}

SessionHeader awkwardHeader()
{
    SessionHeader header = sampleHeader("Zoë-日本-1", "Zoë", "日本");
    header.designText =
        "\xEF\xBB\xBF{\r\n  \"name\": \"a \\\"quoted\\\", 'name'\"\n}\n\xEF\xBF\xBF";
    header.designSha256 = sha256Hex(header.designText);
    header.designPath = "";
    header.seed = std::numeric_limits<std::uint64_t>::max();
    header.observerJson = "{\"seed\": 11}";
    return header;
}

TEST_F(TrialStoreTest, EveryFieldOfASessionSurvives)
{
    TrialStore(file(), TrialStore::Mode::readWrite).createSession(awkwardHeader());
    const TrialStore store(file(), TrialStore::Mode::readOnly);
    expectSame(store.header("Zoë-日本-1"), awkwardHeader());
}

TEST_F(TrialStoreTest, EveryFieldOfATrialSurvives)
{
    {
        TrialStore store(file(), TrialStore::Mode::readWrite);
        store.createSession(awkwardHeader());
        const auto sink = store.openSession("Zoë-日本-1", {});
        sink->commit(awkwardRecord(0));
        sink->commit(sampleRecord(1));
    }
    const auto trials = TrialStore(file(), TrialStore::Mode::readOnly).trials("Zoë-日本-1");
    ASSERT_EQ(trials.size(), 2U);
    expectSame(trials[0], awkwardRecord(0));
    expectSame(trials[1], sampleRecord(1));
}

TEST_F(TrialStoreTest, EachColumnHoldsItsOwnFieldInTheAgreedOrder)
{
    {
        TrialStore store(file(), TrialStore::Mode::readWrite);
        auto header = sampleHeader();
        header.seed = std::numeric_limits<std::uint64_t>::max();
        store.createSession(header);
        auto record = sampleRecord(0);
        record.flags = {flag::kPaused, flag::kWrongKey};
        store.openSession("P07-demo-1", {.softwareVersion = "9.9"})->commit(record);
    }
    RawConnection raw(file());
    std::vector<std::string> names;
    for (const auto& row : raw.rows("SELECT name FROM pragma_table_info('trials') ORDER BY cid")) {
        names.push_back(row[0]);
    }
    names.insert(names.end(), {"task", "simulated"}); // computed when exported
    EXPECT_EQ(names, documentedColumns("trials"));
    EXPECT_EQ(
        raw.value("SELECT concat_all FROM (SELECT participant || '|' || session_id || '|' || "
                  "design_name || '|' || design_sha256 || '|' || seed || '|' || trial_index "
                  "|| '|' || block_index || '|' || practice || '|' || dimension_id || '|' || "
                  "modality || '|' || model || '|' || layer || '|' || component || '|' || "
                  "direction || '|' || eccentricity_deg || '|' || procedure || '|' || "
                  "(level_requested = 1.0 / 3) || '|' || (level_achieved = 1.0 / 3 - 0.001) "
                  "|| '|' || residual_max || '|' || converged || '|' || reference_id || '|' "
                  "|| substr(reference_sha256, 1, 2) || '|' || probe_sha256 || '|' || "
                  "interval_order || '|' || correct_answer || '|' || response || '|' || "
                  "correct || '|' || rt_ms || '|' || onset1_ms || '|' || onset2_ms || '|' || "
                  "onset3_ms || '|' || dropped_frames || '|' || generation_ms || '|' || "
                  "cache_hit || '|' || wait_ms || '|' || flags || '|' || started_at || '|' "
                  "|| software_version AS concat_all FROM trials)"),
        "P07|P07-demo-1|demo|44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a|"
        "18446744073709551615|0|0|0|texture/1/plus/0|image|"
        "gabor-scattering|texture|1|plus|0.0|staircase-2down-1up|1|1|0.0|0|leaves-0|aa|"
        "probe0|RPR|first|second|0|500.0|1500.0|2200.0|2900.0|0|321.5|1|0.0|"
        "paused wrong_key|2025-03-01T09:31:00.000Z|9.9");
}

TEST_F(TrialStoreTest, ASessionIsUnfinishedUntilItEndsByItself)
{
    TrialStore store(file(), TrialStore::Mode::readWrite);
    store.createSession(sampleHeader("P07-demo-1"));
    store.createSession(sampleHeader("P07-demo-2"));
    store.createSession(sampleHeader("P08-demo-1", "P08"));
    store.createSession(sampleHeader("P07-other-1", "P07", "other"));

    store.openSession("P07-demo-1", {})->commit(sampleRecord(0));
    auto unfinished = store.findUnfinished("P07", "demo");
    ASSERT_EQ(unfinished.size(), 2U);
    EXPECT_EQ(unfinished[0].header.sessionId, "P07-demo-1");
    EXPECT_EQ(unfinished[0].number, 1);
    EXPECT_EQ(unfinished[0].trialCount, 1);
    EXPECT_EQ(unfinished[0].lastTrialAt, "2025-03-01T09:31:00.000Z");
    EXPECT_EQ(unfinished[1].number, 2);
    EXPECT_EQ(unfinished[1].lastTrialAt, "");

    store.openSession("P07-demo-1", {})->markFinished();
    unfinished = store.findUnfinished("P07", "demo");
    ASSERT_EQ(unfinished.size(), 1U);
    EXPECT_EQ(unfinished[0].header.sessionId, "P07-demo-2");

    const auto all = store.sessions();
    ASSERT_EQ(all.size(), 4U);
    EXPECT_TRUE(all[0].finished());
    EXPECT_THAT(all[0].finishedAt, testing::MatchesRegex("....-..-..T..:..:......Z"));
    EXPECT_FALSE(all[1].finished());
    EXPECT_EQ(all[2].header.sessionId, "P07-other-1");
    EXPECT_EQ(all[3].header.participant, "P08");
}

// What was read before is used again, but only while the file is the same.
TEST_F(TrialStoreTest, WhatAnotherProgramHasStoredIsSeen)
{
    makeStore(2);
    const TrialStore reader(file(), TrialStore::Mode::readOnly);
    ASSERT_EQ(reader.sessions().size(), 1U);
    TrialStore writer(file(), TrialStore::Mode::readWrite);
    ASSERT_EQ(writer.sessions().size(), 1U);
    writer.createSession(sampleHeader("P08-demo-1", "P08"));
    EXPECT_EQ(writer.sessions().size(), 2U);
    EXPECT_EQ(reader.sessions().size(), 2U);
    const auto sink = writer.openSession("P08-demo-1", {});
    EXPECT_EQ(reader.runs("P08-demo-1").size(), 1U);
    sink->commit(sampleRecord(0));
    EXPECT_EQ(reader.sessions().back().trialCount, 1);
    EXPECT_EQ(writer.sessions().back().trialCount, 1);
}

TEST_F(TrialStoreTest, ASessionIsRunningUntilItsSinkIsGone)
{
    makeStore(2);
    TrialStore store(file(), TrialStore::Mode::readWrite);
    store.createSession(sampleHeader("P08-demo-1", "P08"));
    EXPECT_FALSE(store.isRunning("P08-demo-1"));
    auto sink = store.openSession("P08-demo-1", {});
    EXPECT_TRUE(store.isRunning("P08-demo-1"));
    EXPECT_TRUE(TrialStore(file(), TrialStore::Mode::readOnly).isRunning("P08-demo-1"));
    sink.reset();
    EXPECT_FALSE(store.isRunning("P08-demo-1"));
    // A program that was killed leaves the file, but not the lock.
    writeFileAtomically(file().string() + ".P08-demo-1.lock", "process 1");
    EXPECT_FALSE(store.isRunning("P08-demo-1"));
}

TEST_F(TrialStoreTest, AnEndedSessionTakesNoMoreTrials)
{
    TrialStore store(file(), TrialStore::Mode::readWrite);
    store.createSession(sampleHeader());
    const auto sink = store.openSession("P07-demo-1", {});
    sink->markFinished();
    EXPECT_THAT(messageOf([&] { sink->commit(sampleRecord(0)); }), HasSubstr("has ended"));
    EXPECT_THAT(messageOf([&] { sink->markFinished(); }), HasSubstr("it already exists"));
    EXPECT_TRUE(store.trials("P07-demo-1").empty());
}

TEST_F(TrialStoreTest, AnEndedSessionCannotBeOpened)
{
    TrialStore store(file(), TrialStore::Mode::readWrite);
    store.createSession(sampleHeader());
    store.openSession("P07-demo-1", {})->markFinished();
    EXPECT_THAT(messageOf([&] { store.openSession("P07-demo-1", {}); }),
                HasSubstr("start another session"));
    // The attempt leaves no lock and does not count as a run.
    EXPECT_EQ(contents().count("study.sqlite.P07-demo-1.lock"), 0U);
    EXPECT_EQ(RawConnection(file()).value("SELECT count(*) FROM runs"), "1");
}

TEST_F(TrialStoreTest, SessionIdsCountTheSessionsOfAParticipantAndDesign)
{
    TrialStore store(file(), TrialStore::Mode::readWrite);
    EXPECT_EQ(store.nextSessionId("P07", "demo"), "P07-demo-1");
    EXPECT_EQ(store.nextSessionId("P07", "demo"), "P07-demo-1");
    store.createSession(sampleHeader("P07-demo-1"));
    EXPECT_EQ(store.nextSessionId("P07", "demo"), "P07-demo-2");
    EXPECT_EQ(store.nextSessionId("P08", "demo"), "P08-demo-1");
}

TEST_F(TrialStoreTest, SessionIdsThatReadAlikeStayApart)
{
    TrialStore store(file(), TrialStore::Mode::readWrite);
    store.createSession(sampleHeader(store.nextSessionId("a", "b-c"), "a", "b-c"));
    const auto second = store.nextSessionId("a-b", "c");
    store.createSession(sampleHeader(second, "a-b", "c"));
    EXPECT_EQ(store.header("a-b-c-1").participant, "a");
    EXPECT_EQ(store.header(second).participant, "a-b");
}

TEST_F(TrialStoreTest, ASessionIsNeverReplaced)
{
    TrialStore store(file(), TrialStore::Mode::readWrite);
    store.createSession(sampleHeader());
    auto other = sampleHeader();
    other.seed = 99;
    EXPECT_THAT(messageOf([&] { store.createSession(other); }),
                AllOf(HasSubstr("P07-demo-1"), HasSubstr("another program has just started it")));
    EXPECT_EQ(store.header("P07-demo-1").seed, 7U);
}

TEST_F(TrialStoreTest, EachRunKeepsWhereItBeganAndWhatItWasDoneWith)
{
    {
        TrialStore store(file(), TrialStore::Mode::readWrite);
        store.createSession(sampleHeader());
        store.openSession("P07-demo-1", {.displayJson = "a", .computeJson = "two threads"})
            ->commit(sampleRecord(0));
        store
            .openSession(
                "P07-demo-1",
                {.displayJson = "b", .computeJson = "one thread", .soundJson = "headphones"})
            ->markRunEnded("3 underruns");
    }
    const auto runs = TrialStore(file(), TrialStore::Mode::readOnly).runs("P07-demo-1");
    ASSERT_EQ(runs.size(), 2U);
    EXPECT_EQ(runs[0].firstTrial, 0);
    EXPECT_EQ(runs[0].info.displayJson, "a");
    EXPECT_EQ(runs[0].info.computeJson, "two threads");
    EXPECT_EQ(runs[0].info.softwareVersion, kSoftwareVersion);
    EXPECT_EQ(runs[0].info.soundJson, "");
    EXPECT_EQ(runs[1].firstTrial, 1);
    EXPECT_EQ(runs[1].info.computeJson, "one thread");
    EXPECT_EQ(runs[1].info.soundJson, "headphones");
    EXPECT_EQ(runs[0].endedAt, "") << "it was cut off";
    EXPECT_NE(runs[1].endedAt, "");
    EXPECT_EQ(runs[1].endSoundJson, "3 underruns");
    EXPECT_THAT(RawConnection(file()).run("DELETE FROM run_ends"), HasSubstr("never changed"));
}

TEST_F(TrialStoreTest, AMetamerThatDiffersInNothingIsStored)
{
    TrialStore store(file(), TrialStore::Mode::readWrite);
    store.createSession(sampleHeader());
    auto exact = sampleRecognition(0);
    ASSERT_NE(exact.condition, "natural");
    exact.matchSpearman = 1.0;
    exact.matchSnrDb.reset(); // it is infinite
    store.openSession("P07-demo-1", {})->commit(exact);
    EXPECT_FALSE(store.recognitionTrials("P07-demo-1").at(0).matchSnrDb);
}

TEST_F(TrialStoreTest, RecognitionTrialsComeBackAsTheyWere)
{
    std::vector<RecognitionRecord> records;
    {
        TrialStore store(file(), TrialStore::Mode::readWrite);
        store.createSession(sampleHeader());
        const auto sink = store.openSession("P07-demo-1", {});
        for (int i = 0; i < 5; ++i) {
            records.push_back(sampleRecognition(i));
            sink->commit(records.back());
        }
    }
    const TrialStore store(file(), TrialStore::Mode::readOnly);
    const auto found = store.recognitionTrials("P07-demo-1");
    ASSERT_EQ(found.size(), records.size());
    for (std::size_t i = 0; i < records.size(); ++i) {
        expectSame(found[i], records[i]);
    }
    EXPECT_TRUE(store.trials("P07-demo-1").empty());
    const auto summary = store.sessions().at(0);
    EXPECT_EQ(summary.trialCount, 5);
    EXPECT_EQ(summary.lastTrialAt, records.back().startedAt);
    RawConnection raw(file());
    EXPECT_THAT(raw.run("UPDATE recognition_trials SET rt_ms = 1"), HasSubstr("never changed"));
    EXPECT_THAT(raw.run("DELETE FROM recognition_trials"), HasSubstr("never changed"));
}

TEST_F(TrialStoreTest, ARecognitionTrialThatContradictsItselfIsRefused)
{
    TrialStore store(file(), TrialStore::Mode::readWrite);
    store.createSession(sampleHeader());
    const auto sink = store.openSession("P07-demo-1", {});
    auto wrong = sampleRecognition(0);
    wrong.correct = !wrong.correct;
    EXPECT_THROW(sink->commit(wrong), DatabaseError);
    auto natural = sampleRecognition(0);
    natural.condition = "natural";
    EXPECT_THROW(sink->commit(natural), DatabaseError) << "a natural stimulus matches nothing";
    EXPECT_THROW(sink->commit(sampleRecognition(1)), DatabaseError) << "out of order";
    sink->commit(sampleRecognition(0));
}

TEST_F(TrialStoreTest, OnlyTheNextTrialIsTaken)
{
    TrialStore store(file(), TrialStore::Mode::readWrite);
    store.createSession(sampleHeader());
    const auto sink = store.openSession("P07-demo-1", {});
    EXPECT_THAT(messageOf([&] { sink->commit(sampleRecord(1)); }),
                HasSubstr("the next trial is 0"));
    sink->commit(sampleRecord(0));
    EXPECT_THAT(messageOf([&] { sink->commit(sampleRecord(0)); }),
                HasSubstr("the next trial is 1"));
    sink->commit(sampleRecord(1));
    EXPECT_EQ(store.trials("P07-demo-1").size(), 2U);
}

TEST_F(TrialStoreTest, AReopenedSessionGoesOnAfterItsLastTrial)
{
    makeStore(3);
    TrialStore store(file(), TrialStore::Mode::readWrite);
    store.openSession("P07-demo-1", {.displayJson = "{\"hz\":120}", .softwareVersion = "0.2.0"})
        ->commit(sampleRecord(3));
    EXPECT_EQ(store.trials("P07-demo-1").size(), 4U);

    RawConnection raw(file());
    EXPECT_EQ(raw.value("SELECT group_concat(first_trial || ' ' || software_version || ' ' || "
                        "display_json, '; ') FROM runs"),
              std::string("0 ") + kSoftwareVersion + " ; 3 0.2.0 {\"hz\":120}");
    EXPECT_EQ(
        raw.value("SELECT min(host_name <> '' AND system <> '' AND process_id > 0) FROM runs"),
        "1");
    EXPECT_EQ(raw.value("SELECT group_concat(software_version, ' ') FROM trials"),
              std::string(kSoftwareVersion) + " " + kSoftwareVersion + " " + kSoftwareVersion +
                  " 0.2.0");
}

TEST_F(TrialStoreTest, WhatIsNoNumberIsRefused)
{
    TrialStore store(file(), TrialStore::Mode::readWrite);
    store.createSession(sampleHeader());
    const auto sink = store.openSession("P07-demo-1", {});
    auto record = sampleRecord(0);
    record.levelAchieved = std::nan("");
    EXPECT_THAT(messageOf([&] { sink->commit(record); }),
                AllOf(HasSubstr("store trial 0 of session P07-demo-1"), HasSubstr(file().string()),
                      HasSubstr("level_achieved is nan")));
    record = sampleRecord(0);
    record.onsetMs[1] = -std::numeric_limits<double>::infinity();
    EXPECT_THAT(messageOf([&] { sink->commit(record); }), HasSubstr("onset2_ms is -inf"));
    EXPECT_TRUE(store.trials("P07-demo-1").empty());
    sink->commit(sampleRecord(0));
}

TEST_F(TrialStoreTest, WhatIsNoTextOrNoWordIsRefused)
{
    TrialStore store(file(), TrialStore::Mode::readWrite);
    auto header = sampleHeader();
    header.designText = "caf\xE9";
    EXPECT_THAT(messageOf([&] { store.createSession(header); }),
                HasSubstr("design_text is not UTF-8 text"));
    header.designText = std::string("a\0b", 3);
    EXPECT_THAT(messageOf([&] { store.createSession(header); }), HasSubstr("design_text"));
    EXPECT_TRUE(store.sessions().empty());

    store.createSession(sampleHeader());
    auto record = sampleRecord(0);
    record.flags = {"two words"};
    EXPECT_THAT(messageOf([&] { store.openSession("P07-demo-1", {})->commit(record); }),
                HasSubstr("flags holds \"two words\""));
}

TEST_F(TrialStoreTest, WhatContradictsItselfIsRefused)
{
    TrialStore store(file(), TrialStore::Mode::readWrite);
    store.createSession(sampleHeader());
    const auto sink = store.openSession("P07-demo-1", {});
    auto record = sampleRecord(0);
    record.correct = !record.correct;
    EXPECT_THAT(messageOf([&] { sink->commit(record); }), HasSubstr("a rule of the table"));
    record = sampleRecord(0);
    record.practice = true;
    EXPECT_THAT(messageOf([&] { sink->commit(record); }), HasSubstr("a rule of the table"));
    EXPECT_TRUE(store.trials("P07-demo-1").empty());
}

TEST_F(TrialStoreTest, NoOtherProgramCanChangeOrDeleteARow)
{
    makeStore(2);
    const auto trialsBefore = TrialStore(file(), TrialStore::Mode::readOnly).tables().trials;
    RawConnection raw(file());
    EXPECT_EQ(raw.run("UPDATE trials SET response = 'second'"),
              "rows of trials are never changed or deleted");
    EXPECT_EQ(raw.run("DELETE FROM trials"), "rows of trials are never changed or deleted");
    EXPECT_EQ(raw.run("INSERT OR REPLACE INTO trials SELECT * FROM trials WHERE trial_index = 0"),
              "the trial is not the next one of its session");
    EXPECT_EQ(raw.run("UPDATE sessions SET seed = '1'"),
              "rows of sessions are never changed or deleted");
    EXPECT_EQ(raw.run("DELETE FROM sessions"), "rows of sessions are never changed or deleted");
    EXPECT_EQ(raw.run("DELETE FROM runs"), "rows of runs are never changed or deleted");
    const auto trialsAfter = TrialStore(file(), TrialStore::Mode::readOnly).tables().trials;
    ASSERT_EQ(trialsAfter.size(), trialsBefore.size());
    for (std::size_t i = 0; i < trialsAfter.size(); ++i) {
        expectSame(trialsAfter[i].record, trialsBefore[i].record);
    }
}

TEST_F(TrialStoreTest, AMissingTrialIsAnError)
{
    makeStore(3);
    EXPECT_EQ(RawConnection(file()).run("DROP TRIGGER trials_no_DELETE; "
                                        "DELETE FROM trials WHERE trial_index = 1"),
              "");
    const TrialStore store(file(), TrialStore::Mode::readOnly);
    const auto* missing = "trials, row 2 (session P07-demo-1, trial 1): the row is missing";
    EXPECT_THAT(messageOf([&] { store.trials("P07-demo-1"); }), HasSubstr(missing));
    EXPECT_THAT(messageOf([&] { store.tables(); }), HasSubstr(missing));
    EXPECT_THAT(messageOf([&] { store.sessions(); }), HasSubstr(missing));
}

TEST_F(TrialStoreTest, AnUnknownSessionIsAnError)
{
    makeStore(1);
    TrialStore store(file(), TrialStore::Mode::readWrite);
    EXPECT_THAT(messageOf([&] { store.trials("P99"); }),
                AllOf(HasSubstr("P99"), HasSubstr("the session does not exist")));
    EXPECT_THAT(messageOf([&] { store.header("P99"); }), HasSubstr("the session does not exist"));
    EXPECT_THAT(messageOf([&] { store.openSession("P99", {}); }),
                HasSubstr("the session does not exist"));
    EXPECT_EQ(contents().count("study.sqlite.P99.lock"), 0U);
}

TEST_F(TrialStoreTest, ATrialIsDurableWhenItIsCommitted)
{
    makeStore(1);
    const TrialStore store(file(), TrialStore::Mode::readWrite);
    EXPECT_EQ(onStoreConnection("PRAGMA journal_mode"), "wal");
    EXPECT_EQ(onStoreConnection("PRAGMA synchronous"), "2");
    EXPECT_EQ(onStoreConnection("PRAGMA foreign_keys"), "1");
}

TEST_F(TrialStoreTest, AClosedStoreIsOneFile)
{
    makeStore(3);
    EXPECT_EQ(contents().size(), 1U);
}

TEST_F(TrialStoreTest, AnEmptyFileBecomesAStore)
{
    writeFileAtomically(file(), "");
    makeStore(1);
    EXPECT_EQ(storedTrials(), 1U);
}

TEST_F(TrialStoreTest, ANewerStoreIsLeftUntouched)
{
    makeStore(2);
    ASSERT_EQ(RawConnection(file()).run("PRAGMA user_version = 99"), "");
    const auto before = contents();
    for (const auto mode : {TrialStore::Mode::readWrite, TrialStore::Mode::readOnly}) {
        EXPECT_THAT(messageOf([&] { const TrialStore store(file(), mode); }),
                    AllOf(HasSubstr("newer MetamerLab"), HasSubstr(file().string())));
    }
    EXPECT_EQ(contents().at("study.sqlite"), before.at("study.sqlite"));
}

TEST_F(TrialStoreTest, AnotherProgramsDatabaseIsLeftUntouched)
{
    ASSERT_EQ(RawConnection(file()).run("CREATE TABLE bookmarks (url TEXT)"), "");
    const auto before = contents();
    for (const auto mode : {TrialStore::Mode::readWrite, TrialStore::Mode::readOnly}) {
        EXPECT_THAT(messageOf([&] { const TrialStore store(file(), mode); }),
                    HasSubstr("not a MetamerLab trial store"));
    }
    EXPECT_EQ(contents(), before);
}

TEST_F(TrialStoreTest, AFileThatIsNoDatabaseIsLeftUntouched)
{
    writeFileAtomically(file(), "participant,answer\r\n" + std::string(4000, 'x'));
    const auto before = contents();
    for (const auto mode : {TrialStore::Mode::readWrite, TrialStore::Mode::readOnly}) {
        EXPECT_THAT(messageOf([&] { const TrialStore store(file(), mode); }),
                    HasSubstr("not a SQLite database"));
    }
    EXPECT_EQ(contents(), before);
}

TEST_F(TrialStoreTest, AFolderOrAMissingPlaceIsAClearError)
{
    const auto open = [](const std::filesystem::path& at, TrialStore::Mode mode) {
        return messageOf([&] { const TrialStore store(at, mode); });
    };
    EXPECT_THAT(open(folder(), TrialStore::Mode::readWrite), HasSubstr("it is a folder"));
    EXPECT_THAT(open(folder() / "no" / "such.db", TrialStore::Mode::readWrite),
                HasSubstr("check that its folder exists"));
    EXPECT_THAT(open(file(), TrialStore::Mode::readOnly), HasSubstr("the file does not exist"));
    EXPECT_TRUE(contents().empty());
}

TEST_F(TrialStoreTest, ANameWithoutAFolderIsInTheCurrentOne)
{
    EXPECT_EQ(inChild(As::self,
                      [&]() -> std::string {
                          std::filesystem::current_path(folder());
                          TrialStore store("new.sqlite", TrialStore::Mode::readWrite);
                          store.createSession(sampleHeader());
                          return store.openSession("P07-demo-1", {}) ? "opened" : "";
                      }),
              "opened");
    EXPECT_TRUE(std::filesystem::exists(folder() / "new.sqlite"));
}

TEST_F(TrialStoreTest, APipeADeviceAndACircleOfLinksAreClearErrors)
{
    const auto pipe = folder() / "pipe.sqlite";
    ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
    const auto circle = folder() / "circle.sqlite";
    std::filesystem::create_symlink(circle.filename(), circle);
    for (const auto mode : {TrialStore::Mode::readWrite, TrialStore::Mode::readOnly}) {
        const auto refusal = [&](const std::filesystem::path& at) {
            return messageOf([&] { const TrialStore store(at, mode); });
        };
        EXPECT_THAT(refusal(pipe), AllOf(HasSubstr(pipe.string()), HasSubstr("named pipe")));
        EXPECT_THAT(refusal("/dev/zero"), HasSubstr("device"));
        EXPECT_THAT(refusal(circle), AllOf(HasSubstr(circle.string()), HasSubstr("links")));
    }
}

TEST_F(TrialStoreTest, AReadOnlyStoreCannotBeWritten)
{
    makeStore(1);
    const auto before = contents();
    {
        TrialStore store(file(), TrialStore::Mode::readOnly);
        EXPECT_EQ(store.trials("P07-demo-1").size(), 1U);
        EXPECT_THAT(messageOf([&] { store.createSession(sampleHeader("P07-demo-2")); }),
                    HasSubstr("read-only"));
        EXPECT_THAT(messageOf([&] { store.openSession("P07-demo-1", {}); }),
                    HasSubstr("read-only"));
    }
    EXPECT_EQ(contents().at("study.sqlite"), before.at("study.sqlite"));
}

} // namespace
} // namespace mlab::data
