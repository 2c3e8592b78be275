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

/// The progress of one dimension.
struct DimensionStatus {
    Dimension dimension;
    int trials = 0;        ///< main trials, practice not counted
    int reversals = 0;     ///< of a staircase
    int atLimitTrials = 0; ///< trials in which no reference reached the requested level
    bool finished = false;
    double nextLevel = 0.0;          ///< SD
    std::optional<double> threshold; ///< SD; absent until there are enough trials or reversals
    std::optional<ThresholdInterval> interval; ///< 95 %
    std::optional<StopReason> stopReason;      ///< absent until finished
};

/// A session as a fold: its state is a function of (design, seed, references, completed trials),
/// whether the trials were just answered or read back from a store.
///
/// Practice trials come first; they do not inform the procedures. Then follow blocks: each shows
/// every unfinished dimension once, in shuffled order. A dimension that has finished is left out
/// from the next block on; the session ends when all have finished. See SessionRandomization for
/// the orders.
///
/// With the schedule `information`, each trial measures the dimension whose next answer is expected
/// to be most informative about its threshold (Procedure::expectedInformation(); ties are broken by
/// the block's shuffled order), but never the same dimension twice in a row, and at most twice in a
/// block, which has as many trials as there were unfinished dimensions at its beginning. If only
/// one dimension is left, it is shown. The `trials` of a dimension's stop rule are then its share
/// of a common budget: each of these dimensions goes on until the budget is spent, its interval is
/// narrow enough, or its own maximum is reached.
///
/// Hierarchical dimensions learn from each other between blocks: the answers up to the end of a
/// block become their prior one block later. So the levels of a block do not depend on other
/// dimensions' answers in the block before, and its probes can be made ahead of time.
///
/// In a design of whole metamers the dimensions are its conditions. Practice trials show two
/// originals, and so do the catch trials among the main ones, which inform no procedure.
///
/// A value: copies are independent. Use each from one thread at a time.
class Session {
public:
    /// @param referenceIds  the references in the order in which their source lists them
    /// @throws InvalidArgument if there is no dimension or no reference, one of them is listed
    ///         twice, or a procedure's settings contradict each other.
    Session(std::shared_ptr<const Design> design, std::uint64_t seed,
            std::vector<std::string> referenceIds);

    /// The same session with another seed: shares the tables of its procedures, which take a moment
    /// to compute. Precondition: no trial is done.
    Session withSeed(std::uint64_t seed) const;

    /// The trial to show now; absent when the session is finished.
    std::optional<TrialPlan> next() const;

    /// Applies the completed trial.
    /// @throws InvalidArgument if it is not a record of next(), naming the first field that
    ///         differs; the session is then unchanged.
    void apply(const TrialRecord& record);
    /// The same, given only what the procedures need. Precondition: next() has a value.
    /// @param levelShown  SD, the level achieved
    void applyAnswer(double levelShown, bool correct, bool atLimit = false);
    /// For an open trial that shows exactly the requested level.
    void applyAnswer(bool correct, bool atLimit = false);

    /// Whole metamers: the requests of all trials to come, each once, whatever the answers are.
    std::vector<ProbeRequest> requestsToCome() const;

    int trialsDone() const { return trialIndex_; }
    /// Share of the session that is done, in [0, 1], never decreasing; 1 exactly when finished.
    /// Each dimension counts by the progress of its stop rule, weighted by the trials it usually
    /// takes.
    double progress() const;
    /// In the design's order.
    std::vector<DimensionStatus> dimensions() const;
    const Design& design() const { return randomization_->design(); }

    /// The requests that the next `depth` trials after the open one, next(), may make, whatever the
    /// answers are, as far as the current and the next block reach. Beyond them hierarchical
    /// dimensions may request other levels, which they will have learnt by then. With the schedule
    /// `information`: at most 4 trials ahead. None of whole metamers, which are all made before.
    /// The requests are distinct, ordered by how many trials ahead they are needed, and exclude the
    /// open trial's own. Takes well under 1 ms for staircases and the usual depths; for other
    /// procedures about twice the time of choosing a level for each trial ahead: see
    /// look_ahead.cpp. Later trials, and the open one if `openLevelShown` is absent, are assumed to
    /// show the level they request.
    /// @param openAtLimit  the open trial could not reach the requested level
    /// @param openLevelShown  the level achieved in the open trial, SD, once its probe is known
    std::vector<ProbeRequest> lookAhead(int depth, bool openAtLimit = false,
                                        std::optional<double> openLevelShown = {}) const;

private:
    bool inPractice() const { return trialIndex_ < design().practice.trials; }
    bool openIsCatch() const
    {
        return !inPractice() && randomization_->isCatch(trialIndex_ - design().practice.trials);
    }
    bool byInformation() const { return design().schedule == Schedule::information; }
    std::size_t openDimension() const { return open_; }
    bool finished(std::size_t dimension) const;
    /// The dimension of the next trial of this block; absent when the block is over.
    std::optional<std::size_t> chosen() const;
    std::optional<std::size_t> mostInformative() const;
    bool isSameTrial(std::size_t dimension, int count) const;
    std::vector<ProbeRequest> lookAheadByInformation(int depth, bool openAtLimit,
                                                     std::optional<double> openLevelShown) const;
    void beginBlock();
    TrialPlan practicePlan() const;
    TrialPlan catchPlan() const;
    TrialPlan mainPlan() const;
    bool breakIsDue() const;

    std::shared_ptr<const SessionRandomization> randomization_;
    std::vector<std::string> layers_;   ///< by dimension
    std::vector<Procedure> procedures_; ///< by dimension
    LearntPriors pendingPriors_;        ///< of the next block
    std::vector<int> atLimitTrials_;    ///< by dimension
    int trialIndex_ = 0;
    int catchTrials_ = 0; ///< that are done
    int block_ = 0;
    std::vector<std::size_t> order_; ///< dimensions of the current block; empty: all finished
    std::size_t cursor_ = 0;         ///< trials of the current block that are done
    std::size_t open_ = 0;           ///< the dimension to show now
    // By information only:
    std::vector<int> inBlock_;        ///< trials of each dimension in this block
    std::optional<std::size_t> last_; ///< the dimension shown last
    std::vector<int> budgetShares_;   ///< by dimension; 0: not part of the budget
    int budgetLeft_ = 0;
};

/// The first field, by its column's name, in which a record differs from the planned trial, with
/// both values; absent if they agree.
std::optional<std::string> firstDifference(const TrialPlan& plan, const TrialRecord& record);

} // namespace mlab::experiments
