// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/procedures/procedure.h"
#include "experiments/design/design.h"
#include "experiments/design/visual_angle.h"

#include <string>

namespace mlab::experiments {

/// The average number of trials of a procedure, from simulated runs with an observer who answers by
/// a Weibull function: threshold in the middle of the level range (geometric, or arithmetic if the
/// range begins at 0), slope 3.5, chance 0.5, always the same random numbers. Hierarchical
/// dimensions are assumed to learn nothing from each other.
/// @throws InvalidArgument if the specification contradicts itself.
double expectedTrials(const ProcedureSpec& spec);

/// Of a whole session including practice, rounded. Takes milliseconds, but up to seconds for
/// Bayesian procedures that stop at the width of an interval: call it once for a design.
int expectedTrials(const Design& design);

/// The assumed duration of an answer and of a break.
inline constexpr double kAnswerMs = 700;
inline constexpr double kBreakMs = 30000;

/// Milliseconds from fixation to the next trial.
double expectedTrialMs(const Design& design, bool feedback, double answerMs = kAnswerMs);

/// Minutes for the whole session.
double expectedMinutes(const Design& design);

/// A summary of a valid design in plain text: dimensions, trials, minutes, durations in frames,
/// sizes in pixels.
std::string describe(const Design& design, const ScreenGeometry& screen);

} // namespace mlab::experiments
