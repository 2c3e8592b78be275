// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/fits/level_bins.h"
#include "core/fits/psychometric_fit.h"
#include "core/psychometrics/dprime.h"
#include "core/report/report_warning.h"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace mlab {

/// The results of a fitted psychometric function. Levels in SD.
struct ThresholdEstimate {
    /// Each lies within its own intervals. The threshold is the mode of its marginal posterior,
    /// which is less biased than median and mean when trials are few, and its intervals are the
    /// shortest ones. Width and lapse rate are medians, since the mode is then often a step without
    /// lapses, and their intervals are percentiles.
    PsychometricParameters parameters;
    CredibleInterval interval95, interval68;
    /// The level at which d' is 1, the same scale for every task, and bounds on it from those of
    /// threshold and width. Absent where the fitted function does not get there.
    std::optional<double> levelAtDPrimeOne;
    std::optional<std::array<double, 2>> levelAtDPrimeOne95;
};

/// Whether a threshold lies outside the levels shown, by more than a factor of kOutsideFactor.
enum class Outside { no, below, above };
inline constexpr double kOutsideFactor = 1.25;

/// A threshold whose 95 % interval spans a larger factor is not determined.
inline constexpr double kWidestInterval = 16.0;

/// Data sets simulated for the p of a fit's deviance, which is therefore a multiple of 1/101. More
/// would take longer than the fit itself: see tests/benchmarks/README.md.
inline constexpr int kDevianceSamples = 100;
inline constexpr std::uint64_t kDevianceSeed = 1; ///< the same report every time

/// A threshold with all that a reader must know of it.
struct ThresholdFit {
    ThresholdEstimate estimate;
    GoodnessOfFit quality; ///< of the posterior's maximum, by bins
    Outside outside = Outside::no;
    /// The data determine the threshold, so that means and tests include it. If not, a warning says
    /// why.
    bool located = false;
    std::vector<ReportWarning> warnings;
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

/// Fits the reportModel(). The result does not depend on the order of the trials.
/// @param answers pooledByLevel(), at levels > 0 @param bins binByLevel() of them
/// @param seed of the bootstrap behind the deviance's p
/// @throws InvalidArgument, NumericError as fitPsychometric()
ThresholdFit fitThreshold(std::span<const LevelCounts> answers, const LevelBins& bins,
                          DiscriminationTask task, std::uint64_t seed = kDevianceSeed);

} // namespace mlab
