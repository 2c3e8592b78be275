// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/comparison/internal_noise.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace mlab {

/// A fold for each trial, 0 ... folds - 1, such that every group's trials are spread over them as
/// evenly as possible. To leave one participant out, use the participant's index instead.
/// @param groups  of each trial: its dimension @param folds >= 2 @throws InvalidArgument
std::vector<std::size_t> balancedFolds(std::span<const std::size_t> groups, std::size_t folds,
                                       std::uint64_t seed);

/// ln P of all answers, those of each fold predicted by a fit to the answers of the other folds.
/// @param folds  of each trial @throws InvalidArgument as fitNoise(), or if there are fewer than
///        two folds, or another number of them than trials
double crossValidatedLogLikelihood(std::span<const NoiseTrial> trials, const NoiseModel& model,
                                   std::span<const std::size_t> folds);

/// What can be predicted of one participant's answers without a network: log likelihoods of
/// psychometric functions of the level, all with a slope and a lapse rate in common.
struct LikelihoodBounds {
    double oneThreshold = 0.0;        ///< N1: the same threshold in SD everywhere; cross-validated
    double layerThresholds = 0.0;     ///< N2: one for each layer and eccentricity; cross-validated
    double fittedThresholds = 0.0;    ///< one for each dimension; fitted to the same answers
    double predictedThresholds = 0.0; ///< the same cross-validated
    int trials = 0;

    /// C, what the participant's true functions would reach: a fit of k parameters exceeds it by
    /// k / 2 on average (Wilks 1938) and falls short of it by as much where it predicts, so it is
    /// estimated halfway. The cross-validated one alone would be below a perfect model.
    double ceiling() const { return (fittedThresholds + predictedThresholds) / 2; }
    /// Whether the participant's own functions predict answers better than one threshold does. If
    /// not, these trials show no difference between dimensions that a model could explain.
    bool explainable() const { return predictedThresholds > oneThreshold; }

    /// Several participants' bounds add up.
    LikelihoodBounds& operator+=(const LikelihoodBounds& other);
};

/// Psychometric functions of the level, with a slope and a lapse rate in common. Where all levels
/// are the same, as in conditions that have none, nothing tells the slope, and it is 1.
/// @param trials  distance: the level
NoiseModel levelFunctions(std::span<const NoiseTrial> trials);

/// @param trials  distance: the level in SD; group: without effect
/// @param layers, dimensions  of each trial: its layer and eccentricity, and its dimension, counted
///        from 0
/// @throws InvalidArgument as crossValidatedLogLikelihood()
LikelihoodBounds likelihoodBounds(std::span<const NoiseTrial> trials,
                                  std::span<const std::size_t> layers,
                                  std::span<const std::size_t> dimensions,
                                  std::span<const std::size_t> folds);

/// How well a model predicts answers.
struct ExplainedLikelihood {
    double bitsPerTrial = 0.0; ///< more than the null N1; below 0: predicts less
    /// Of what the ceiling explains beyond the null N1: 0 for the null, 1 for the ceiling, and
    /// possibly outside: above 1 for a network that also knows which references are easy. Absent
    /// unless LikelihoodBounds::explainable(): it would be a ratio to noise, without a lower bound.
    std::optional<double> share;
};

/// @param logLikelihood  cross-validated, of the same answers with the same folds
ExplainedLikelihood explainedLikelihood(double logLikelihood, const LikelihoodBounds& bounds);

} // namespace mlab
