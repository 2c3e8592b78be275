// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trial/recognition.h"
#include "core/trial/trial.h"
#include "data/value.h"

#include <functional>
#include <string>
#include <vector>

namespace mlab::data {

/// A session as `list` shows it: its header and what became of it.
struct SessionSummary {
    SessionHeader header;
    int number = 0;          ///< 1, 2, ... among the sessions of this participant and design
    int trialCount = 0;      ///< trials stored so far, practice included
    std::string lastTrialAt; ///< UTC; empty without trials
    std::string finishedAt;  ///< UTC; empty until the session has ended by itself

    bool finished() const { return !finishedAt.empty(); }
};

/// One row of the trial table. Of `session` only what that table repeats is filled in.
struct TrialRow {
    SessionHeader session;
    TrialRecord record;
    std::string softwareVersion; ///< of the program that ran this trial
};

/// One row of the table of recognition trials, likewise.
struct RecognitionRow {
    SessionHeader session;
    RecognitionRecord record;
    std::string softwareVersion; ///< of the program that ran this trial
};

/// One column of a table whose rows are `T`s.
template <typename T> struct Column {
    std::string name;
    std::string sqlType;     ///< TEXT, INTEGER or REAL; the table refuses values of another type
    bool mayBeEmpty = false; ///< NULL in the table, an empty field in the CSV
    std::string check;       ///< SQL condition beyond the type, may be empty
    std::string type;        ///< for people
    std::string unit;        ///< may be empty
    std::string description; ///< for people
    /// Whether it may differ between two runs of the same design, seed and observer.
    bool varies = false;
    std::string expression; ///< SQL that computes it; empty if it is stored

    std::function<Value(const T&)> read; ///< @throws DatabaseError for what cannot be stored
    std::function<void(T&, const Value&)> write; ///< @throws DatabaseError for what makes no sense
};

/// The one place that knows a table's columns: schema, insert, reading, CSV and data dictionary are
/// all made from it.
template <typename T> struct Table {
    std::string name;
    std::vector<Column<T>> columns; ///< in order; the computed ones are last

    /// For a CREATE TABLE: "a TEXT NOT NULL CHECK (...), ..."
    std::string definitions() const;
    /// "INSERT INTO ...", to be given toRow().
    std::string insertSql() const;
    /// "SELECT ... FROM ...", whose rows are for fromRow().
    std::string selectSql() const;

    /// The stored values of an object. @throws DatabaseError naming what cannot be stored.
    Row toRow(const T& object) const;
    /// @throws DatabaseError naming what makes no sense.
    T fromRow(const Row& row) const;
};

const Table<TrialRow>& trialTable();
const Table<RecognitionRow>& recognitionTable();
const Table<SessionSummary>& sessionTable();

} // namespace mlab::data
