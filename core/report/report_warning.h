// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/fits/fit_warning.h"
#include "core/fits/group_statistics.h"
#include "core/fits/level_bins.h"

#include <cstddef>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace mlab {

namespace warning {

// Of a session or a participant.
struct EmptySession {
    std::string session;
};
struct UnfinishedSession {
    std::string session;
};
struct SessionsPooled {
    std::string participant;
    std::size_t sessions = 0;
};

// Of a dimension.
struct NoTrials {};
/// Trials whose level is not a number above 0 are excluded.
struct UnusableLevels {
    int trials = 0;
};
/// No reference could reach the level requested.
struct AtLimit {
    int trials = 0;
    int all = 0;
};
struct NotMonotonic {
    DecreaseWithLevel decrease;
};
/// Answers get worse as the level rises.
struct WorseWithLevel {
    double p = 1.0; ///< of decreasingTrendP()
};
struct NoFit {
    std::string reason;
};
/// The data hardly locate the threshold.
struct WideInterval {
    double factor = 1.0; ///< upper over lower limit of its 95 % interval
};
struct ThresholdChanged {
    double ratio = 1.0; ///< threshold at the end over threshold at the start of a session
    double p = 1.0;
    bool overDimensions = false; ///< common to all dimensions, not of one
};

// Of the group.
/// Only one of several participants has this number.
struct OneParticipant {};
/// Participants with trials but an undetermined threshold are excluded.
struct UndeterminedThresholds {
    int participants = 0;
    int all = 0; ///< with trials
};
struct LayerWithoutThreshold {
    std::string participant;
};
struct OneLayer {};
struct TooFewForTests {
    std::size_t participants = 0;
};
/// No pair can be significant after Holm's correction with this number of participants.
struct SmallestPairP {
    std::size_t participants = 0;
    double p = 1.0;
};

// Of recognition.
/// Trials that contradict the design, or their own response, are excluded.
struct UnusableTrials {
    int trials = 0;
};
struct ConditionWithoutTrials {
    std::string condition;
};
struct PresentedAgain {
    int trials = 0;
    int correct = 0;
};
/// References that a participant met in more than one condition.
struct ReferencesMetAgain {
    int references = 0;
};
struct CatchTrialsMissed {
    int trials = 0;
    int correct = 0;
};
/// Whole metamers: trials with one that was not accepted are included.
struct NotAccepted {
    int trials = 0;
};
struct EqualAccuracies {};
struct ParticipantsWithoutTrials {
    int participants = 0;
};
/// Excluded from the comparison of conditions.
struct ParticipantIncomplete {
    std::string participant;
};
struct ConditionExcluded {
    std::string condition;
};
struct FewConditions {};

} // namespace warning

/// A warning or note of the report. Its text is in core/document.
using ReportWarning = std::variant<
    FitWarning, warning::EmptySession, warning::UnfinishedSession, warning::SessionsPooled,
    warning::NoTrials, warning::UnusableLevels, warning::AtLimit, warning::NotMonotonic,
    warning::WorseWithLevel, warning::NoFit, warning::WideInterval, warning::ThresholdChanged,
    warning::OneParticipant, warning::UndeterminedThresholds, warning::LayerWithoutThreshold,
    warning::OneLayer, warning::TooFewForTests, warning::SmallestPairP, warning::UnusableTrials,
    warning::ConditionWithoutTrials, warning::PresentedAgain, warning::ReferencesMetAgain,
    warning::CatchTrialsMissed, warning::NotAccepted, warning::EqualAccuracies,
    warning::ParticipantsWithoutTrials, warning::ParticipantIncomplete, warning::ConditionExcluded,
    warning::FewConditions>;

/// What limits a comparison within this number of participants: no test is possible, or no pair can
/// reach p <= 0.05.
std::optional<ReportWarning> comparisonWarning(const std::optional<WithinComparison>& tests,
                                               std::size_t participants);

} // namespace mlab
