// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/fits/psychometric_posterior.h"

#include <variant>

namespace mlab {

/// What a reader must know before using a number, as values: core/document turns them into text.
namespace warning {

struct AllCorrect {};
struct NoneCorrect {};
/// The answers are no better than guessing.
struct NotAboveChance {
    double proportionCorrect = 0.0;
    double guess = 0.0;
};
/// The posterior has not come down at an end of what the prior allows, so that one limit of the
/// parameter's interval is set by the prior.
struct LimitSetByPrior {
    PsychometricAxis parameter = kThreshold;
    bool upper = false;
};
/// The threshold's 95 % interval is at least as wide as the range of levels.
struct IntervalAsWideAsLevels {};
struct ThresholdOutsideLevels {
    double threshold = 0.0;
    double nearestLevel = 0.0; ///< the lowest or highest level shown
    bool above = false;
};
struct MaximumOutsideInterval {};
/// The posterior is too narrow for the grid: the maximum is exact, mean and intervals are not.
struct PosteriorTooNarrow {};

} // namespace warning

using FitWarning = std::variant<warning::AllCorrect, warning::NoneCorrect, warning::NotAboveChance,
                                warning::LimitSetByPrior, warning::IntervalAsWideAsLevels,
                                warning::ThresholdOutsideLevels, warning::MaximumOutsideInterval,
                                warning::PosteriorTooNarrow>;

} // namespace mlab
