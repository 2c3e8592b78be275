// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/procedures/procedure.h"
#include "experiments/design/design.h"
#include "experiments/design/visual_angle.h"

#include <string>

namespace mlab::experiments {

/// How many trials a procedure takes on average, from simulated runs of it with an observer who
/// answers by a Weibull function: threshold in the middle of the level range (geometric, or
/// arithmetic where the range begins at 0), slope 3.5, chance 0.5, always the same random numbers.
/// Hierarchical dimensions are taken to learn nothing from each other.
/// @throws InvalidArgument if the specification contradicts itself.
double expectedTrials(const ProcedureSpec& spec);

/// Practice and all dimensions together, rounded. Takes milliseconds, and with Bayesian procedures
/// that end by the width of an interval up to seconds: call it once for a design.
int expectedTrials(const Design& design);

/// How long people take to answer, and for a break.
inline constexpr double kAnswerMs = 700;
inline constexpr double kBreakMs = 30000;

/// Milliseconds from fixation to the next trial.
double expectedTrialMs(const Design& design, bool feedback, double answerMs = kAnswerMs);

/// Minutes for the whole session.
double expectedMinutes(const Design& design);

/// What a person wants to know of a good design before running it, in lines of plain text:
/// dimensions, trials, minutes, durations in frames, sizes in pixels.
std::string describe(const Design& design, const ScreenGeometry& screen);

} // namespace mlab::experiments
