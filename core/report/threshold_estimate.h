// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/fits/psychometric_fit.h"
#include "core/psychometrics/dprime.h"

#include <array>
#include <optional>

namespace mlab {

/// The results of a fitted psychometric function. Levels in SD.
struct ThresholdEstimate {
    /// The threshold is the posterior maximum, which is less biased than the mean when trials are
    /// few. Width (natural log units) and lapse rate are posterior means, because their maximum is
    /// then often a step without lapses.
    PsychometricParameters parameters;
    CredibleInterval interval95, interval68;
    /// The level at which d' is 1, the same scale for every task, and bounds on it from those of
    /// threshold and width. Absent where the fitted function does not get there.
    std::optional<double> levelAtDPrimeOne;
    std::optional<std::array<double, 2>> levelAtDPrimeOne95;
};

/// The shape of the report's psychometric functions: Weibull, threshold halfway up.
Sigmoid reportSigmoid();

/// The psychometric function that the report fits for a task: a Weibull function of level above the
/// task's chance, with a lapse rate and the threshold halfway between the asymptotes.
/// Overdispersion is fixed at 0: with a different level in every trial the data do not determine
/// it.
/// @param lowest, highest  of the levels shown, > 0. If they lie within a factor of 4, the prior of
///        the threshold is widened, so that a few close levels do not determine it.
PsychometricModel reportModel(DiscriminationTask task, double lowest, double highest);

/// @param fit of a reportModel() for the same task
ThresholdEstimate thresholdEstimate(const PsychometricFit& fit, DiscriminationTask task);

} // namespace mlab
