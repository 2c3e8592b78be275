// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/version.h"
#include "data/columns.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
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

/// A row that is not as it was stored.
struct Damage {
    std::string table;
    std::int64_t rowId = 0; ///< 0 if it is not known
    std::string sessionId;  ///< empty if it is not known
    std::optional<std::int64_t> trialIndex;
    std::string problem; ///< "its content does not match its hash"

    /// "trials, row 5 (session P07-demo-1, trial 4): PROBLEM"
    std::string text() const;
};

/// What was found when all rows were compared with their hashes.
struct StoreCheck {
    std::map<std::string, std::size_t> intact; ///< how many rows of each table
    std::vector<Damage> damage;
};

/// What a store holds, as it was at one moment. Only intact rows are here.
struct StoreContents {
    std::vector<SessionSummary> sessions;               ///< by participant, design and number
    std::map<std::string, std::vector<StoredRun>> runs; ///< by session, in their order
    std::vector<TrialRow> trials; ///< in the sessions' order, then in the order they were shown
    std::vector<RecognitionRow> recognitionTrials; ///< likewise
    StoreCheck check;
};

/// Whether the trials of a session are wanted.
using SessionFilter = std::function<bool(const std::string& sessionId)>;
inline bool everySession(const std::string& /*sessionId*/)
{
    return true;
}
inline bool noSession(const std::string& /*sessionId*/)
{
    return false;
}

/// What becomes of the trials that are wanted, once they have been read and checked.
enum class Trials { kept, dropped };

/// Reads a store and checks every row: against its hash (row_hashes.h), a session's design against
/// `design_sha256`, trials against their session and against the runs that went on after them.
/// Everything that reads a store gets it from here, so that nothing is read unchecked. Takes time
/// in proportion to the number of rows, whatever is wanted. To be called in a readSnapshot().
/// @param wanted asked once for each session
/// @throws DatabaseError if the hashes cannot be read
StoreContents readStore(const Database& database, const SessionFilter& wanted, Trials trials);

} // namespace mlab::data
