// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trial/response_curve.h"

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace mlab {

/// One answer, and how far apart an observer's representations of the trial's stimuli are.
struct NoiseTrial {
    Task task = Task::abx; ///< not recognition
    double distance = 0.0; ///< of the two stimuli, >= 0; for a threshold in SD: the level
    bool correct = false;
    bool same = false;     ///< same-different: both intervals show the same stimulus
    std::size_t group = 0; ///< trials of one group share a sigma: an eccentricity, a dimension
};

/// How an observer's answers follow from distances: d' = (distance / sigma)^exponent, the decision
/// rule gives the share psi of right answers, and in a share `lapse` of the trials the observer
/// guesses: P(right) = (1 - lapse) psi + lapse chance.
struct NoiseModel {
    DecisionRule rule = DecisionRule::linear;
    int dimensions = 1;       ///< of the representation, for rule distance
    bool fitExponent = false; ///< else it is 1
    /// Known, in [0, 0.1]. If absent it is fitted within that range with the prior Beta(1.5, 20).
    std::optional<double> lapse;
};

/// The numbers of a model.
struct NoiseParameters {
    std::vector<double> sigma; ///< [groups] units of the distance, > 0
    double commonSigma = 1.0;  ///< of all groups together; that of a group without trials
    double exponent = 1.0;     ///< in [0.1, 10]
    double lapse = 0.0;        ///< in [0, 0.1]
    double falseAlarm = 0.5;   ///< "different" answers to the same, in same-different; in (0, 1)

    double sigmaOf(std::size_t group) const
    {
        return group < sigma.size() ? sigma[group] : commonSigma;
    }
};

/// The most probable parameters.
struct NoiseFit {
    NoiseParameters best;
    /// best.sigma of each group; absent where the answers set no more than a limit to it: all right
    /// (it may be 0), or not better than guessing (infinite). best.sigma is then a number beyond
    /// which nothing changes.
    std::vector<std::optional<double>> sigma;
    double logLikelihood = 0.0; ///< natural log, without priors
    int trials = 0;
};

/// Fits internal noise by maximum likelihood. Several groups have sigmas of their own, with a
/// weak prior: ln sigma is normal with SD 1 around that of all groups together.
/// @throws InvalidArgument for no trials, distances that are negative, not finite or all 0, or an
///         invalid model
NoiseFit fitNoise(std::span<const NoiseTrial> trials, const NoiseModel& model);

/// The 95 % profile-likelihood interval of a group's sigma; a limit is absent where the likelihood
/// does not come down.
struct SigmaInterval {
    std::optional<double> lower, upper;
};
/// @param fit  of the same trials with the same model
SigmaInterval sigmaInterval(std::span<const NoiseTrial> trials, const NoiseModel& model,
                            const NoiseFit& fit, std::size_t group);

/// P(right answer) of each trial. @throws InvalidArgument as fitNoise(), except for all distances 0
std::vector<double> probabilitiesCorrect(std::span<const NoiseTrial> trials,
                                         const NoiseModel& model,
                                         const NoiseParameters& parameters);

/// ln P of all the answers. @throws InvalidArgument as probabilitiesCorrect()
double noiseLogLikelihood(std::span<const NoiseTrial> trials, const NoiseModel& model,
                          const NoiseParameters& parameters);

} // namespace mlab
