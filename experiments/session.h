// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/staircase.h"
#include "core/trial.h"
#include "experiments/design.h"
#include "experiments/session_rules.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mlab::experiments {

/// How far one dimension has come.
struct DimensionStatus {
    Dimension dimension;
    int trials = 0; ///< main trials, practice not counted
    int reversals = 0;
    int atLimitTrials = 0; ///< trials in which no reference could make the move asked for
    bool finished = false;
    double nextLevel = 0.0;          ///< SD
    std::optional<double> threshold; ///< SD; absent before there are reversals enough
};

/// A session as a fold: everything it says is a function of (design, seed, references, completed
/// trials), whether these were just answered or read back from a store.
///
/// Practice trials come first; they do not inform the staircases. Then come blocks: each shows
/// every unfinished dimension once, in shuffled order. A dimension that finishes is left out from
/// the next block on; the session ends when all have. See SessionRules for the orders.
///
/// A value: copies are independent. May be used on any one thread at a time.
class Session {
public:
    /// @param referenceIds  the references in the order in which their source lists them
    /// @throws InvalidArgument if the design has no dimension, there is no reference, one of them
    ///         is there twice, or a staircase contradicts itself.
    Session(std::shared_ptr<const Design> design, std::uint64_t seed,
            std::vector<std::string> referenceIds);

    /// The trial to show now; nothing when the session is finished.
    std::optional<TrialPlan> next() const;

    /// Takes the completed trial.
    /// @throws InvalidArgument if it is not a record of next(), naming the first field that
    ///         differs; the session is as it was before.
    void apply(const TrialRecord& record);
    /// The same, given only what the staircases learn from it. Precondition: next() has a value.
    void applyAnswer(bool correct, bool atLimit = false);

    int trialsDone() const { return trialIndex_; }
    /// Share of the session that is done, in [0, 1], never falling; 1 exactly when finished. Each
    /// dimension counts by how far its stop rule is met, weighted by the trials it may take.
    double progress() const;
    /// In the design's order.
    std::vector<DimensionStatus> dimensions() const;
    const Design& design() const { return rules_->design(); }

    /// The requests of the next `depth` trials after the open one, next(), whatever the answers
    /// will be: distinct, the most urgent first (that is, by how many trials away they are),
    /// without the open trial's own request. Takes well under 1 ms for the usual depths: see
    /// look_ahead.cpp.
    /// @param openAtLimit  the open trial shows what can be reached, not what was asked for. Later
    ///        trials are taken to show what they ask for.
    std::vector<ProbeRequest> lookAhead(int depth, bool openAtLimit = false) const;

private:
    bool inPractice() const { return trialIndex_ < design().practice.trials; }
    std::size_t openDimension() const { return order_[cursor_]; }
    TrialPlan practicePlan() const;
    TrialPlan mainPlan() const;

    std::shared_ptr<const SessionRules> rules_;
    std::vector<Staircase> staircases_; ///< by dimension
    std::vector<int> atLimitTrials_;    ///< by dimension
    int trialIndex_ = 0;
    int block_ = 0;
    std::vector<std::size_t> order_; ///< dimensions of the current block; empty: all finished
    std::size_t cursor_ = 0;         ///< into order_
};

/// The first field, by its column's name, in which a record is not one of the planned trial, with
/// both values; nothing if it is.
std::optional<std::string> firstDifference(const TrialPlan& plan, const TrialRecord& record);

} // namespace mlab::experiments
