// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/procedures/procedure.h"
#include "experiments/design/design.h"
#include "experiments/design/visual_angle.h"

#include <optional>
#include <string>
#include <vector>

namespace mlab::experiments {

/// The average number of trials of a procedure, from simulated runs with an observer who answers by
/// a Weibull function: threshold in the middle of the level range (geometric, or arithmetic if the
/// range begins at 0), slope 3.5, chance 0.5, always the same random numbers. Hierarchical
/// dimensions are assumed to learn nothing from each other.
/// @throws InvalidArgument if the specification contradicts itself.
double expectedTrials(const ProcedureSpec& spec);

/// The assumed duration of an answer and of a break.
inline constexpr double kAnswerMs = 700;
inline constexpr double kBreakMs = 30000;

/// Milliseconds from fixation to the next trial.
double expectedTrialMs(const Design& design, bool feedback, double answerMs = kAnswerMs);

/// The expected length of a whole session, practice included.
struct SessionLength {
    int trials = 0; ///< rounded
    int breaks = 0;
    double minutes = 0.0;
};

/// Takes milliseconds, but seconds for Bayesian procedures that stop at the width of an interval,
/// or for many different procedures.
SessionLength expectedLength(const Design& design);

/// A part of a trial, as the screen can show it.
struct TrialPart {
    std::string name;          ///< "before answer"
    double ms = 0.0;           ///< as the design asks for
    std::optional<int> frames; ///< of the screen; absent for a sound, which is followed exactly
    double shownMs = 0.0;
};

/// The parts of the design's trials, in their order.
std::vector<TrialPart> trialParts(const Design& design, double refreshHz);

/// A summary of a valid design in plain text: dimensions, trials, minutes, durations in frames,
/// sizes in pixels.
std::string describe(const Design& design, const ScreenGeometry& screen);

} // namespace mlab::experiments
