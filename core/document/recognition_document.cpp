// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/document/recognition_document.h"

#include "core/document/recognition_parts.h"
#include "core/document/warning_text.h"
#include "core/page/report_text.h"
#include "core/report/stimulus_measures.h"

#include <cmath>
#include <utility>

namespace mlab {
namespace {

std::string wholeMs(const std::optional<double>& value)
{
    return value ? std::to_string(std::lround(*value)) : "–";
}

ReportTable recognitionGroupTable(const RecognitionReport& report)
{
    ReportTable table;
    table.name = "Recognition of the group";
    table.columns = {{"condition", "", ""},       {"participants", "", ""},
                     {"trials", "", ""},          {"correct", "", ""},
                     {"accuracy", "%", ""},       {"95 % interval", "%", ""},
                     {"p (guessing)", "", ""},    {"participants above chance", "", ""},
                     {"response time", "ms", ""}, {"warnings", "", ""}};
    for (std::size_t i = 0; i < report.conditions.size(); ++i) {
        const auto& group = report.group[i];
        const auto& accuracy = group.accuracy;
        table.rows.push_back(
            {report.conditions[i], std::to_string(accuracy ? accuracy->count : 0),
             std::to_string(group.pooled.trials), std::to_string(group.pooled.correct),
             accuracy ? asPercent(accuracy->mean) : "–", percentRange(intervalOf(accuracy)),
             guessingText(group.pooled), std::to_string(group.aboveChance),
             group.medianRtMs ? wholeMs(group.medianRtMs->mean) : "–",
             joinedWarnings(group.warnings)});
    }
    return table;
}

ReportTable matchTable(const RecognitionReport& report)
{
    ReportTable table;
    table.name = "Match of metamers and references";
    table.columns = {{"condition", "", ""},
                     {"metamers", "", ""},
                     {"Spearman's rho", "", ""},
                     {"signal-to-noise ratio", "dB", ""}};
    for (std::size_t i = 0; i < report.conditions.size(); ++i) {
        const auto& group = report.group[i];
        if (report.conditions[i] != kNaturalCondition) {
            table.rows.push_back({report.conditions[i], std::to_string(group.metamers),
                                  roundedOrDash(group.matchSpearman),
                                  roundedOrDash(group.matchSnrDb)});
        }
    }
    return table;
}

ReportTable confusionTable(const RecognitionReport& report, std::size_t condition)
{
    const auto& confusion = report.group[condition].confusion;
    ReportTable table;
    table.name = report.conditions[condition] + ": responses in % of the trials of each category";
    table.columns = {{"shown", "", ""}};
    for (const auto& category : report.categories) {
        table.columns.push_back({category, "", ""});
    }
    table.columns.push_back({"trials", "", ""});
    for (std::size_t shown = 0; shown < report.categories.size(); ++shown) {
        int trials = 0;
        for (const int answers : confusion[shown]) {
            trials += answers;
        }
        std::vector<std::string> row = {report.categories[shown]};
        std::vector<double> shades = {0.0};
        for (const int answers : confusion[shown]) {
            const double share = trials > 0 ? static_cast<double>(answers) / trials : 0.0;
            row.push_back(trials > 0 ? std::to_string(std::lround(100 * share)) : "–");
            shades.push_back(share);
        }
        row.push_back(std::to_string(trials));
        shades.push_back(0.0);
        table.rows.push_back(std::move(row));
        table.shades.push_back(std::move(shades));
    }
    return table;
}

ReportSection comparisonSection(const RecognitionReport& report)
{
    const auto& compared = report.comparison;
    auto out = section("Comparison of conditions");
    out.paragraphs.emplace_back("The participants' accuracies, compared within participants.");
    describeComparison(out, conditionTerms(), comparedConditions(report), compared.rows.size(),
                       compared.tests, compared.notes);
    return out;
}

ReportSection confusionSection(const RecognitionReport& report)
{
    auto out = section("Confusions");
    out.paragraphs.emplace_back(
        "Responses (columns) to the categories shown (rows), over all participants. Darker cells "
        "are more frequent. The counts, also for each participant, are in "
        "recognition_confusion.csv.");
    for (std::size_t i = 0; i < report.conditions.size(); ++i) {
        if (report.group[i].pooled.trials > 0) {
            out.tables.push_back(confusionTable(report, i));
        }
    }
    return out;
}

ReportSection recognitionParticipantSection(const RecognitionReport& report, std::size_t design,
                                            std::size_t index, const std::string& prefix)
{
    const auto& participant = report.participants[index];
    auto out = participantSection(participant.id, participant.sessions);
    out.paragraphs.push_back("Catch trials correct: " + catchText(participant.catchTrials) +
                             ". Practice trials: " + std::to_string(participant.practiceTrials) +
                             " (excluded).");
    addWarnings(out, "Warning", participant.warnings);
    ReportTable table;
    table.name = "Recognition";
    table.columns = {{"condition", "", ""},      {"trials", "", ""},
                     {"correct", "", ""},        {"accuracy", "%", ""},
                     {"95 % interval", "%", ""}, {"p (guessing)", "", ""},
                     {"response time", "ms", ""}};
    for (std::size_t i = 0; i < report.conditions.size(); ++i) {
        const auto& condition = participant.conditions[i];
        const auto& accuracy = condition.accuracy;
        table.rows.push_back({report.conditions[i], std::to_string(accuracy.trials),
                              std::to_string(accuracy.correct),
                              accuracy.trials > 0 ? asPercent(accuracy.share()) : "–",
                              percentRange(condition.interval95), guessingText(accuracy),
                              wholeMs(condition.medianRtMs)});
    }
    out.tables.push_back(std::move(table));
    out.figures.push_back(
        {.kind = FigureKind::participantAccuracy,
         .design = design,
         .participant = index,
         .name = prefix + fileNameOf(participant.id) + "-accuracy",
         .caption =
             "Accuracy by condition with 95 % intervals (Wilson). Dashed: chance. Square: catch "
             "trials."});
    return out;
}

// The answers in sentences: how well each condition was recognised, and whether they differ.
std::string summaryOf(const RecognitionReport& report)
{
    std::string text;
    for (std::size_t i = 0; i < report.conditions.size(); ++i) {
        const auto& group = report.group[i];
        if (!group.accuracy) {
            continue;
        }
        const bool natural = report.conditions[i] == kNaturalCondition;
        text += (text.empty() ? "" : "; ") +
                (natural ? "natural " + reportedModality(report.modality).stimuli
                         : "metamers of " + report.conditions[i]) +
                " in " + asPercent(group.accuracy->mean) + " % of trials (above chance in " +
                std::to_string(group.aboveChance) + " of " +
                counted(group.accuracy->count, "participant", "participants") + ")";
    }
    text = "Correctly recognised: " + text + ".";
    if (report.comparison.tests) {
        const double p = report.comparison.tests->omnibus.p;
        text += std::string(p < 0.05 ? " The conditions differ"
                                     : " No difference between conditions was shown") +
                " (Friedman's test, " + pSentence(p) + ").";
    }
    return text;
}

} // namespace

const ComparisonTerms& conditionTerms()
{
    static const auto kTerms = accuracyTerms("condition", "conditions");
    return kTerms;
}

std::vector<std::string> comparedConditions(const RecognitionReport& report)
{
    std::vector<std::string> names;
    for (const std::size_t condition : report.comparison.conditions) {
        names.push_back(report.conditions[condition]);
    }
    return names;
}

std::vector<ReportSection> recognitionSections(const RecognitionReport& report, std::size_t design,
                                               const std::string& name, const std::string& prefix)
{
    auto first = section(name);
    first.isDesign = true;
    first.tables = {recognitionGroupTable(report)};
    first.paragraphs.push_back(counted(report.participants.size(), "participant", "participants") +
                               ", " + counted(report.categories.size(), "category", "categories") +
                               ", " + counted(report.conditions.size(), "condition", "conditions") +
                               ", task recognition (chance " + asPercent(report.chance) + " %).");
    first.paragraphs.push_back(summaryOf(report));
    addWarnings(first, "Note", report.notes);
    if (const auto match = matchTable(report); !match.rows.empty()) {
        first.tables.push_back(match);
    }
    first.tables.push_back(accuracyParticipantsTable(report));
    first.figures.push_back({.kind = FigureKind::accuracy,
                             .design = design,
                             .participant = 0,
                             .name = prefix + "accuracy",
                             .caption = "Accuracy by condition: the group's mean (bold) with its "
                                        "95 % confidence interval, and "
                                        "participants (thin, n = " +
                                        count(report.participants.size()) +
                                        "). Dashed: chance. Squares: catch trials."});
    std::vector<ReportSection> sections = {std::move(first), comparisonSection(report),
                                           confusionSection(report)};
    for (std::size_t person = 0; person < report.participants.size(); ++person) {
        sections.push_back(recognitionParticipantSection(report, design, person, prefix));
    }
    return sections;
}

ReportSection recognitionMethods()
{
    auto out = section("How recognition was computed");
    out.paragraphs = {
        "Accuracy is the proportion of correct answers to natural stimuli and to their model "
        "metamers, with one condition for each layer. The group's accuracy is the mean over "
        "participants, with Student's t interval clipped to 0 and 100 %. A participant's accuracy "
        "has Wilson's score interval.",
        "p (guessing) is the probability of at least this many correct answers by guessing (exact "
        "binomial test, one-sided). Above chance means p < " +
            rounded(kAboveChanceP) +
            ", without correction for the number of conditions. The group's p is that of all its "
            "trials. Response times are medians; the group's is the mean of the medians.",
        "Practice and catch trials are excluded from these numbers. Trials presented again after a "
        "pause, a loss of focus, bad timing or broken sound are included, with a warning. Catch "
        "trials repeat "
        "stimuli shown in practice. A participant with less than " +
            asPercent(kCatchShare) + " % of them correct gets a warning but is not excluded."};
    return out;
}

} // namespace mlab
