// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/fits/group_statistics.h"
#include "core/psychometrics/discrimination.h"
#include "core/psychometrics/dprime.h"
#include "core/report/accuracy.h"
#include "core/report/report_dimension.h"
#include "core/report/report_sessions.h"
#include "core/report/report_warning.h"
#include "core/trial/trial.h"

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace mlab {

/// The sessions with whole metamers that are comparable: one design text, one model; of people or
/// of simulated participants, which are never pooled.
struct MetamerData {
    std::string designName;
    std::string designSha256;
    bool simulated = false; ///< simulated participants
    std::string modality;   ///< its name
    std::string taskName;
    DiscriminationTask task = DiscriminationTask::abxDifferencing;
    std::vector<Dimension> conditions; ///< in the design's order, at least one
    std::vector<ParticipantData<TrialRecord>> participants;
};

/// One condition of one participant, without practice and catch trials.
struct MetamerConditionReport {
    Accuracy accuracy;
    std::optional<std::array<double, 2>> interval95; ///< wilsonInterval(); absent without trials
    std::optional<IntervalEstimate> dPrime; ///< with its likelihood interval, 95 %; likewise
    int notAccepted = 0;                    ///< counted, with a metamer that was not accepted
    Accuracy presentedAgain; ///< counted, although presented again: see flag::presentedAgain()
    std::optional<double> medianRtMs;
};

/// One participant.
struct MetamerParticipantReport {
    std::string id;
    std::vector<SessionFacts> sessions;
    std::vector<MetamerConditionReport> conditions; ///< of MetamerReport::conditions
    Accuracy catchTrials;
    int practiceTrials = 0;              ///< not counted
    int unusableTrials = 0;              ///< not counted: not of the design's conditions
    std::vector<DimensionReport> curves; ///< of MetamerReport::curves
    std::vector<ReportWarning> warnings;
};

/// One condition over participants.
struct MetamerGroupCondition {
    Accuracy pooled; ///< of all participants
    /// Of the participants' accuracies and d', intervals clipped to what these can be; without an
    /// interval for one participant, or if all are equal. A d' that is infinite is left out.
    std::optional<MeanEstimate> accuracy, dPrime;
    std::optional<IntervalEstimate> pooledDPrime; ///< of all trials, which are not independent
    int aboveChance = 0;                          ///< participants who are
    int metamers = 0;                             ///< different ones shown
    std::optional<double> medianSnrDb;            ///< of the trials, at the condition's layer
    std::vector<ReportWarning> warnings;
};

/// One factor of the design, its levels compared within participants by accuracy.
struct MetamerFactor {
    std::string name;                ///< "layer", "comparison", "start" or "match"
    std::vector<std::string> levels; ///< at least two
    struct Row {
        std::string participant;
        std::vector<double> accuracies; ///< of `levels`: the mean over their conditions
    };
    std::vector<Row> rows; ///< participants with trials in every condition
    std::optional<WithinComparison> tests;
    std::vector<ReportWarning> notes;
};

/// Two stimuli that were compared in a condition.
struct ComparedPair {
    std::string condition; ///< its id
    std::string referenceId;
    std::string referenceSha256; ///< of what the probe was compared with
    std::string probeSha256;
    double mismatch = 0.0; ///< at the layer
    int trials = 0;        ///< of all participants
    int wrong = 0;
};

/// So many pairs are shown, those most often confused.
inline constexpr std::size_t kMostPairsShown = 12;

/// All numbers of the report on one design with whole metamers.
struct MetamerReport {
    std::string designName;
    std::string designSha256;
    bool simulated = false; ///< simulated participants
    std::string modality;
    std::string taskName;
    double chance = 0.5;
    std::vector<Dimension> conditions;
    /// The conditions that differ in the match alone taken together: of these psychometric
    /// functions over the mismatch are fitted. Only where several matches were shown.
    std::vector<Dimension> curves;
    std::vector<MetamerParticipantReport> participants;
    std::vector<MetamerGroupCondition> group; ///< of `conditions`
    std::vector<MetamerFactor> factors;       ///< those with several levels
    std::vector<ComparedPair> pairs;          ///< most often confused first
    std::vector<ReportWarning> notes;         ///< sessions pooled or excluded

    /// At most kMostPairsShown, with incorrect answers.
    std::vector<ComparedPair> confusedPairs() const;
};

/// Computes the report. Practice does not count. Trials presented again count for accuracy and d',
/// with a warning, but not for psychometric functions.
/// @throws InvalidArgument if no session has a trial, or there is no condition
MetamerReport computeMetamerReport(const MetamerData& data);

} // namespace mlab
