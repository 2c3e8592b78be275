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

/// How well the dimensions of one procedure are known at one moment of a session, over all
/// simulated sessions. In dB (20 log10 of levels).
struct Precision {
    double estimated = 0.0; ///< share of dimensions that have an estimate; the rest is about these
    double rmseDb = 0.0;    ///< root mean square error
    double biasDb = 0.0;    ///< mean error, > 0: too high
    std::optional<double>
        widthDb; ///< mean width of the 95 % intervals; absent where there are none
    std::optional<double> coverage; ///< share of them that hold the true threshold
};

/// One moment: when so many trials were done, practice not counted. A session that ended before
/// counts as it ended.
struct PlanMoment {
    int trialsPerDimension = 0;       ///< mean over the dimensions of the design
    double minutes = 0.0;             ///< mean, from the first trial on
    std::vector<Precision> precision; ///< by procedure
};

/// What to expect of a design.
struct SessionPlan {
    std::vector<std::string> procedures; ///< names, as far as the design's procedures differ
    std::vector<int> dimensions;         ///< of each procedure
    std::vector<PlanMoment> moments;     ///< in order; the last one is the end of all sessions
    double trials = 0.0;                 ///< mean of whole sessions, practice included
    double minutes = 0.0;                ///< mean of whole sessions
    double minutesLow = 0.0;             ///< 5 % are shorter
    double minutesHigh = 0.0;            ///< 5 % are longer
};

/// The level that a procedure looks for: where a staircase settles, QUEST's target, the threshold
/// of the others' curve. Found from the observer's own function, whatever its shape.
/// @throws InvalidArgument if the observer is never right so often
double soughtLevel(const ProcedureSpec& spec, const Observer& observer, const Dimension& dimension);

/// Simulates whole sessions as they would be run, without images: every probe achieves the level
/// that is asked for. Session seeds and the observer's answers differ between sessions; the result
/// depends on design, observer and number of sessions only, not on that of threads.
/// @param sessions > 0 @param threads > 0
/// @throws InvalidArgument as Session and soughtLevel()
SessionPlan planSessions(const std::shared_ptr<const Design>& design, const Observer& observer,
                         int sessions, unsigned threads);

/// The plan as a table for people.
std::string describe(const SessionPlan& plan, const Design& design, int sessions);

} // namespace mlab::experiments
