// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/procedures/procedure.h"
#include "core/trial/trial.h"
#include "experiments/design/design.h"
#include "experiments/session/session_randomization.h"

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
    int trials = 0;        ///< main trials, practice not counted
    int reversals = 0;     ///< of a staircase
    int atLimitTrials = 0; ///< trials in which no reference could make the move asked for
    bool finished = false;
    double nextLevel = 0.0;          ///< SD
    std::optional<double> threshold; ///< SD; absent before there are trials or reversals enough
    std::optional<ThresholdInterval> interval; ///< 95 %
    std::optional<StopReason> stopReason;      ///< absent while not finished
};

/// A session as a fold: everything it says is a function of (design, seed, references, completed
/// trials), whether these were just answered or read back from a store.
///
/// Practice trials come first; they do not inform the procedures. Then come blocks: each shows
/// every unfinished dimension once, in shuffled order. A dimension that finishes is left out from
/// the next block on; the session ends when all have. See SessionRandomization for the orders.
///
/// With the schedule `information` a trial goes to the dimension whose next answer is expected to
/// say most about its threshold (Procedure::expectedInformation(); of equals the first of the
/// block's shuffled order), but never to the one before again, and at most twice in a block, which
/// has as many trials as there were unfinished dimensions at its beginning; where only one
/// dimension is left, it is shown. The `trials` that end a dimension are then its share of a common
/// budget: of these dimensions each goes on until the budget is spent, its interval is narrow
/// enough, or its own maximum is reached.
///
/// Hierarchical dimensions learn from each other between blocks: what was told up to the end of a
/// block becomes their prior one block later. So the levels of a block depend on no answer of other
/// dimensions that was given in the block before, and can be made ahead.
///
/// A value: copies are independent. May be used on any one thread at a time.
class Session {
public:
    /// @param referenceIds  the references in the order in which their source lists them
    /// @throws InvalidArgument if the design has no dimension, there is no reference, one of them
    ///         is there twice, or a procedure contradicts itself.
    Session(std::shared_ptr<const Design> design, std::uint64_t seed,
            std::vector<std::string> referenceIds);

    /// The same session with another seed: shares the tables of its procedures, which take a moment
    /// to make. Precondition: no trial is done.
    Session withSeed(std::uint64_t seed) const;

    /// The trial to show now; nothing when the session is finished.
    std::optional<TrialPlan> next() const;

    /// Takes the completed trial.
    /// @throws InvalidArgument if it is not a record of next(), naming the first field that
    ///         differs; the session is as it was before.
    void apply(const TrialRecord& record);
    /// The same, given only what the procedures learn from it. Precondition: next() has a value.
    /// @param levelShown  SD, the level achieved
    void applyAnswer(double levelShown, bool correct, bool atLimit = false);
    /// For an open trial that shows exactly the level asked for.
    void applyAnswer(bool correct, bool atLimit = false);

    int trialsDone() const { return trialIndex_; }
    /// Share of the session that is done, in [0, 1], never falling; 1 exactly when finished. Each
    /// dimension counts by how far its stop rule is met, weighted by the trials it may take.
    double progress() const;
    /// In the design's order.
    std::vector<DimensionStatus> dimensions() const;
    const Design& design() const { return randomization_->design(); }

    /// The requests of the next `depth` trials after the open one, next(), whatever the answers
    /// will be, for as far as the current and the next block reach; beyond them hierarchical
    /// dimensions may ask for other levels, learnt by then; by information, for at most 4 trials.
    /// Distinct, the most urgent first (that is, by how many trials away they are), without the
    /// open trial's own request. Takes well under 1 ms for staircases and the usual depths, for the
    /// others about twice the time of choosing a level for each trial ahead: see look_ahead.cpp.
    /// Later trials, and the open one unless `openLevelShown` says otherwise, are taken to show the
    /// level they ask for.
    /// @param openAtLimit  the open trial shows what can be reached, not what was asked for
    /// @param openLevelShown  the level achieved of the open trial, SD, once its probe is known
    std::vector<ProbeRequest> lookAhead(int depth, bool openAtLimit = false,
                                        std::optional<double> openLevelShown = {}) const;

private:
    bool inPractice() const { return trialIndex_ < design().practice.trials; }
    bool byInformation() const { return design().schedule == Schedule::information; }
    std::size_t openDimension() const { return open_; }
    bool finished(std::size_t dimension) const;
    /// The dimension of the next trial of this block; nothing when the block is over.
    std::optional<std::size_t> chosen() const;
    std::optional<std::size_t> mostInformative() const;
    bool isSameTrial(std::size_t dimension, int count) const;
    std::vector<ProbeRequest> lookAheadByInformation(int depth, bool openAtLimit,
                                                     std::optional<double> openLevelShown) const;
    void beginBlock();
    TrialPlan practicePlan() const;
    TrialPlan mainPlan() const;

    std::shared_ptr<const SessionRandomization> randomization_;
    std::vector<std::string> layers_;   ///< by dimension
    std::vector<Procedure> procedures_; ///< by dimension
    LearntPriors pendingPriors_;        ///< of the next block
    std::vector<int> atLimitTrials_;    ///< by dimension
    int trialIndex_ = 0;
    int block_ = 0;
    std::vector<std::size_t> order_; ///< dimensions of the current block; empty: all finished
    std::size_t cursor_ = 0;         ///< trials of the current block that are done
    std::size_t open_ = 0;           ///< the dimension to show now
    // By information only:
    std::vector<int> inBlock_;        ///< trials of each dimension in this block
    std::optional<std::size_t> last_; ///< the dimension shown before
    std::vector<int> budgetShares_;   ///< by dimension; 0: not part of the budget
    int budgetLeft_ = 0;
};

/// The first field, by its column's name, in which a record is not one of the planned trial, with
/// both values; nothing if it is.
std::optional<std::string> firstDifference(const TrialPlan& plan, const TrialRecord& record);

} // namespace mlab::experiments
