// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/procedures/procedure.h"
#include "experiments/design/design.h"
#include "experiments/observers/observer.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mlab::experiments {

/// How precise the threshold estimates of one procedure are at one moment of a session, over all
/// simulated sessions. In dB (20 log10 of levels).
struct Precision {
    double estimated = 0.0; ///< share of dimensions with an estimate; the other fields are of these
    double rmseDb = 0.0;    ///< root mean square error
    double biasDb = 0.0;    ///< mean error; positive if estimates are too high
    std::optional<double> widthDb;  ///< mean width of the 95 % intervals; absent if there are none
    std::optional<double> coverage; ///< share of them that contain the true threshold
};

/// The state after a certain number of main trials. A session that ended earlier counts in its
/// final state.
struct PlanMoment {
    int trialsPerDimension = 0;       ///< mean over the dimensions of the design
    double minutes = 0.0;             ///< mean, from the first trial on
    std::vector<Precision> precision; ///< by procedure
};

/// The expected length and precision of a design's sessions.
struct SessionPlan {
    std::vector<std::string> procedures; ///< names of the design's distinct procedures
    std::vector<int> dimensions;         ///< of each procedure
    std::vector<PlanMoment> moments;     ///< in order; the last one is the end of the sessions
    double trials = 0.0;                 ///< mean of whole sessions, practice included
    double minutes = 0.0;                ///< mean of whole sessions
    double minutesLow = 0.0;             ///< 5 % of sessions are shorter
    double minutesHigh = 0.0;            ///< 5 % of sessions are longer
};

/// The level that a procedure looks for: where a staircase converges, QUEST's target, or the
/// threshold of the others' curve. Computed from the observer's own psychometric function, of any
/// shape.
/// @throws InvalidArgument if the observer never reaches the proportion correct that this needs
double soughtLevel(const ProcedureSpec& spec, const Observer& observer, const Dimension& dimension);

/// Simulates whole sessions without stimuli: every probe achieves the level that was requested.
/// Session seeds and the observer's answers differ between sessions. The result depends only on the
/// design, the observer and the number of sessions, not on the number of threads.
/// @param sessions > 0 @param threads > 0
/// @throws InvalidArgument as Session and soughtLevel()
SessionPlan planSessions(const std::shared_ptr<const Design>& design, const Observer& observer,
                         int sessions, unsigned threads);

/// The plan as a table in plain text.
std::string describe(const SessionPlan& plan, const Design& design, int sessions);

} // namespace mlab::experiments
