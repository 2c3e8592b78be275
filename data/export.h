// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/trial_store.h"

#include <cstddef>
#include <filesystem>

namespace mlab::data {

struct ExportSummary {
    std::size_t sessions = 0;          ///< rows of sessions.csv
    std::size_t trials = 0;            ///< rows of trials.csv
    std::size_t recognitionTrials = 0; ///< rows of recognition_trials.csv
};

/// Writes trials.csv, recognition_trials.csv, sessions.csv and data_dictionary.csv into `folder`,
/// which is made if there is none: RFC 4180 with a row of names, UTF-8, numbers as the shortest
/// text that reads back as the same number. All show the store as it was at one moment. A file that
/// is there already is replaced by a complete one or stays as it is.
/// @throws DatabaseError, IoError
ExportSummary exportTables(const TrialStore& store, const std::filesystem::path& folder);

} // namespace mlab::data
