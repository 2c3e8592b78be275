// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/files.h"
#include "core/base/sha256.h"
#include "data/trial_store.h"

#include <QDir>
#include <QTemporaryDir>
#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <map>
#include <sqlite3.h>
#include <string>
#include <vector>

namespace mlab::data {

inline SessionHeader sampleHeader(const std::string& sessionId = "P07-demo-1",
                                  const std::string& participant = "P07",
                                  const std::string& designName = "demo")
{
    SessionHeader header;
    header.sessionId = sessionId;
    header.participant = participant;
    header.designName = designName;
    header.designText = "{}";
    header.designSha256 = sha256Hex(header.designText);
    header.designPath = "/designs/demo.json";
    header.seed = 7;
    header.modality = "image";
    header.model = "gabor-scattering";
    header.modelSha256 = "m0";
    header.basisSha256 = "b0";
    header.referencesJson = "[]";
    header.synthesisJson = "{}";
    header.displayJson = "{\"hz\":60}";
    header.observerJson = "";
    header.softwareVersion = "0.1.0";
    header.startedAt = "2025-03-01T09:30:00.125Z";
    return header;
}

/// A record whose every field follows from its index, so that a mix-up of rows shows.
inline TrialRecord sampleRecord(int index)
{
    const bool correct = index % 3 != 0;
    TrialRecord record;
    record.trialIndex = index;
    record.blockIndex = index / 6;
    record.dimension = {"texture", 1 + index % 3,
                        index % 2 == 0 ? Direction::plus : Direction::minus, 4.0 * (index % 4)};
    record.procedure = "staircase-2down-1up";
    record.levelRequested = 1.0 / (index + 3);
    record.levelAchieved = 1.0 / (index + 3) - 0.001;
    record.residualMax = 0.001 * index;
    record.converged = index % 5 != 0;
    record.referenceId = "leaves-" + std::to_string(index);
    record.referenceSha256 = std::string(64, 'a');
    record.probeSha256 = "probe" + std::to_string(index);
    record.intervalOrder = "RPR";
    record.correctAnswer = Answer::first;
    record.response = correct ? Answer::first : Answer::second;
    record.correct = correct;
    record.rtMs = 500.0 + index / 7.0;
    record.onsetMs = {1500.0 + index, 2200.0 + index, 2900.0 + index};
    record.droppedFrames = index % 2;
    record.generationMs = 321.5 + index;
    record.cacheHit = index % 4 == 0;
    record.waitMs = 0.25 * index;
    record.startedAt = "2025-03-01T09:31:00.000Z";
    return record;
}

/// Likewise; the first is of a metamer.
inline RecognitionRecord sampleRecognition(int index)
{
    const bool natural = index % 2 != 0;
    const bool correct = index % 3 != 0;
    RecognitionRecord record;
    record.trialIndex = index;
    record.blockIndex = index / 2 - 1;
    record.practice = record.blockIndex < 0;
    record.catchTrial = index == 3;
    record.condition = natural ? "natural" : "modulation";
    record.referenceId = "rain-" + std::to_string(index);
    record.referenceSha256 = std::string(64, 'a');
    record.stimulusSha256 = "stimulus" + std::to_string(index);
    if (!natural) {
        record.matchSpearman = 0.9 + index / 1000.0;
        record.matchSnrDb = 21.5 + index;
    }
    record.category = "rain";
    record.response = correct ? "rain" : "fire";
    record.correct = correct;
    record.rtMs = 700.0 + index / 7.0;
    record.onsetMs = 500.25 + index;
    record.droppedFrames = index % 2;
    record.flags =
        index == 4 ? std::vector<std::string>{flag::kPaused} : std::vector<std::string>();
    record.startedAt = "2025-03-01T09:3" + std::to_string(index) + ":00.000Z";
    return record;
}

void expectSame(const RecognitionRecord& found, const RecognitionRecord& expected);
void expectSame(const TrialRecord& found, const TrialRecord& expected);
void expectSame(const SessionHeader& found, const SessionHeader& expected);

/// The names in the table of that name in docs/columns.md.
std::vector<std::string> documentedColumns(const std::string& table);

/// What `work` says when it throws a DatabaseError; a failed test if it does not.
std::string messageOf(const std::function<void()>& work);

/// The task of every design of these tests, for exportTables().
inline std::string demoTask(const SessionHeader& /*header*/)
{
    return "abx";
}

/// A folder of its own for each test.
class StoreTest : public testing::Test {
protected:
    std::filesystem::path folder() const { return folder_.path().toStdString(); }
    std::filesystem::path file() const { return folder() / "study.sqlite"; }
    /// Every file of the folder with its bytes.
    std::map<std::string, std::string> contents() const;
    /// A store with one session of `count` trials, closed.
    void makeStore(int count);
    /// A store of every kind of row, closed: a session of trials that is complete, one of
    /// recognition that is not, and one without trials.
    void makeVariedStore();
    std::size_t storedTrials(const std::string& sessionId = "P07-demo-1") const;

private:
    QTemporaryDir folder_;
};

/// A connection to the same file by other means than the store's.
class RawConnection {
public:
    explicit RawConnection(const std::filesystem::path& file);
    RawConnection(const RawConnection&) = delete;
    RawConnection& operator=(const RawConnection&) = delete;
    ~RawConnection();

    /// Runs statements; "" or SQLite's message.
    std::string run(const std::string& sql);
    /// The first value of the first row, as text.
    std::string value(const std::string& sql);
    /// All rows, their values as text.
    std::vector<std::vector<std::string>> rows(const std::string& sql);

private:
    sqlite3* handle_ = nullptr;
};

/// Runs a statement on the connection of the only open store and gives its first value, if any.
std::string onStoreConnection(const std::string& sql);

/// Runs `work` in a forked process and gives what it returned; the process has no connection of
/// this one's and cannot hurt it. As::nobody gives up root's rights first.
enum class As { self, nobody };
std::string inChild(As who, const std::function<std::string()>& work);

} // namespace mlab::data
