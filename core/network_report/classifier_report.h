// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/comparison/confusion_agreement.h"
#include "core/comparison/decision_correlation.h"
#include "core/comparison/error_consistency.h"
#include "core/comparison/likelihood_interval.h"
#include "core/network_report/classifier_data.h"
#include "core/report/accuracy.h"

#include <array>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace mlab {

/// Two observers in the trials of one condition. Conditions are never pooled: their different
/// accuracies would make independent observers agree.
struct RecognitionAgreement {
    int trials = 0;
    std::optional<ErrorConsistency> consistency;  ///< absent without trials
    std::optional<std::array<double, 2>> kappa95; ///< over stimuli; of all participants only
    /// Given each observer's accuracy. Absent also where one of them is always right or wrong.
    std::optional<DecisionCorrelation> decisions;
    /// Krippendorff's alpha of their answers; absent as krippendorffAlpha().
    std::optional<double> alpha;
};

/// One condition of one participant, or of all, and one network.
struct ClassifierCondition {
    Accuracy people; ///< in the trials compared
    /// In the participant's trials; for all participants each stimulus counts once.
    Accuracy network;
    /// Wilson's; absent without trials.
    std::optional<std::array<double, 2>> people95, network95;
    RecognitionAgreement agreement;
    /// Of people's confusions with those expected of the network; of all participants only.
    std::optional<double> confusionCorrelation;
};

/// One network.
struct ClassifierReport {
    /// Of all participants' answers; absent if its evidence is the same for all categories.
    std::optional<LikelihoodEstimate> temperature;
    std::vector<std::size_t> answers;       ///< by stimulus: the category of most evidence
    std::vector<ClassifierCondition> group; ///< by condition
    std::vector<std::vector<ClassifierCondition>> participants; ///< [participants][conditions]
    /// By condition: expected in people's trials, from its probabilities at the temperature.
    std::vector<Confusions> confusions;
};

/// One recognition design: how alike people and networks recognise.
struct ClassifierNumbers {
    std::vector<ClassifierReport> classifiers;
    std::vector<RecognitionAgreement> people; ///< by condition: pairs of people, the ceiling
    std::vector<Confusions> confusions;       ///< by condition, of all participants
    /// By condition: the mean accuracy of the networks that did not make the metamers, each the
    /// mean of its entries (Feather et al. 2023). Absent if there are none.
    std::vector<std::optional<double>> others;
    /// Pearson's r of people's accuracies with these, over the conditions of metamers.
    std::optional<double> othersR;
};

/// One recognition design of a comparison of networks with people.
struct ClassifierComparison {
    RecognitionReport people;
    ClassifierData networks;
    ClassifierNumbers report;
    std::vector<std::string> problems; ///< what could not be compared, and why
};

/// Computes the report. The result does not depend on the number of threads.
/// @param progress called on this thread from time to time; may be empty; what it throws stops the
///        work
/// @throws InvalidArgument for data without trials or networks
ClassifierNumbers
computeClassifierNumbers(const ClassifierData& data, unsigned threads,
                         const std::function<void(int done, int total)>& progress);

} // namespace mlab
