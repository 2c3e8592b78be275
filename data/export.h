// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/output_folder.h"
#include "data/table.h"
#include "data/trial_store.h"

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace mlab::data {

/// A run of a session, as it is exported.
struct RunRow {
    std::string sessionId;
    int number = 0; ///< 1, 2, ... in its session
    StoredRun run;
};
/// The columns of runs.csv, all of them computed.
const Table<RunRow>& runTable();

/// What to do with a store that has damaged rows.
enum class Damaged {
    refuse,  ///< nothing is exported
    leaveOut ///< the other rows are
};

struct ExportSummary {
    std::size_t sessions = 0;          ///< rows of sessions.csv
    std::size_t trials = 0;            ///< rows of trials.csv
    std::size_t recognitionTrials = 0; ///< rows of recognition_trials.csv
    std::vector<Damage> leftOut;       ///< with Damaged::leaveOut
};

using TaskOf = std::function<std::string(const SessionHeader&)>;

/// Writes trials.csv, recognition_trials.csv, sessions.csv, runs.csv and data_dictionary.csv to
/// `folder`, which is created if needed: RFC 4180 with a header row, UTF-8, numbers as the shortest
/// text that reads back as the same number. All show the store at one moment. An existing file is
/// either replaced by a complete one or left unchanged.
/// @throws DatabaseError, also for a damaged row; IoError, also for a file that must not be
/// replaced
///
/// @param taskOf  the task of a session's design, as designs write it; asked once for each design
ExportSummary exportTables(const TrialStore& store, const TaskOf& taskOf,
                           const std::filesystem::path& folder,
                           Overwrite overwrite = Overwrite::own, Damaged damaged = Damaged::refuse);

} // namespace mlab::data
