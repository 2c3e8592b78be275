// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/statistics/bootstrap.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace mlab {

/// Natural logarithms of thresholds by dimension; absent where the threshold was not located.
using LogThresholds = std::vector<std::optional<double>>;

/// Thresholds of people. All that is computed from them is within groups of dimensions: each
/// participant's mean over a group is taken out. With one group for each layer and eccentricity,
/// results do not depend on the SD units, which differ between layers; with one group for all
/// dimensions they do.
struct PeopleThresholds {
    std::vector<LogThresholds> logThresholds; ///< [participants][dimensions]
    /// The same shape, of ln threshold; or empty if not known.
    std::vector<LogThresholds> standardErrors;
    std::vector<std::size_t> groups; ///< [dimensions]
};

/// Some of the participants, each as often as it is chosen.
PeopleThresholds participantsOf(const PeopleThresholds& people,
                                std::span<const std::size_t> chosen);

/// The people's mean thresholds and how well they are known.
struct MeanThresholds {
    /// ln threshold, less the mean of the group. Effects of participants and dimensions are fitted
    /// together, so that who located which threshold does not matter. Absent for a dimension that
    /// not more than half of the participants located.
    LogThresholds means;
    int dimensions = 0;    ///< that have a mean
    double variance = 0.0; ///< of the means within groups
    /// Of a mean. Of one participant from the standard errors; absent if they are not known.
    std::optional<double> errorVariance;
    /// 1 - errorVariance / variance: for several participants ICC(C,P), which is Cronbach's alpha.
    /// Absent without an error variance, or if the means do not vary.
    std::optional<double> reliability;
};

/// @throws InvalidArgument for no participants or dimensions, or rows of different length
MeanThresholds meanThresholds(const PeopleThresholds& people);

/// The reliability by halves of the participants: the mean over random splits of the correlation of
/// the halves' means, stepped up to all participants (Spearman & Brown 1910). Absent for fewer than
/// two participants, or if it is not determined. @param splits > 0 @throws InvalidArgument
std::optional<double> splitHalfReliability(const PeopleThresholds& people, int splits,
                                           std::uint64_t seed);

/// Correlations of single participants, means over them (Nili et al. 2014). A model of the
/// population cannot be expected below the lower ceiling, or above the upper one. Absent where no
/// participant determines one.
struct NoiseCeiling {
    std::optional<double> lower; ///< with the mean of the others
    std::optional<double> upper; ///< with the mean of all
};
/// @throws InvalidArgument as meanThresholds()
NoiseCeiling noiseCeiling(const PeopleThresholds& people);

/// A model's thresholds.
struct ModelThresholds {
    LogThresholds logThresholds; ///< [dimensions]
    double errorVariance = 0.0;  ///< mean over dimensions; 0 for thresholds that are predicted
};

/// Agreement of the people's mean thresholds with a model's, within groups. Neither the model's
/// sigma nor its criterion changes a correlation. Numbers are absent where the thresholds do not
/// determine them.
struct ThresholdAgreement {
    int dimensions = 0; ///< with both thresholds
    /// Pearson. Absent for fewer than 3 dimensions, or if one of the two does not vary within
    /// groups (less than 1e-5, what a solver leaves): a layer's own coordinates predict one
    /// threshold.
    std::optional<double> r;
    std::optional<double> spearman;     ///< of what is left of both within groups
    std::optional<double> participantR; ///< mean r of single participants, for NoiseCeiling
    /// r / sqrt(reliability of people x reliability of the model); may exceed 1. Absent also where
    /// a reliability is below kLeastReliability: noise would decide it.
    std::optional<double> normalisedR;
    /// Of the people's variance, after an offset for each group; noise is taken out of both. May be
    /// below 0.
    std::optional<double> explainedShare;
    /// Of people's thresholds on the model's, by Deming regression with the known error variances:
    /// 1 where the model's dimensions are spread as people's are.
    std::optional<double> slope;
    std::optional<double> residualDb; ///< root mean square of what the model leaves
};
inline constexpr double kLeastReliability = 0.2;

/// @throws InvalidArgument as meanThresholds(), or if the model has other dimensions
ThresholdAgreement thresholdAgreement(const PeopleThresholds& people, const ModelThresholds& model);

/// p of no correlation: see correlationWithinTest(). Absent as ThresholdAgreement::r.
/// @throws InvalidArgument as thresholdAgreement()
std::optional<double> agreementP(const PeopleThresholds& people, const ModelThresholds& model,
                                 std::uint64_t seed);

/// 95 % intervals over participants; absent where they are not determined.
struct AgreementIntervals {
    std::optional<std::array<double, 2>> r, normalisedR, explainedShare, slope, residualDb;
};

/// Two models compared.
struct ModelDifference {
    std::size_t first = 0, second = 0;
    std::optional<double> p;         ///< two-sided, that both correlate equally with people
    std::optional<double> adjustedP; ///< Holm's, over all pairs that have a p
};

struct AgreementBootstrap {
    std::vector<AgreementIntervals> models;
    std::vector<ModelDifference> differences; ///< 0 and 1, 0 and 2, ..., 1 and 2, ...
};

/// Draws participants with replacement. Where standard errors are known, each of their thresholds
/// is drawn from a normal distribution around its estimate. All models are compared with the same
/// samples.
/// @throws InvalidArgument as thresholdAgreement() or bootstrap()
AgreementBootstrap bootstrapAgreement(const PeopleThresholds& people,
                                      std::span<const ModelThresholds> models,
                                      const BootstrapSettings& settings);

} // namespace mlab
