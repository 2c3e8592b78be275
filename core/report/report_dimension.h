// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/psychometrics/discrimination.h"
#include "core/report/counted_trials.h"
#include "core/report/probes_at_threshold.h"
#include "core/report/report_warning.h"
#include "core/report/threshold_estimate.h"
#include "core/trial/trial.h"

#include <optional>
#include <span>
#include <vector>

namespace mlab {

/// One dimension of one participant.
struct DimensionReport {
    Dimension dimension;
    int trials = 0; ///< counted: the others are below
    int correct = 0;
    int practiceTrials = 0; ///< not counted
    int repeatedTrials = 0; ///< not counted: their stimuli were seen or heard more than once
    int unusableTrials = 0; ///< not counted: their level is not a number above 0
    int atLimitTrials = 0;  ///< counted, at the level achieved
    std::vector<TrackPoint> track;
    std::vector<TrialLeftOut> leftOut;         ///< the trials not counted
    std::vector<LevelCounts> bins;             ///< the answers by level
    std::vector<IntervalEstimate> dPrimes;     ///< of the bins, with exact 95 % intervals
    std::optional<ThresholdEstimate> estimate; ///< absent if no function can be fitted
    std::optional<GoodnessOfFit> quality;      ///< of the posterior's maximum, by bins; as estimate
    Outside outside = Outside::no;             ///< the threshold; `no` without an estimate
    /// ThresholdFit::located, and answers do not get worse with the level.
    bool located = false;
    std::optional<Drift> drift; ///< absent below kDriftTrials or for an undetermined threshold
    std::optional<DriftScore> driftScore; ///< absent as drift
    int probesWanted = 0;                 ///< probes at threshold, with known measures or not
    std::optional<ProbesAtThreshold> probes;
    std::vector<ReportWarning> warnings;
};

/// Fewer trials than this are not tested for drift.
inline constexpr int kDriftTrials = 20;
/// A larger share of trials at the limit causes a warning: some references cannot be moved that
/// far.
inline constexpr double kAtLimitShare = 0.25;
/// Answers that get worse as the level rises cause a warning if p is smaller.
inline constexpr double kWorseP = 0.005;
/// A change over the session with a smaller p causes a warning, as in this share of stationary
/// dimensions.
inline constexpr double kDriftP = 0.005;

/// The report on one dimension of one participant, from the levels achieved. Practice trials, and
/// trials presented again after a pause, a loss of focus, bad timing or broken sound, do not count.
/// Any answers give a result: what cannot be estimated is absent, with a warning that says why.
/// @param sessions  each session's trials of this dimension, in order
DimensionReport reportDimension(const Dimension& dimension,
                                std::span<const std::vector<TrialRecord>> sessions,
                                DiscriminationTask task, const MeasuresByProbe& measures);

/// A warning if the change is significant. @param overDimensions the change common to all
std::optional<ReportWarning> driftWarning(const std::optional<Drift>& drift, bool overDimensions);

} // namespace mlab
