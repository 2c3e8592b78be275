// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/comparison/decision_correlation.h"
#include "core/comparison/error_consistency.h"
#include "core/comparison/explained_likelihood.h"
#include "core/comparison/internal_noise.h"
#include "core/comparison/item_effect.h"
#include "core/comparison/layer_choice.h"
#include "core/comparison/slope_ratio.h"
#include "core/comparison/threshold_agreement.h"
#include "core/network_report/network_data.h"
#include "core/report/threshold_report.h"

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace mlab {

/// The internal noise with which a layer answers most like one participant, or like all.
struct LayerNoise {
    int trials = 0;
    std::optional<double> sigma; ///< of all eccentricities together; absent as NoiseFit::sigma
    SigmaInterval sigma95;
    double exponent = 1.0;
    double lapse = 0.0;
    double logLikelihood = 0.0; ///< of all answers, with one sigma for each eccentricity
    /// The same, each answer predicted by a fit to others. Absent for fewer than kFewestTrials.
    std::optional<double> predictedLogLikelihood;
    std::optional<ExplainedLikelihood> explained; ///< absent as predictedLogLikelihood
};

/// One participant and one layer.
struct ParticipantLayer {
    LayerNoise noise;
    std::optional<double> r; ///< of thresholds within layers and eccentricities, as in agreement
    std::optional<std::array<double, 2>> r95;
    std::optional<double> kappa;            ///< of right and wrong answers, raw
    std::optional<double> conditionalKappa; ///< given the levels
    std::optional<ItemEffect> items;
};

/// One layer and all participants.
struct LayerReport {
    std::string problem;                        ///< why it has no numbers; empty otherwise
    std::vector<ParticipantLayer> participants; ///< in the order of NetworkReport::participants
    LayerNoise noise;                           ///< one observer for all; likelihoods are summed
    std::vector<std::optional<double>> sigmas;  ///< by eccentricity, of all participants
    /// By dimension, ln SD: where the layer's share of right answers is that of d' = 1. Of whole
    /// metamers the d' of each condition.
    LogThresholds predicted;
    /// By dimension: the share of right answers at a level, SD > 0, as people's are counted: with
    /// lapses and, in same-different, over both kinds of trials. Null where the distances do not
    /// determine it, and of whole metamers.
    std::vector<std::function<double(double level)>> functions;
    std::vector<std::optional<double>> slopes; ///< Weibull's, by dimension
    ThresholdAgreement agreement;
    AgreementIntervals intervals;
    std::optional<double> p; ///< of no correlation, by permutation within layers and eccentricities
    std::optional<SlopeRatio> slopeRatio;
    std::optional<double> kappa; ///< raw, of the trials of all participants
    std::optional<double> conditionalKappa;
    ConsistencyIntervals kappas95;
    std::optional<DecisionCorrelation> decisions;
    std::optional<ItemEffect> items;
};

/// The layers of one network.
struct ModelChoice {
    std::string model;
    std::vector<std::size_t> layers;   ///< into NetworkData::layers, those without a problem
    std::optional<LayerChoice> choice; ///< absent for a single layer, or too few participants
    std::size_t best = 0;              ///< the layer chosen most often; the first without a choice
};

/// Two networks, by the layers chosen for them.
struct NetworkDifference {
    std::string first, second;
    std::optional<double> p;         ///< two-sided, that both correlate equally with people
    std::optional<double> adjustedP; ///< Holm's, over all pairs
};

/// One design: how alike people and networks are.
struct NetworkReport {
    std::vector<std::string> participants;
    std::vector<double> eccentricitiesDeg; ///< ascending
    /// ln of the level at which d' is 1, SD. Of whole metamers the d' of each condition, with one
    /// group for all, since d' has the same unit everywhere.
    PeopleThresholds people;
    MeanThresholds means;
    std::optional<double> splitHalf;      ///< reliability by halves of the participants
    NoiseCeiling ceiling;                 ///< absent for one participant
    std::vector<LikelihoodBounds> bounds; ///< by participant; without trials where too few
    LikelihoodBounds allBounds;           ///< summed
    std::vector<LayerReport> layers;      ///< of NetworkData::layers
    std::vector<ModelChoice> models;
    std::vector<NetworkDifference> differences;
};

/// One design of a comparison of networks with people.
struct DesignComparison {
    ComparedDesign design;
    std::vector<GroupDimension> people; ///< thresholds of the group; of whole metamers empty
    NetworkData networks;
    NetworkReport report;
    int trialsLeftOut = 0;             ///< whose stimuli could not be found or made again
    std::vector<std::string> problems; ///< what could not be compared, and why
};

/// Of whole metamers: each condition's mean d' over the participants who have one.
LogThresholds meanSensitivities(const NetworkReport& report);

/// A participant with fewer trials has no cross-validated likelihood.
inline constexpr int kFewestTrials = 20;
/// Cross-validation of likelihoods.
inline constexpr std::size_t kFolds = 5;
/// Samples of every bootstrap, and splits of the participants.
inline constexpr int kBootstrapSamples = 2000;
inline constexpr int kSplits = 200;

/// Computes the report. The result does not depend on the number of threads.
/// @param people  of the same sessions; null for whole metamers, whose d' is that of the trials
/// @param progress called on this thread from time to time; may be empty; what it throws stops the
///        work
/// @throws InvalidArgument for data without trials or layers, or for the task recognition
NetworkReport computeNetworkReport(const NetworkData& data, const ThresholdReport* people,
                                   unsigned threads,
                                   const std::function<void(int done, int total)>& progress);

} // namespace mlab
