// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trial/recognition.h"
#include "core/trial/trial.h"
#include "data/table.h"

#include <optional>
#include <string>

namespace mlab::data {

/// A session as `list` shows it: its header and its state.
struct SessionSummary {
    SessionHeader header;
    int number = 0;          ///< 1, 2, ... among the sessions of this participant and design
    int trialCount = 0;      ///< trials stored so far, practice included
    std::string lastTrialAt; ///< UTC; empty without trials
    std::string finishedAt;  ///< UTC; empty until the session is complete

    bool finished() const { return !finishedAt.empty(); }
};

/// One row of the trial table. Only the fields of `session` that the table repeats are set.
struct TrialRow {
    SessionHeader session;
    TrialRecord record;
    std::string softwareVersion;        ///< of the program that ran this trial
    std::string task = {};              ///< of its design; set by exportTables()
    std::optional<bool> simulated = {}; ///< whose the answers are; set by exportTables()
};

/// One row of the table of recognition trials, likewise.
struct RecognitionRow {
    SessionHeader session;
    RecognitionRecord record;
    std::string softwareVersion;        ///< of the program that ran this trial
    std::optional<bool> simulated = {}; ///< whose the answers are; set by exportTables()
};

/// The tables that are exported. This is the one place that describes their columns: insert,
/// reading, CSV, data dictionary and docs/columns.md are all made from it.
const Table<TrialRow>& trialTable();
const Table<RecognitionRow>& recognitionTable();
const Table<SessionSummary>& sessionTable();

} // namespace mlab::data
