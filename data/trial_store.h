// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trial/trial.h"
#include "data/store_contents.h"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace mlab::data {

class Database;

/// The sessions and trials in one SQLite file; README.md of this folder describes the file. Rows
/// are appended and never changed.
///
/// All rows are checked whenever something is read (store_contents.h); what concerns no trial is
/// read again only when the file has changed. Every method throws DatabaseError if the file cannot
/// be read or written or holds a damaged row, and then has written nothing. Needs a
/// QCoreApplication. Use it, and its sinks, only in the thread that created it.
class TrialStore {
public:
    enum class Mode {
        readWrite, ///< the file is created with its first session, and migrated to the newest
                   ///< format
        readOnly   ///< the file is not created, and changed only to migrate an older format
    };

    /// @throws DatabaseError also for a file that could not be created
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
    /// The trials 0, 1, ... of a session. @throws DatabaseError if the session does not exist
    std::vector<TrialRecord> trials(const std::string& sessionId) const;
    /// The same for a recognition session.
    std::vector<RecognitionRecord> recognitionTrials(const std::string& sessionId) const;
    /// The runs of a session in order; some may have no trials.
    std::vector<StoredRun> runs(const std::string& sessionId) const;
    /// All sessions and trials.
    StoreContents tables() const;
    /// All intact sessions and the intact trials of those that are wanted. Damage is not an error
    /// here, but noted.
    StoreContents intact(const SessionFilter& wanted) const;
    /// The same for every session, without keeping its trials.
    StoreContents checked() const;
    /// Whether a program is running a session.
    bool isRunning(const std::string& sessionId) const;
    /// What SQLite's own check of the file finds: damage to its pages and indexes.
    std::vector<std::string> problemsOfFile() const;

    /// The id of this participant's next session with this design: "P07-image-demo-2".
    std::string nextSessionId(const std::string& participant, const std::string& designName) const;
    /// Stores a session without trials. If this fails, a file that did not exist before is removed
    /// again. @throws DatabaseError if it already exists
    void createSession(const SessionHeader& header);
    /// Begins or resumes a session: stores the run, and locks the session against other programs
    /// for the sink's lifetime. If commit() fails, it can be called again with the same record. The
    /// sink may outlive the store. Read the session's trials after this, not before: until then
    /// another program may have added some.
    /// @throws DatabaseError if another program is running the session or it is complete
    std::unique_ptr<TrialSink> openSession(const std::string& sessionId, const RunInfo& run);

private:
    struct Overview;
    StoreContents read(const SessionFilter& wanted, Trials trials) const;
    StoreContents readIntact(const std::string& doing, const SessionFilter& wanted) const;
    StoreContents readSession(const std::string& sessionId, const std::string& doing) const;
    /// All sessions and runs. They are read again only if the file has changed.
    const StoreContents& overview(const std::string& doing) const;
    const SessionSummary& summary(const std::string& sessionId, const std::string& doing) const;
    void requireIntact(const StoreContents& contents, const std::string& doing) const;
    [[noreturn]] void failUnknown(const std::string& doing) const;
    [[noreturn]] void fail(const std::string& doing, const std::string& reason) const;
    void storeSession(const SessionHeader& header);

    std::filesystem::path file_;
    std::shared_ptr<Database> database_;         ///< none while the file does not exist
    mutable std::unique_ptr<Overview> overview_; ///< what was last read
};

} // namespace mlab::data
