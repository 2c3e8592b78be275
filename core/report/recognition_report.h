// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/fits/group_statistics.h"
#include "core/report/accuracy.h"
#include "core/report/report_sessions.h"
#include "core/trial/recognition.h"

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace mlab {

using RecognitionSessionData = SessionData<RecognitionRecord>;
using RecognitionParticipantData = ParticipantData<RecognitionRecord>;

/// The recognition sessions that are comparable: one design text, one model; of people or of
/// simulated participants, which are never pooled.
struct RecognitionData {
    std::string designName;
    std::string designSha256;
    bool simulated = false;              ///< simulated participants
    std::string modality;                ///< its name
    std::vector<std::string> categories; ///< their names, in the design's order, at least 2
    std::vector<std::string> conditions; ///< kNaturalCondition, then the design's layers
    std::vector<RecognitionParticipantData> participants;
};

/// What a trial showed and what was answered, by index.
struct RecognizedAnswer {
    std::size_t condition = 0; ///< into RecognitionData::conditions
    std::size_t category = 0;  ///< the right one, into RecognitionData::categories
    std::size_t response = 0;  ///< the chosen one
};

/// Of a trial that is in the numbers of its condition. Nothing for practice, for a catch trial, and
/// for a record that contradicts the design or itself.
std::optional<RecognizedAnswer> countedAnswer(const RecognitionData& data,
                                              const RecognitionRecord& trial);

/// Number of trials: [category shown][category answered].
using ConfusionMatrix = std::vector<std::vector<int>>;

/// One condition of one participant, without catch trials.
struct ConditionAccuracy {
    Accuracy accuracy;
    std::optional<std::array<double, 2>> interval95; ///< wilsonInterval(); absent without trials
    /// Counted, although presented again after a pause, a loss of focus, bad timing or broken
    /// sound.
    Accuracy presentedAgain;
    std::optional<double> medianRtMs;
    ConfusionMatrix confusion;
};

/// Which numbers a stored trial is in.
enum class RecognitionUse {
    accuracy,   ///< those of its condition
    catchTrial, ///< RecognitionParticipantReport::catchTrials
    practice,   ///< none
    unusable    ///< none: it contradicts the design or itself
};

/// A stored trial, counted or not.
struct RecognitionTrial {
    int session = 0;    ///< in RecognitionParticipantReport::sessions
    int trialIndex = 0; ///< in its session
    RecognitionUse use = RecognitionUse::accuracy;
    std::string condition;
    std::string category; ///< the right one
    std::string response; ///< the chosen one
    bool correct = false;
    bool presentedAgain = false;
    double rtMs = 0.0;
};

/// The recognition of one participant.
struct RecognitionParticipantReport {
    std::string id;
    std::vector<SessionFacts> sessions;
    std::vector<ConditionAccuracy> conditions; ///< of RecognitionReport::conditions
    std::vector<RecognitionTrial> trials;      ///< all, session by session
    Accuracy catchTrials;
    int practiceTrials = 0; ///< not counted
    int unusableTrials = 0; ///< not counted: they contradict the design or themselves
    std::vector<ReportWarning> warnings;
};

/// One condition over participants.
struct GroupCondition {
    Accuracy pooled; ///< of all participants
    /// Of the participants' accuracies, intervals clipped to [0, 1]. No interval for one
    /// participant, or if all have the same accuracy: an interval of width 0 would be
    /// overconfident.
    std::optional<MeanEstimate> accuracy;
    int aboveChance = 0;                    ///< participants who are
    std::optional<MeanEstimate> medianRtMs; ///< of the participants' medians
    ConfusionMatrix confusion;              ///< of all participants
    int metamers = 0;                       ///< different ones shown; 0 for the natural condition
    /// Means over these, at the condition's layer: Spearman's rho, and the ratio of the norms of
    /// activations and error in dB. Absent where none has a value.
    std::optional<double> matchSpearman, matchSnrDb;
    std::vector<ReportWarning> warnings;
};

/// Conditions compared within participants, by their accuracies.
struct ConditionComparison {
    std::vector<std::size_t> conditions; ///< those with trials, into RecognitionReport::conditions
    struct Row {
        std::string participant;
        std::vector<double> accuracies; ///< of `conditions`
    };
    std::vector<Row> rows; ///< participants with trials in each of them
    std::optional<WithinComparison> tests;
    std::vector<ReportWarning> notes; ///< exclusions, and limits of the tests
};

/// All numbers of the report on one recognition design.
struct RecognitionReport {
    std::string designName;
    std::string designSha256;
    bool simulated = false; ///< simulated participants
    std::string modality;
    std::vector<std::string> categories;
    std::vector<std::string> conditions;
    double chance = 0.5; ///< 1 / categories
    std::vector<RecognitionParticipantReport> participants;
    std::vector<GroupCondition> group; ///< of `conditions`
    ConditionComparison comparison;
    std::vector<ReportWarning> notes; ///< sessions pooled or excluded
};

/// Computes the report. The order of records does not matter. Practice does not count. Trials
/// presented again do, so that every condition has each category equally often; a warning gives
/// their number. Trials that name a condition or category not in the design, or whose correctness
/// contradicts their response, are excluded with a warning.
/// @throws InvalidArgument if no session has a trial, or the design has not 2 categories and a
/// condition
RecognitionReport computeRecognitionReport(const RecognitionData& data);

} // namespace mlab
