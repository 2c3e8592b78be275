// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/fits/psychometric_posterior.h"
#include "core/fits/threshold_drift.h"
#include "core/report/probes_at_threshold.h"
#include "core/trial/trial.h"

#include <span>
#include <vector>

namespace mlab {

/// A counted trial, on the track of its dimension.
struct TrackPoint {
    int session = 0; ///< 0, 1, ... among the participant's sessions
    double levelRequested = 0.0;
    double levelAchieved = 0.0; ///< as shown, absolute value, > 0
    bool correct = false;
    bool reversal = false; ///< of the staircase; always false for other procedures
};

/// The trials of one dimension that the report counts, and the number of those that it does not.
struct CountedTrials {
    int correct = 0;
    int atLimit = 0;
    int practice = 0; ///< not counted
    int repeated = 0; ///< not counted: their stimuli were seen or heard more than once
    int unusable = 0; ///< not counted: their level is not a number above 0
    std::vector<TrackPoint> track;
    // One for each point of the track.
    std::vector<LevelCounts> counts;
    std::vector<TimedAnswer> answers;
    std::vector<ShownProbe> probes;
};

/// @param sessions  each session's trials of the dimension, in order
CountedTrials countTrials(std::span<const std::vector<TrialRecord>> sessions);

} // namespace mlab
