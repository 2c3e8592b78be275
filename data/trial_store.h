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
    std::string computeJson = {}; ///< what made its probes; empty in files of format 1
    std::string soundJson = {};   ///< the sound device and the headphone check; empty without
    std::string softwareVersion = kSoftwareVersion;
};

/// One start of the program on a session.
struct StoredRun {
    int firstTrial = 0; ///< its trials are those from here to the next run's
    RunInfo info;
    std::string endedAt = {};      ///< UTC; empty if it was killed, or before format 5
    std::string endSoundJson = {}; ///< the sound device by then
};

/// Everything there is to export, as it was at one moment.
struct StoredTables {
    std::vector<SessionSummary> sessions;
    std::vector<TrialRow> trials; ///< in the sessions' order, then in the order they were shown
    std::vector<RecognitionRow> recognitionTrials; ///< likewise
};

/// The sessions and trials in one SQLite file; README.md of this folder describes the file. Rows
/// are appended and never changed.
///
/// Every method throws DatabaseError when the file cannot be read or written, and then has written
/// nothing. Needs a QCoreApplication. To be used by the thread that made it, sinks included.
class TrialStore {
public:
    enum class Mode {
        readWrite, ///< the file is made if there is none, and brought to the present format
        readOnly   ///< the file is not made, nor changed but for its format where that is older
    };

    TrialStore(const std::filesystem::path& file, Mode mode);
    TrialStore(const TrialStore&) = delete;
    TrialStore& operator=(const TrialStore&) = delete;
    ~TrialStore();

    /// All sessions, by participant, design and number.
    std::vector<SessionSummary> sessions() const;
    /// The sessions of a participant and design that were begun and have not ended, oldest first.
    std::vector<SessionSummary> findUnfinished(const std::string& participant,
                                               const std::string& designName) const;
    /// @throws DatabaseError if there is no such session.
    SessionHeader header(const std::string& sessionId) const;
    /// The trials 0, 1, ... of a session. @throws DatabaseError if there is no such session or if
    /// one of its trials is missing.
    std::vector<TrialRecord> trials(const std::string& sessionId) const;
    /// The same of a session of recognition.
    std::vector<RecognitionRecord> recognitionTrials(const std::string& sessionId) const;
    /// The runs of a session in the order they were begun; some may have no trial.
    std::vector<StoredRun> runs(const std::string& sessionId) const;
    /// All sessions and trials. @throws DatabaseError if a trial is missing.
    StoredTables tables() const;

    /// The name of this participant's next session with this design: "P07-image-demo-2".
    std::string nextSessionId(const std::string& participant, const std::string& designName) const;
    /// Stores a session without trials. @throws DatabaseError if there is one of that name.
    void createSession(const SessionHeader& header);
    /// Goes on with a session: notes the run, and keeps every other program off the session while
    /// the sink lives. A sink whose commit() has failed can be asked to commit the same record
    /// again. It may outlive the store. Read the session's trials after this, not before: until
    /// then another program may have been adding to them.
    /// @throws DatabaseError if another program is running the session or if it has ended.
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
