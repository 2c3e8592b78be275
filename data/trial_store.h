// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/version.h"
#include "core/trial/trial.h"
#include "data/columns.h"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace mlab::data {

class Database;

/// What is known about one run of the program on a session.
struct RunInfo {
    std::string displayJson = {}; ///< the display as measured in this run
    std::string computeJson = {}; ///< what generated its probes; empty in files of format 1
    std::string soundJson = {};   ///< the sound device and the headphone check; may be empty
    std::string softwareVersion = kSoftwareVersion;
};

/// One start of the program on a session.
struct StoredRun {
    int firstTrial = 0; ///< its trials are those from here to the next run's
    RunInfo info;
    std::string endedAt = {};      ///< UTC; empty if it was killed, and before format 5
    std::string endSoundJson = {}; ///< the sound device at that time
};

/// All that is exported, as it was at one moment.
struct StoredTables {
    std::vector<SessionSummary> sessions;
    std::vector<TrialRow> trials; ///< in the sessions' order, then in the order they were shown
    std::vector<RecognitionRow> recognitionTrials; ///< likewise
};

/// The sessions and trials in one SQLite file; README.md of this folder describes the file. Rows
/// are appended and never changed.
///
/// Every method throws DatabaseError if the file cannot be read or written, and then has written
/// nothing. Needs a QCoreApplication. Use it, and its sinks, only in the thread that created it.
class TrialStore {
public:
    enum class Mode {
        readWrite, ///< the file is created if it does not exist, and migrated to the newest format
        readOnly   ///< the file is not created, and changed only to migrate an older format
    };

    TrialStore(const std::filesystem::path& file, Mode mode);
    TrialStore(const TrialStore&) = delete;
    TrialStore& operator=(const TrialStore&) = delete;
    ~TrialStore();

    /// All sessions, by participant, design and number.
    std::vector<SessionSummary> sessions() const;
    /// The sessions of a participant and design that are not complete, oldest first.
    std::vector<SessionSummary> findUnfinished(const std::string& participant,
                                               const std::string& designName) const;
    /// @throws DatabaseError if the session does not exist
    SessionHeader header(const std::string& sessionId) const;
    /// The trials 0, 1, ... of a session. @throws DatabaseError if the session does not exist or
    /// one of its trials is missing
    std::vector<TrialRecord> trials(const std::string& sessionId) const;
    /// The same for a recognition session.
    std::vector<RecognitionRecord> recognitionTrials(const std::string& sessionId) const;
    /// The runs of a session in order; some may have no trials.
    std::vector<StoredRun> runs(const std::string& sessionId) const;
    /// All sessions and trials. @throws DatabaseError if a trial is missing
    StoredTables tables() const;

    /// The id of this participant's next session with this design: "P07-image-demo-2".
    std::string nextSessionId(const std::string& participant, const std::string& designName) const;
    /// Stores a session without trials. @throws DatabaseError if it already exists
    void createSession(const SessionHeader& header);
    /// Begins or resumes a session: stores the run, and locks the session against other programs
    /// for the sink's lifetime. If commit() fails, it can be called again with the same record. The
    /// sink may outlive the store. Read the session's trials after this, not before: until then
    /// another program may have added some.
    /// @throws DatabaseError if another program is running the session or it is complete
    std::unique_ptr<TrialSink> openSession(const std::string& sessionId, const RunInfo& run);

private:
    std::vector<SessionSummary> readSessions(const std::string& where, const Row& values) const;
    SessionSummary readSession(const std::string& sessionId) const;
    template <typename TableRow>
    std::vector<TableRow> readTrials(const Table<TableRow>& table,
                                     const std::string& sessionId) const;
    template <typename TableRow>
    auto records(const Table<TableRow>& table, const std::string& sessionId) const;

    std::shared_ptr<Database> database_;
};

} // namespace mlab::data
