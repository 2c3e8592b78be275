// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/fits/fit_warning.h"
#include "core/fits/psychometric_posterior.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace mlab {

/// Percentiles of each parameter's marginal posterior.
struct CredibleInterval {
    double probability = 0.95;
    PsychometricParameters lower;
    PsychometricParameters upper;
};

/// The threshold's marginal posterior.
struct ThresholdPosterior {
    double mode = 0.0;                     ///< units of the level
    std::array<double, 2> interval95 = {}; ///< shortestInterval() on the sigmoid's axis, with
    std::array<double, 2> interval68 = {}; ///< the mode in it; units of the level
};

/// A fitted psychometric function.
struct PsychometricFit {
    PsychometricParameters map;    ///< maximum a posteriori
    PsychometricParameters mean;   ///< posterior mean
    PsychometricParameters median; ///< of each marginal posterior, and so within its intervals
    ThresholdPosterior threshold;
    double logPosterior = 0.0;                 ///< log density at `map`
    std::array<CredibleInterval, 3> intervals; ///< 95, 90 and 68 %
    double deviance = 0.0;                     ///< of `map`, from the saturated binomial model
    std::vector<double> devianceResiduals;     ///< one for each row of the data; 0 without trials
    std::vector<FitWarning> warnings;

    CredibleInterval interval95() const { return intervals[0]; }
};

/// Bayesian estimation of a psychometric function as psignifit 4 does it (Schuett et al. 2016): the
/// posterior is integrated by the trapezoidal rule on a grid. A coarser pass places the grid around
/// all points with at least 1e-5 of the mass. Intervals interpolate the cumulative marginal mass.
/// The maximum is found by Nelder-Mead from several starts and refined by BOBYQA.
/// @throws InvalidArgument as PsychometricPosterior does
/// @throws NumericError if the data are impossible under every value the model allows
PsychometricFit fitPsychometric(std::span<const LevelCounts> data, const PsychometricModel& model);
/// The same with the posterior of these data, whose making is a good part of the work.
PsychometricFit fitPsychometric(std::span<const LevelCounts> data,
                                const PsychometricPosterior& posterior);

/// How well a fitted function describes its data.
struct GoodnessOfFit {
    double deviance = 0.0; ///< of the groups, from one rate of its own for each
    std::vector<double>
        residuals; ///< one for each group, signed; the deviance is the sum of their squares
    /// Proportion of data sets simulated from the fitted function, including overdispersion, that
    /// deviate at least as much from a function fitted to them. If p is small, the function does
    /// not describe the data.
    double p = 1.0;
    /// McFadden's (1974) pseudo-R2, 1 - lnL(fitted function) / lnL(null): the likelihoods are of
    /// the single answers, so that groups do not change them; the null is one probability of a
    /// correct answer at all levels, the proportion correct of all trials. 0: no better than the
    /// null; below 0 is possible, since priors take part in the fit. Absent if all or no answers
    /// are correct.
    std::optional<double> pseudoR2;
    /// Mean absolute error: mean over trials of the distance between a group's proportion correct
    /// and the mean fitted probability of its trials, in [0, 1].
    double meanAbsoluteError = 0.0;
};

/// Goodness of fit by parametric bootstrap (Wichmann & Hill 2001): each sample, drawn at the levels
/// of the data, is fitted again. Levels that a procedure chose from the answers are taken as given.
/// @param posterior  of the data, as for the fit
/// @param group  of each row of the data, 0, 1, ...: rows of single trials say nothing about the
///        shape of a function, but groups of neighbouring ones do
/// @param samples > 0; p is known to about 1 / samples @param seed of the samples' random stream
/// @throws InvalidArgument if there are no samples, or not one group for each row
GoodnessOfFit goodnessOfFit(const PsychometricFit& fit, std::span<const LevelCounts> data,
                            const PsychometricPosterior& posterior,
                            std::span<const std::size_t> group, int samples, std::uint64_t seed);

/// The same with one group for each row.
GoodnessOfFit goodnessOfFit(const PsychometricFit& fit, std::span<const LevelCounts> data,
                            const PsychometricModel& model, int samples, std::uint64_t seed);

/// The level at which a proportion of answers is correct, including lapses and guesses.
/// @throws InvalidArgument if the proportion is not between the function's asymptotes
double levelAtProportion(const Sigmoid& sigmoid, const PsychometricParameters& parameters,
                         double proportion);

/// Bounds on that level from the intervals of the parameters, wider than its true interval the
/// further the proportion is from the threshold's (psignifit's rule). The proportion must lie
/// between the asymptotes of both limits. @throws InvalidArgument
std::array<double, 2> levelIntervalAtProportion(const Sigmoid& sigmoid,
                                                const PsychometricParameters& estimate,
                                                const CredibleInterval& interval,
                                                double proportion);

/// Weights of the trapezoidal rule at increasing values; 1 for a single value.
std::vector<double> trapezoidWeights(std::span<const double> values);

/// Percentile interval of a marginal: its mass at each value (summing to 1) is cumulated and
/// interpolated. A lower limit within the first value's mass is that value.
std::array<double, 2> percentileInterval(std::span<const double> values,
                                         std::span<const double> mass, double probability);

/// The shortest interval between two percentiles that holds this probability.
std::array<double, 2> shortestInterval(std::span<const double> values, std::span<const double> mass,
                                       double probability);

} // namespace mlab
