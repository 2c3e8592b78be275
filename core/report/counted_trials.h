// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/fits/psychometric_posterior.h"
#include "core/fits/threshold_drift.h"
#include "core/report/probes_at_threshold.h"
#include "core/trial/trial.h"

#include <cstddef>
#include <span>
#include <vector>

namespace mlab {

/// A counted trial, on the track of its dimension.
struct TrackPoint {
    int session = 0;     ///< 0, 1, ... among the participant's sessions
    int trialIndex = 0;  ///< in its session, as stored
    std::size_t bin = 0; ///< into DimensionReport::bins
    double levelRequested = 0.0;
    double levelAchieved = 0.0; ///< as shown, absolute value, > 0
    bool correct = false;
    bool reversal = false; ///< of the staircase; always false for other procedures
};

/// Why a trial does not count.
enum class LeftOut {
    practice,
    repeated, ///< its stimuli were seen or heard more than once
    unusable  ///< its level is not a number above 0
};

struct TrialLeftOut {
    int session = 0;    ///< 0, 1, ... among the participant's sessions
    int trialIndex = 0; ///< in its session, as stored
    double levelRequested = 0.0;
    double levelAchieved = 0.0; ///< as stored
    bool correct = false;
    LeftOut reason = LeftOut::practice;
};

/// The trials of one dimension that the report counts, and those that it does not.
struct CountedTrials {
    int correct = 0;
    int atLimit = 0;
    std::vector<TrialLeftOut> leftOut;
    std::vector<TrackPoint> track;
    // One for each point of the track.
    std::vector<LevelCounts> counts;
    std::vector<TimedAnswer> answers;
    std::vector<ShownProbe> probes;
};

/// Whether a trial is one of those that the report counts.
bool isCounted(const TrialRecord& trial);

/// @param sessions  each session's trials of the dimension, in order
CountedTrials countTrials(std::span<const std::vector<TrialRecord>> sessions);

} // namespace mlab
