// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/document/metamer_document.h"

#include "core/document/report_parts.h"
#include "core/document/warning_text.h"
#include "core/page/report_text.h"

#include <algorithm>
#include <utility>

namespace mlab {
namespace {

std::string dPrimeRange(const std::optional<IntervalEstimate>& dPrime)
{
    return dPrime ? range(dPrime->lower, dPrime->upper) : "–";
}

ReportTable conditionTable(const MetamerReport& report)
{
    ReportTable table;
    table.name = "Conditions, over participants";
    table.columns = {
        {"condition", "", ""},     {"participants", "", ""},     {"trials", "", ""},
        {"accuracy", "%", ""},     {"95 % interval", "%", ""},   {"d'", "", ""},
        {"95 % interval", "", ""}, {"d' of all trials", "", ""}, {"95 % interval", "", ""},
        {"p (guessing)", "", ""},  {"above chance", "", ""},     {"metamers", "", ""},
        {"match", "dB", ""},       {"warnings", "", ""}};
    for (std::size_t i = 0; i < report.conditions.size(); ++i) {
        const auto& group = report.group[i];
        const auto& accuracy = group.accuracy;
        table.rows.push_back(
            {report.conditions[i].id(), std::to_string(accuracy ? accuracy->count : 0),
             std::to_string(group.pooled.trials), accuracy ? asPercent(accuracy->mean) : "–",
             percentRange(intervalOf(accuracy)), group.dPrime ? rounded(group.dPrime->mean) : "–",
             rangeOrDash(intervalOf(group.dPrime)),
             group.pooledDPrime ? rounded(group.pooledDPrime->value) : "–",
             dPrimeRange(group.pooledDPrime), guessingText(group.pooled),
             std::to_string(group.aboveChance), std::to_string(group.metamers),
             roundedOrDash(group.medianSnrDb), joinedWarnings(group.warnings)});
    }
    return table;
}

// Thresholds are levels of mismatch; a higher SNR is a smaller mismatch, so the limits change
// places.
ReportInterval snrInterval(const std::array<double, 2>& mismatch)
{
    return std::array{snrDbOfMismatch(mismatch[1]), snrDbOfMismatch(mismatch[0])};
}

ReportTable curveTable(const MetamerReport& report)
{
    ReportTable table;
    table.name = "Psychometric functions over the match";
    table.columns = {{"condition", "", ""},   {"participant", "", ""},     {"trials", "", ""},
                     {"threshold", "dB", ""}, {"95 % interval", "dB", ""}, {"d' = 1 at", "dB", ""},
                     {"warnings", "", ""}};
    for (std::size_t c = 0; c < report.curves.size(); ++c) {
        for (const auto& participant : report.participants) {
            const auto& curve = participant.curves[c];
            const auto& estimate = curve.estimate;
            table.rows.push_back(
                {report.curves[c].id(), participant.id, std::to_string(curve.trials),
                 estimate ? rounded(snrDbOfMismatch(estimate->parameters.threshold)) : "–",
                 estimate ? rangeOrDash(snrInterval({estimate->interval95.lower.threshold,
                                                     estimate->interval95.upper.threshold}))
                          : "–",
                 estimate && estimate->levelAtDPrimeOne
                     ? rounded(snrDbOfMismatch(*estimate->levelAtDPrimeOne))
                     : "–",
                 joinedWarnings(curve.warnings)});
        }
    }
    return table;
}

const ComparisonTerms& termsOf(const MetamerFactor& factor)
{
    static const std::vector<ComparisonTerms> kTerms = {
        accuracyTerms("layer", "layers"), accuracyTerms("comparison", "comparisons"),
        accuracyTerms("start", "starts"), accuracyTerms("match", "matches")};
    return *std::ranges::find(kTerms, factor.name, &ComparisonTerms::one);
}

ReportSection factorSection(const MetamerFactor& factor)
{
    const auto& terms = termsOf(factor);
    auto out = section("Comparison of " + terms.several);
    out.paragraphs.push_back("Each participant's accuracy at each " + terms.one +
                             ", the mean over its conditions, compared within participants.");
    ReportTable table;
    table.name = "Accuracy by " + terms.one;
    table.columns = {{"participant", "", ""}};
    for (const auto& level : factor.levels) {
        table.columns.push_back({level, "%", ""});
    }
    for (const auto& row : factor.rows) {
        auto& cells = table.rows.emplace_back(std::vector{row.participant});
        for (const double accuracy : row.accuracies) {
            cells.push_back(asPercent(accuracy));
        }
    }
    out.tables.push_back(std::move(table));
    describeComparison(out, terms, factor.levels, factor.rows.size(), factor.tests, factor.notes);
    return out;
}

ReportSection pairSection(const MetamerReport& report)
{
    auto out = section("Pairs most often confused");
    out.paragraphs.emplace_back(
        "The pairs with most incorrect answers over all participants: on the left what the probe "
        "was compared with, on the right the probe. All pairs are in metamer_pairs.csv. A pair "
        "whose stimuli are no longer in the cache or among the references is given in words only.");
    for (const auto& pair : report.confusedPairs()) {
        out.pairs.push_back({.caption = pair.referenceId + ", " + pair.condition + ", " +
                                        rounded(snrDbOfMismatch(pair.mismatch)) +
                                        " dB: " + std::to_string(pair.wrong) + " of " +
                                        counted(pair.trials, "answer", "answers") + " incorrect",
                             .referenceSha256 = pair.referenceSha256,
                             .probeSha256 = pair.probeSha256});
    }
    if (out.pairs.empty()) {
        out.paragraphs.emplace_back("No answer was incorrect.");
    }
    return out;
}

ReportSection metamerParticipantSection(const MetamerReport& report, std::size_t design,
                                        std::size_t index, const std::string& prefix)
{
    const auto& participant = report.participants[index];
    auto out = participantSection(participant.id, participant.sessions);
    out.paragraphs.push_back("Catch trials correct: " + catchText(participant.catchTrials) +
                             ". Practice trials: " + std::to_string(participant.practiceTrials) +
                             " (excluded).");
    addWarnings(out, "Warning", participant.warnings);
    ReportTable table;
    table.name = "Conditions";
    table.columns = {{"condition", "", ""},      {"trials", "", ""},
                     {"correct", "", ""},        {"accuracy", "%", ""},
                     {"95 % interval", "%", ""}, {"d'", "", ""},
                     {"95 % interval", "", ""},  {"p (guessing)", "", ""},
                     {"not accepted", "", ""},   {"response time", "ms", ""}};
    for (std::size_t i = 0; i < report.conditions.size(); ++i) {
        const auto& own = participant.conditions[i];
        table.rows.push_back(
            {report.conditions[i].id(), std::to_string(own.accuracy.trials),
             std::to_string(own.accuracy.correct),
             own.accuracy.trials > 0 ? asPercent(own.accuracy.share()) : "–",
             percentRange(own.interval95), own.dPrime ? rounded(own.dPrime->value) : "–",
             dPrimeRange(own.dPrime), guessingText(own.accuracy), std::to_string(own.notAccepted),
             own.medianRtMs ? std::to_string(std::lround(*own.medianRtMs)) : "–"});
    }
    out.tables.push_back(std::move(table));
    const auto figure = [&](FigureKind kind, const std::string& what, const std::string& caption) {
        out.figures.push_back({.kind = kind,
                               .design = design,
                               .participant = index,
                               .name = prefix + fileNameOf(participant.id) + what,
                               .caption = caption});
    };
    figure(FigureKind::participantMetamers, "-metamers",
           "Accuracy by condition with 95 % intervals (Wilson). Dashed: chance. Square: catch "
           "trials.");
    if (!report.curves.empty()) {
        figure(FigureKind::metamerCurves, "-match",
               "Proportion correct over the match achieved: answers (circles, larger for more "
               "trials) and the fitted psychometric function. Dashed: chance.");
    }
    return out;
}

// The answers in sentences.
std::string metamerSummary(const MetamerReport& report)
{
    std::string text;
    for (std::size_t i = 0; i < report.conditions.size(); ++i) {
        const auto& group = report.group[i];
        if (!group.accuracy) {
            continue;
        }
        text += (text.empty() ? "" : "; ") + report.conditions[i].id() + " in " +
                asPercent(group.accuracy->mean) + " % of trials (above chance in " +
                std::to_string(group.aboveChance) + " of " +
                counted(group.accuracy->count, "participant", "participants") + ")";
    }
    text = "Told apart: " + text + ".";
    for (const auto& factor : report.factors) {
        if (factor.tests) {
            const double p = factor.tests->omnibus.p;
            text += " The " + termsOf(factor).several +
                    (p < 0.05 ? " differ (" : " were not shown to differ (") + pSentence(p) + ").";
        }
    }
    return text;
}

} // namespace

std::vector<ReportSection> metamerSections(const MetamerReport& report, std::size_t design,
                                           const std::string& name, const std::string& prefix)
{
    auto first = section(name);
    first.isDesign = true;
    first.paragraphs.push_back(counted(report.participants.size(), "participant", "participants") +
                               ", " + counted(report.conditions.size(), "condition", "conditions") +
                               " of whole metamers, task " + report.taskName + " (chance " +
                               asPercent(report.chance) + " %).");
    first.paragraphs.push_back(metamerSummary(report));
    addWarnings(first, "Note", report.notes);
    first.tables = {conditionTable(report), accuracyParticipantsTable(report)};
    if (!report.curves.empty()) {
        first.tables.push_back(curveTable(report));
    }
    first.figures.push_back({.kind = FigureKind::metamers,
                             .design = design,
                             .participant = 0,
                             .name = prefix + "metamers",
                             .caption = "Accuracy by condition: the group's mean (bold) with its "
                                        "95 % confidence interval, and participants (thin, n = " +
                                        count(report.participants.size()) +
                                        "). Dashed: chance. Squares: catch trials."});
    std::vector<ReportSection> sections = {std::move(first)};
    for (const auto& factor : report.factors) {
        sections.push_back(factorSection(factor));
    }
    sections.push_back(pairSection(report));
    for (std::size_t person = 0; person < report.participants.size(); ++person) {
        sections.push_back(metamerParticipantSection(report, design, person, prefix));
    }
    return sections;
}

ReportSection metamerMethods()
{
    auto out = section("How discrimination of whole metamers was computed");
    out.paragraphs = {
        "Accuracy is the proportion of correct answers. A participant's accuracy has Wilson's "
        "score interval; the group's is the mean over participants, with Student's t interval "
        "clipped to 0 and 100 %. d' follows from accuracy by the decision model of the task, at "
        "least 0, with its likelihood interval (Brockhoff & Christensen 2010). The group's d' is "
        "the mean over participants whose d' is finite; d' of all trials pools them as if they "
        "were one person's.",
        "p (guessing) is the probability of at least this many correct answers by guessing (exact "
        "binomial test, one-sided). Above chance means p < " +
            rounded(kAboveChanceP) + ", without correction for the number of conditions.",
        "The match is the signal-to-noise ratio of the layer's activations as presented, the "
        "reference's being the signal; of two metamers, the lower one. Where several matches were "
        "shown, a Weibull function of the mismatch is fitted, with a lapse rate; the threshold is "
        "halfway between its asymptotes. Trials presented again are not in these fits.",
        "Layers, comparisons, starts and matches are compared by accuracy within participants "
        "(Friedman's test and sign changes of the differences, with Holm's correction). Practice "
        "and catch trials are excluded from all numbers but their own. A participant with less "
        "than " +
            asPercent(kCatchShare) +
            " % of the catch trials correct gets a warning but is not excluded."};
    return out;
}

} // namespace mlab
