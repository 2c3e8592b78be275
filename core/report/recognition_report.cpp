// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/recognition_report.h"

#include "core/base/error.h"
#include "core/trial/trial.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <utility>

namespace mlab {
namespace {

ConfusionMatrix emptyConfusion(std::size_t categories)
{
    return {categories, std::vector<int>(categories, 0)};
}

std::optional<std::size_t> indexOf(const std::vector<std::string>& names, const std::string& name)
{
    const auto found = std::ranges::find(names, name);
    return found == names.end() ? std::nullopt
                                : std::optional(static_cast<std::size_t>(found - names.begin()));
}

// Nothing for a record that contradicts the design, or itself.
std::optional<RecognizedAnswer> answeredOf(const RecognitionData& data,
                                           const RecognitionRecord& trial)
{
    const auto condition = indexOf(data.conditions, trial.condition);
    const auto category = indexOf(data.categories, trial.category);
    const auto response = indexOf(data.categories, trial.response);
    if (!condition || !category || !response || (category == response) != trial.correct) {
        return std::nullopt;
    }
    return RecognizedAnswer{*condition, *category, *response};
}

RecognitionUse useOf(const RecognitionRecord& trial,
                     const std::optional<RecognizedAnswer>& answered)
{
    return trial.practice     ? RecognitionUse::practice
           : !answered        ? RecognitionUse::unusable
           : trial.catchTrial ? RecognitionUse::catchTrial
                              : RecognitionUse::accuracy;
}

void warnOfTrials(const RecognitionData& data, const RecognitionParticipantData& participant,
                  RecognitionParticipantReport& report)
{
    auto& warnings = report.warnings;
    if (report.unusableTrials > 0) {
        warnings.emplace_back(warning::UnusableTrials{report.unusableTrials});
    }
    Accuracy again;
    for (std::size_t i = 0; i < data.conditions.size(); ++i) {
        const auto& condition = report.conditions[i];
        again.trials += condition.presentedAgain.trials;
        again.correct += condition.presentedAgain.correct;
        if (condition.accuracy.trials == 0) {
            warnings.emplace_back(warning::ConditionWithoutTrials{data.conditions[i]});
        }
    }
    if (again.trials > 0) {
        warnings.emplace_back(
            warning::PresentedAgain{.trials = again.trials, .correct = again.correct});
    }
    std::map<std::string, std::set<std::string>> conditionsOfReference;
    for (const auto& session : participant.sessions) {
        for (const auto& trial : session.trials) {
            if (!trial.practice && !trial.catchTrial) {
                conditionsOfReference[trial.referenceId].insert(trial.condition);
            }
        }
    }
    if (const auto several = std::ranges::count_if(
            conditionsOfReference, [](const auto& entry) { return entry.second.size() > 1; });
        several > 0) {
        warnings.emplace_back(warning::ReferencesMetAgain{static_cast<int>(several)});
    }
    const auto& shown = report.catchTrials;
    if (shown.trials > 0 && shown.share() < kCatchShare) {
        warnings.emplace_back(
            warning::CatchTrialsMissed{.trials = shown.trials, .correct = shown.correct});
    }
}

RecognitionParticipantReport participantReport(const RecognitionData& data,
                                               const RecognitionParticipantData& participant)
{
    RecognitionParticipantReport report;
    report.id = participant.id;
    report.sessions = sessionFacts(participant);
    report.conditions.resize(data.conditions.size());
    for (auto& condition : report.conditions) {
        condition.confusion = emptyConfusion(data.categories.size());
    }
    std::vector<std::vector<double>> times(data.conditions.size());
    for (std::size_t session = 0; session < participant.sessions.size(); ++session) {
        for (const auto& trial : participant.sessions[session].trials) {
            const auto answered = answeredOf(data, trial);
            const auto& counted = report.trials.emplace_back(
                RecognitionTrial{.session = static_cast<int>(session),
                                 .trialIndex = trial.trialIndex,
                                 .use = useOf(trial, answered),
                                 .condition = trial.condition,
                                 .category = trial.category,
                                 .response = trial.response,
                                 .correct = trial.correct,
                                 .presentedAgain = flag::presentedAgain(trial.flags),
                                 .rtMs = trial.rtMs});
            switch (counted.use) {
            case RecognitionUse::practice:
                ++report.practiceTrials;
                break;
            case RecognitionUse::unusable:
                ++report.unusableTrials;
                break;
            case RecognitionUse::catchTrial:
                add(report.catchTrials, trial.correct);
                break;
            case RecognitionUse::accuracy:
                auto& condition = report.conditions[answered->condition];
                add(condition.accuracy, trial.correct);
                ++condition.confusion[answered->category][answered->response];
                if (counted.presentedAgain) {
                    add(condition.presentedAgain, trial.correct);
                }
                if (std::isfinite(trial.rtMs)) {
                    times[answered->condition].push_back(trial.rtMs);
                }
                break;
            }
        }
    }
    const double chance = 1.0 / static_cast<double>(data.categories.size());
    for (std::size_t i = 0; i < report.conditions.size(); ++i) {
        auto& condition = report.conditions[i];
        setChanceP(condition.accuracy, chance);
        if (condition.accuracy.trials > 0) {
            condition.interval95 =
                wilsonInterval(condition.accuracy.correct, condition.accuracy.trials);
        }
        condition.medianRtMs = medianOf(std::move(times[i]));
    }
    setChanceP(report.catchTrials, chance);
    warnOfTrials(data, participant, report);
    warnOfUnfinished(report.sessions, report.warnings);
    return report;
}

// Each metamer once, however often it was shown.
void addMatches(GroupCondition& group, const RecognitionData& data,
                const std::vector<RecognitionParticipantData>& participants, std::size_t condition)
{
    std::map<std::string, const RecognitionRecord*> metamers;
    for (const auto& participant : participants) {
        for (const auto& session : participant.sessions) {
            for (const auto& trial : session.trials) {
                const auto answered = answeredOf(data, trial);
                if (!trial.practice && !trial.catchTrial && answered &&
                    answered->condition == condition) {
                    metamers[trial.stimulusSha256] = &trial;
                }
            }
        }
    }
    group.metamers = static_cast<int>(metamers.size());
    const auto mean = [&](std::optional<double> RecognitionRecord::*match) {
        std::vector<double> values;
        for (const auto& [sha256, trial] : metamers) {
            if (trial->*match && std::isfinite(*(trial->*match))) {
                values.push_back(*(trial->*match));
            }
        }
        const auto found = meanOf(values);
        return found ? std::optional(found->mean) : std::nullopt;
    };
    group.matchSpearman = mean(&RecognitionRecord::matchSpearman);
    group.matchSnrDb = mean(&RecognitionRecord::matchSnrDb);
}

GroupCondition groupCondition(const RecognitionReport& report, std::size_t index)
{
    GroupCondition group;
    group.confusion = emptyConfusion(report.categories.size());
    std::vector<double> shares;
    std::vector<double> times;
    for (const auto& participant : report.participants) {
        const auto& own = participant.conditions[index];
        if (own.accuracy.trials == 0) {
            continue;
        }
        group.pooled.trials += own.accuracy.trials;
        group.pooled.correct += own.accuracy.correct;
        group.aboveChance += own.accuracy.aboveChance() ? 1 : 0;
        shares.push_back(own.accuracy.share());
        if (own.medianRtMs) {
            times.push_back(*own.medianRtMs);
        }
        for (std::size_t shown = 0; shown < report.categories.size(); ++shown) {
            for (std::size_t said = 0; said < report.categories.size(); ++said) {
                group.confusion[shown][said] += own.confusion[shown][said];
            }
        }
    }
    setChanceP(group.pooled, report.chance);
    group.accuracy = meanWithin(0.0, 1.0, shares);
    group.medianRtMs = meanWithin(0.0, std::numeric_limits<double>::infinity(), times);
    auto& warnings = group.warnings;
    if (shares.empty()) {
        warnings.emplace_back(warning::NoTrials{});
    } else if (shares.size() == 1 && report.participants.size() > 1) {
        warnings.emplace_back(warning::OneParticipant{});
    } else if (shares.size() > 1 && !group.accuracy->interval95) {
        warnings.emplace_back(warning::EqualAccuracies{});
    }
    if (const auto missing = report.participants.size() - shares.size();
        missing > 0 && !shares.empty()) {
        warnings.emplace_back(warning::ParticipantsWithoutTrials{static_cast<int>(missing)});
    }
    return group;
}

ConditionComparison compareConditions(const RecognitionReport& report)
{
    ConditionComparison out;
    for (std::size_t i = 0; i < report.conditions.size(); ++i) {
        if (report.group[i].pooled.trials > 0) {
            out.conditions.push_back(i);
        } else {
            out.notes.emplace_back(warning::ConditionExcluded{report.conditions[i]});
        }
    }
    std::vector<std::vector<double>> table;
    for (const auto& participant : report.participants) {
        ConditionComparison::Row row{.participant = participant.id, .accuracies = {}};
        for (const std::size_t condition : out.conditions) {
            if (const auto& accuracy = participant.conditions[condition].accuracy;
                accuracy.trials > 0) {
                row.accuracies.push_back(accuracy.share());
            }
        }
        if (row.accuracies.size() == out.conditions.size()) {
            table.push_back(row.accuracies);
            out.rows.push_back(std::move(row));
        } else {
            out.notes.emplace_back(warning::ParticipantIncomplete{participant.id});
        }
    }
    if (out.conditions.size() < 2) {
        out.notes.emplace_back(warning::FewConditions{});
        return out;
    }
    out.tests = compareWithin(table);
    if (const auto warning = comparisonWarning(out.tests, table.size())) {
        out.notes.push_back(*warning);
    }
    if (!out.tests) {
        return out;
    }
    for (auto& pair : out.tests->pairs) {
        std::vector<double> differences;
        differences.reserve(table.size());
        for (const auto& row : table) {
            differences.push_back(row[pair.second] - row[pair.first]);
        }
        pair.difference = *meanWithin(-1.0, 1.0, differences);
    }
    return out;
}

} // namespace

std::optional<RecognizedAnswer> countedAnswer(const RecognitionData& data,
                                              const RecognitionRecord& trial)
{
    auto answered = answeredOf(data, trial);
    return useOf(trial, answered) == RecognitionUse::accuracy ? answered : std::nullopt;
}

RecognitionReport computeRecognitionReport(const RecognitionData& data)
{
    if (data.categories.size() < 2 || data.conditions.empty()) {
        throw InvalidArgument(
            "design " + data.designName +
            " needs at least 2 categories and 1 condition for a report on recognition, not " +
            std::to_string(data.categories.size()) + " and " +
            std::to_string(data.conditions.size()));
    }
    RecognitionReport report{.designName = data.designName,
                             .designSha256 = data.designSha256,
                             .simulated = data.simulated,
                             .modality = data.modality,
                             .categories = data.categories,
                             .conditions = data.conditions,
                             .chance = 1.0 / static_cast<double>(data.categories.size()),
                             .participants = {},
                             .group = {},
                             .comparison = {},
                             .notes = {}};
    const auto participants = participantsWithTrials(data.participants, report.notes);
    if (participants.empty()) {
        throw InvalidArgument("no session of design " + data.designName +
                              " has a trial yet, so there is nothing to report");
    }
    for (const auto& participant : participants) {
        report.participants.push_back(participantReport(data, participant));
    }
    for (std::size_t i = 0; i < report.conditions.size(); ++i) {
        report.group.push_back(groupCondition(report, i));
        if (report.conditions[i] != kNaturalCondition) {
            addMatches(report.group.back(), data, participants, i);
        }
    }
    report.comparison = compareConditions(report);
    return report;
}

} // namespace mlab
