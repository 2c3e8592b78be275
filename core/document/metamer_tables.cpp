// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/document/metamer_document.h"
#include "core/document/report_parts.h"
#include "core/document/report_rows.h"

#include <utility>

namespace mlab {
namespace {

void addMetamerCondition(ReportRows& rows, const Dimension& condition)
{
    rows.add("condition", "", "layer/comparison/start/match", condition.id());
    rows.add("layer", "", "the layer whose activations the metamers match", condition.layer);
    rows.add("comparison", "", "original-synthesised or synthesised-synthesised",
             nameIn(kComparisons, condition.metamers->comparison));
    rows.add("start", "", "what the synthesis started from: noise or natural",
             nameIn(kSynthesisStarts, condition.metamers->start));
    rows.add("match", "", "the match asked for, or adaptive",
             condition.metamers->match ? condition.metamers->match->text() : "adaptive");
}

void addMetamerAccuracy(ReportRows& rows, const Accuracy& accuracy, double chance)
{
    rows.add("trials", "", "number of trials included, without practice and catch trials",
             std::to_string(accuracy.trials));
    rows.add("correct", "", "correct answers in these trials", std::to_string(accuracy.correct));
    rows.add("chance", "", "proportion correct by guessing", whole(chance));
    rows.add("p_above_chance", "",
             "probability of at least this many correct answers by guessing (exact binomial test)",
             whole(accuracy.chanceP));
}

ReportInterval limitsOf(const std::optional<IntervalEstimate>& estimate)
{
    return estimate ? ReportInterval({estimate->lower, estimate->upper}) : ReportInterval();
}

void addOwn(ReportRows& rows, const ReportedDesign& design,
            const MetamerParticipantReport& participant, const Dimension& condition,
            const MetamerConditionReport& own, double chance)
{
    rows.begin();
    rows.addDesign(design).addParticipant(participant.id);
    addMetamerCondition(rows, condition);
    addMetamerAccuracy(rows, own.accuracy, chance);
    rows.add("accuracy", "", "proportion correct", whole(own.accuracy.share()));
    rows.addInterval("accuracy_ci95", "", "its 95 % confidence interval (Wilson's score interval)",
                     own.interval95);
    rows.add("dprime", "", "d' of the task's decision model, at least 0; empty if infinite",
             own.dPrime ? whole(own.dPrime->value) : "");
    rows.addInterval("dprime_ci95", "",
                     "its 95 % confidence interval (likelihood); a limit is empty if infinite",
                     limitsOf(own.dPrime));
    rows.add("not_accepted_trials", "", "included, with a metamer that was not accepted",
             std::to_string(own.notAccepted));
    rows.add("presented_again_trials", "",
             "included, although presented again after a pause, a loss of focus, bad timing or "
             "broken sound",
             std::to_string(own.presentedAgain.trials));
    rows.add("median_rt_ms", "ms", "median response time", whole(own.medianRtMs));
}

void addMetamerGroup(ReportRows& rows, const ReportedDesign& design, const Dimension& condition,
                     const MetamerGroupCondition& group, double chance)
{
    rows.begin();
    rows.addDesign(design);
    addMetamerCondition(rows, condition);
    rows.add("participants", "", "number of participants with trials of this condition",
             std::to_string(group.accuracy ? group.accuracy->count : 0));
    addMetamerAccuracy(rows, group.pooled, chance);
    rows.add("participants_above_chance", "",
             "participants whose own p_above_chance is below " + rounded(kAboveChanceP),
             std::to_string(group.aboveChance));
    rows.add("accuracy", "", "mean accuracy over participants",
             group.accuracy ? whole(group.accuracy->mean) : "");
    rows.addInterval(
        "accuracy_ci95", "",
        "its 95 % confidence interval over participants (Student's t, clipped to [0, 1])",
        intervalOf(group.accuracy));
    rows.add("dprime", "", "mean d' over participants with a finite d'",
             group.dPrime ? whole(group.dPrime->mean) : "");
    rows.addInterval("dprime_ci95", "",
                     "its 95 % confidence interval over participants (Student's t, at least 0)",
                     intervalOf(group.dPrime));
    rows.add("dprime_pooled", "", "d' of all participants' trials; empty if infinite",
             group.pooledDPrime ? whole(group.pooledDPrime->value) : "");
    rows.addInterval("dprime_pooled_ci95", "",
                     "its 95 % confidence interval (likelihood); a limit is empty if infinite",
                     limitsOf(group.pooledDPrime));
    rows.add("metamers", "", "number of different metamers shown", std::to_string(group.metamers));
    rows.add("median_snr_db", "dB", "median over the trials of the match achieved at the layer",
             whole(group.medianSnrDb));
    rows.addWarnings(group.warnings);
}

void addMetamerParticipant(ReportRows& rows, const ReportedDesign& design,
                           const MetamerParticipantReport& participant)
{
    const auto& shown = participant.catchTrials;
    rows.begin();
    rows.addDesign(design).addParticipant(participant.id);
    rows.addSessions(participant.sessions);
    rows.add("practice_trials", "", "practice trials, excluded",
             std::to_string(participant.practiceTrials));
    rows.add("unusable_trials", "", "excluded: they are of no condition of the design",
             std::to_string(participant.unusableTrials));
    rows.add("catch_trials", "", "trials with two different references",
             std::to_string(shown.trials));
    rows.add("catch_correct", "", "correct answers in catch trials", std::to_string(shown.correct));
    rows.add("catch_accuracy", "", "proportion correct in catch trials", whole(shown.share()));
    rows.addWarnings(participant.warnings);
}

std::optional<double> snrOf(const std::optional<double>& mismatch)
{
    return mismatch ? std::optional(snrDbOfMismatch(*mismatch)) : std::nullopt;
}

void addMetamerCurve(ReportRows& rows, const ReportedDesign& design, const std::string& participant,
                     const DimensionReport& curve)
{
    const auto& estimate = curve.estimate;
    rows.begin();
    rows.addDesign(design).addParticipant(participant);
    rows.add("condition", "", "layer/comparison/start/adaptive, all matches taken together",
             curve.dimension.id());
    rows.add("trials", "", "number of trials included", std::to_string(curve.trials));
    rows.add("threshold_snr_db", "dB", "the match halfway between the function's asymptotes",
             estimate ? whole(snrDbOfMismatch(estimate->parameters.threshold)) : "");
    rows.addInterval("threshold_snr_ci95", "dB", "its 95 % credible interval",
                     estimate
                         ? ReportInterval({snrDbOfMismatch(estimate->interval95.upper.threshold),
                                           snrDbOfMismatch(estimate->interval95.lower.threshold)})
                         : ReportInterval());
    rows.add("snr_at_dprime_1_db", "dB", "the match at which d' is 1",
             estimate ? whole(snrOf(estimate->levelAtDPrimeOne)) : "");
    rows.add("lapse_rate", "", "share of answers that are lapses",
             estimate ? whole(estimate->parameters.lapse) : "");
    rows.add("located", "", "1: the trials determine the threshold", yes(curve.located));
    rows.addWarnings(curve.warnings);
}

void addMetamerFactor(ReportRows& rows, const ReportedDesign& design, const MetamerFactor& factor)
{
    for (const auto& row : factor.rows) {
        for (std::size_t level = 0; level < factor.levels.size(); ++level) {
            rows.begin();
            rows.addDesign(design).addParticipant(row.participant);
            rows.add("factor", "", "layer, comparison, start or match", factor.name);
            rows.add("level", "", "one of its levels", factor.levels[level]);
            rows.add("accuracy", "", "mean of the accuracies in its conditions",
                     whole(row.accuracies[level]));
        }
    }
}

void addMetamerTests(ReportRows& rows, const ReportedDesign& design, const MetamerFactor& factor)
{
    const auto begin = [&](const std::string& test, const std::string& first,
                           const std::string& second) {
        rows.begin();
        rows.addDesign(design);
        rows.add("factor", "", "layer, comparison, start or match", factor.name);
        rows.add("test", "", "all: Friedman's test of all levels; pair: sign changes", test);
        rows.add("first", "", "a level of the factor; empty for all", first);
        rows.add("second", "", "the level compared with it; empty for all", second);
        rows.add("participants", "", "participants with trials in every condition",
                 std::to_string(factor.rows.size()));
    };
    if (!factor.tests) {
        return;
    }
    const auto finish = [&](const std::string& difference, const ReportInterval& interval, double p,
                            const std::string& adjusted) {
        rows.add("accuracy_difference", "", "accuracy at the second level minus that at the first",
                 difference);
        rows.addInterval("accuracy_difference_ci95", "",
                         "its 95 % confidence interval over participants (Student's t)", interval);
        rows.add("p", "", "of the permutation test", whole(p));
        rows.add("p_holm", "", "of a pair, with Holm's correction", adjusted);
    };
    begin("all", "", "");
    finish("", ReportInterval(), factor.tests->omnibus.p, "");
    for (const auto& pair : factor.tests->pairs) {
        begin("pair", factor.levels[pair.first], factor.levels[pair.second]);
        finish(whole(pair.difference.mean), pair.difference.interval95, pair.test.p,
               whole(pair.adjustedP));
    }
}

void addMetamerPair(ReportRows& rows, const ReportedDesign& design, const ComparedPair& pair)
{
    rows.begin();
    rows.addDesign(design);
    rows.add("condition", "", "layer/comparison/start/match", pair.condition);
    rows.add("reference_id", "", "the reference of the metamers", pair.referenceId);
    rows.add("reference_sha256", "", "of what the probe was compared with", pair.referenceSha256);
    rows.add("probe_sha256", "", "of the probe", pair.probeSha256);
    rows.add("snr_db", "dB", "the match achieved at the layer",
             whole(snrDbOfMismatch(pair.mismatch)));
    rows.add("trials", "", "trials of all participants", std::to_string(pair.trials));
    rows.add("wrong", "", "incorrect answers in these trials", std::to_string(pair.wrong));
}

} // namespace

std::vector<ReportTable> metamerTables(std::span<const MetamerReport> reports,
                                       std::span<const ReportedDesign> designs)
{
    ReportRows participants("metamer_participants");
    ReportRows conditions("metamer_conditions");
    ReportRows group("metamer_group");
    ReportRows curves("metamer_curves");
    ReportRows factors("metamer_factors");
    ReportRows tests("metamer_tests");
    ReportRows pairs("metamer_pairs");
    for (std::size_t i = 0; i < reports.size(); ++i) {
        const auto& report = reports[i];
        const auto& design = designs[i];
        for (const auto& participant : report.participants) {
            addMetamerParticipant(participants, design, participant);
            for (std::size_t c = 0; c < report.conditions.size(); ++c) {
                addOwn(conditions, design, participant, report.conditions[c],
                       participant.conditions[c], report.chance);
            }
            for (const auto& curve : participant.curves) {
                addMetamerCurve(curves, design, participant.id, curve);
            }
        }
        for (std::size_t c = 0; c < report.conditions.size(); ++c) {
            addMetamerGroup(group, design, report.conditions[c], report.group[c], report.chance);
        }
        for (const auto& factor : report.factors) {
            addMetamerFactor(factors, design, factor);
            addMetamerTests(tests, design, factor);
        }
        for (const auto& pair : report.pairs) {
            addMetamerPair(pairs, design, pair);
        }
    }
    const auto never = [](ReportRows&) {}; // they always have a row
    std::vector<ReportTable> tables = {participants.take(never), conditions.take(never),
                                       group.take(never)};
    tables.push_back(curves.take([&](ReportRows& rows) {
        DimensionReport none;
        none.dimension = reports.front().conditions.front();
        addMetamerCurve(rows, designs.front(), "", none);
    }));
    const MetamerFactor example{.name = "",
                                .levels = {"", ""},
                                .rows = {{.participant = "", .accuracies = {0.0, 0.0}}},
                                .tests = WithinComparison{},
                                .notes = {}};
    tables.push_back(
        factors.take([&](ReportRows& rows) { addMetamerFactor(rows, designs.front(), example); }));
    tables.push_back(
        tests.take([&](ReportRows& rows) { addMetamerTests(rows, designs.front(), example); }));
    tables.push_back(pairs.take(
        [&](ReportRows& rows) { addMetamerPair(rows, designs.front(), ComparedPair{}); }));
    return tables;
}

} // namespace mlab
