// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/document/recognition_document.h"
#include "core/document/recognition_parts.h"
#include "core/document/report_rows.h"

#include <utility>

namespace mlab {
namespace {

void addAccuracy(ReportRows& rows, const Accuracy& accuracy, double chance)
{
    rows.add("trials", "", "number of trials included, without practice and catch trials",
             std::to_string(accuracy.trials));
    rows.add("correct", "", "correct answers in these trials", std::to_string(accuracy.correct));
    rows.add("chance", "", "proportion correct by guessing: 1 / number of categories",
             whole(chance));
    rows.add("p_above_chance", "",
             "probability of at least this many correct answers by guessing (exact binomial test)",
             whole(accuracy.chanceP));
    rows.add("above_chance", "", "1: p_above_chance is below " + rounded(kAboveChanceP),
             accuracy.chanceP ? yes(accuracy.aboveChance()) : "");
}

void addParticipant(ReportRows& rows, const ReportedDesign& design,
                    const RecognitionParticipantReport& participant)
{
    const auto& shown = participant.catchTrials;
    rows.begin();
    rows.addDesign(design).addParticipant(participant.id);
    rows.addSessions(participant.sessions);
    rows.add("practice_trials", "", "practice trials, excluded",
             std::to_string(participant.practiceTrials));
    rows.add("unusable_trials", "", "excluded: they contradict the design or themselves",
             std::to_string(participant.unusableTrials));
    rows.add("catch_trials", "", "trials with stimuli that were shown in practice",
             std::to_string(shown.trials));
    rows.add("catch_correct", "", "correct answers in catch trials", std::to_string(shown.correct));
    rows.add("catch_accuracy", "", "proportion correct in catch trials", whole(shown.share()));
    rows.addWarnings(participant.warnings);
}

void addCondition(ReportRows& rows, const ReportedDesign& design, const std::string& participant,
                  const std::string& name, const ConditionAccuracy& condition, double chance)
{
    rows.begin();
    rows.addDesign(design).addParticipant(participant);
    rows.add("condition", "", "natural, or the layer of the metamers", name);
    addAccuracy(rows, condition.accuracy, chance);
    rows.add("accuracy", "", "proportion correct", whole(condition.accuracy.share()));
    rows.addInterval("accuracy_ci95", "", "its 95 % confidence interval (Wilson's score interval)",
                     condition.interval95);
    rows.add("presented_again_trials", "",
             "included, although presented again after a pause, a loss of focus, bad timing or "
             "broken sound",
             std::to_string(condition.presentedAgain.trials));
    rows.add("presented_again_correct", "", "correct answers in these trials",
             std::to_string(condition.presentedAgain.correct));
    rows.add("median_rt_ms", "ms", "median response time", whole(condition.medianRtMs));
}

void addGroup(ReportRows& rows, const ReportedDesign& design, const std::string& name,
              const GroupCondition& group, double chance)
{
    const auto& accuracy = group.accuracy;
    const auto& time = group.medianRtMs;
    rows.begin();
    rows.addDesign(design);
    rows.add("condition", "", "natural, or the layer of the metamers", name);
    rows.add("participants", "", "number of participants with trials of this condition",
             std::to_string(accuracy ? accuracy->count : 0));
    addAccuracy(rows, group.pooled, chance);
    rows.add("participants_above_chance", "",
             "participants whose own p_above_chance is below " + rounded(kAboveChanceP),
             std::to_string(group.aboveChance));
    rows.add("accuracy", "", "mean accuracy over participants",
             accuracy ? whole(accuracy->mean) : "");
    rows.addInterval(
        "accuracy_ci95", "",
        "its 95 % confidence interval over participants (Student's t, clipped to [0, 1])",
        accuracy ? accuracy->interval95 : ReportInterval());
    rows.addInterval(
        "accuracy_ci68", "",
        "its 68 % confidence interval over participants (Student's t, clipped to [0, 1])",
        accuracy ? accuracy->interval68 : ReportInterval());
    rows.add("median_rt_ms", "ms", "mean over participants of the median response time",
             time ? whole(time->mean) : "");
    rows.addInterval("median_rt_ci95", "ms",
                     "its 95 % confidence interval over participants (Student's t)",
                     time ? time->interval95 : ReportInterval());
    rows.add("metamers", "", "number of different metamers shown", std::to_string(group.metamers));
    rows.add("match_spearman", "",
             "mean over the metamers: Spearman's rho of the activations of metamer and reference",
             whole(group.matchSpearman));
    rows.add("match_snr_db", "dB",
             "mean over the metamers: norm of the reference's activations over that of their error",
             whole(group.matchSnrDb));
    rows.addWarnings(group.warnings);
}

void addConfusion(ReportRows& rows, const ReportedDesign& design, const std::string& participant,
                  const std::string& condition, const std::string& category,
                  const std::string& response, int trials)
{
    rows.begin();
    rows.addDesign(design).addParticipant(participant);
    rows.add("condition", "", "natural, or the layer of the metamers", condition);
    rows.add("category", "", "category shown", category);
    rows.add("response", "", "category chosen", response);
    rows.add("trials", "", "number of trials included, without practice and catch trials",
             std::to_string(trials));
}

void addConfusions(ReportRows& rows, const ReportedDesign& design, const RecognitionReport& report)
{
    const auto& categories = report.categories;
    for (const auto& participant : report.participants) {
        for (std::size_t c = 0; c < report.conditions.size(); ++c) {
            const auto& confusion = participant.conditions[c].confusion;
            for (std::size_t shown = 0; shown < categories.size(); ++shown) {
                for (std::size_t said = 0; said < categories.size(); ++said) {
                    addConfusion(rows, design, participant.id, report.conditions[c],
                                 categories[shown], categories[said], confusion[shown][said]);
                }
            }
        }
    }
}

std::string toString(RecognitionUse use)
{
    switch (use) {
    case RecognitionUse::accuracy:
        return "accuracy";
    case RecognitionUse::catchTrial:
        return "catch";
    case RecognitionUse::practice:
        return "practice";
    case RecognitionUse::unusable:
        break;
    }
    return "unusable";
}

void addTrial(ReportRows& rows, const ReportedDesign& design, const std::string& participant,
              const std::string& session, const RecognitionTrial& trial)
{
    rows.begin();
    rows.addDesign(design).addParticipant(participant);
    rows.add("session_id", "", "the session this trial belongs to", session);
    rows.add("trial_index", "", "0, 1, ... over the whole session, including practice",
             std::to_string(trial.trialIndex));
    rows.add("condition", "", "natural, or the layer of the metamers", trial.condition);
    rows.add("category", "", "category shown", trial.category);
    rows.add("response", "", "category chosen", trial.response);
    rows.add("correct", "", "1: correct answer", yes(trial.correct));
    rows.add("rt_ms", "ms", "response time", whole(trial.rtMs));
    rows.add("counted_as", "",
             "the numbers that the trial is in. accuracy: those of its condition; catch: catch "
             "trials; practice, and unusable (it contradicts the design or itself): none",
             toString(trial.use));
    rows.add("presented_again", "",
             "1: presented again after a pause, a loss of focus, bad timing or broken sound",
             yes(trial.presentedAgain));
}

} // namespace

std::vector<ReportTable> recognitionTables(std::span<const RecognitionReport> reports,
                                           std::span<const ReportedDesign> designs)
{
    ReportRows participants("recognition_participants");
    ReportRows accuracy("recognition_accuracy");
    ReportRows group("recognition_group");
    ReportRows confusion("recognition_confusion");
    ReportRows tests("recognition_tests");
    ReportRows trials("recognition_trials");
    for (std::size_t i = 0; i < reports.size(); ++i) {
        const auto& report = reports[i];
        const auto& design = designs[i];
        for (const auto& participant : report.participants) {
            addParticipant(participants, design, participant);
            for (const auto& trial : participant.trials) {
                const auto session = static_cast<std::size_t>(trial.session);
                addTrial(trials, design, participant.id, participant.sessions[session].id, trial);
            }
            for (std::size_t c = 0; c < report.conditions.size(); ++c) {
                addCondition(accuracy, design, participant.id, report.conditions[c],
                             participant.conditions[c], report.chance);
            }
        }
        for (std::size_t c = 0; c < report.conditions.size(); ++c) {
            addGroup(group, design, report.conditions[c], report.group[c], report.chance);
        }
        addConfusions(confusion, design, report);
        addComparison(tests, design, conditionTerms(), comparedConditions(report),
                      report.comparison.rows.size(), report.comparison.tests);
    }
    const auto never = [](ReportRows&) {}; // they always have a row
    std::vector<ReportTable> tables;
    for (auto* rows : {&participants, &accuracy, &group, &confusion, &trials}) {
        tables.push_back(rows->take(never));
    }
    tables.push_back(tests.take(
        [&](ReportRows& rows) { addEmptyComparison(rows, designs.front(), conditionTerms()); }));
    return tables;
}

} // namespace mlab
