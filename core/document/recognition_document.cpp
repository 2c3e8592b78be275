// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/document/recognition_document.h"

#include "core/document/report_rows.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace mlab {
namespace {

ReportInterval intervalOf(const std::optional<MeanEstimate>& mean)
{
    return mean ? mean->interval95 : ReportInterval();
}

void addAccuracy(ReportRows& rows, const Accuracy& accuracy, double chance)
{
    rows.add("trials", "", "counted, without practice and catch trials",
             std::to_string(accuracy.trials));
    rows.add("correct", "", "of them right", std::to_string(accuracy.correct));
    rows.add("chance", "", "share of right answers by guessing: 1 / categories", whole(chance));
    rows.add("p_above_chance", "",
             "of guessing alone: the chance of so many right answers or more (exact binomial)",
             whole(accuracy.chanceP));
    rows.add("above_chance", "", "1: that p is below " + rounded(kAboveChanceP),
             accuracy.chanceP ? yes(accuracy.aboveChance()) : "");
}

void addParticipant(ReportRows& rows, const std::string& design,
                    const RecognitionParticipantReport& participant)
{
    const auto& shown = participant.catchTrials;
    rows.begin();
    rows.addDesign(design).addParticipant(participant.id);
    rows.add("sessions", "", "pooled", count(participant.sessions.size()));
    rows.add("practice_trials", "", "not counted", std::to_string(participant.practiceTrials));
    rows.add("unusable_trials", "", "not counted: they contradict the design, or their own answer",
             std::to_string(participant.unusableTrials));
    rows.add("catch_trials", "", "of the stimuli that practice has shown",
             std::to_string(shown.trials));
    rows.add("catch_correct", "", "of them right", std::to_string(shown.correct));
    rows.add("catch_accuracy", "", "share of right answers", whole(shown.share()));
    rows.add("warnings", "", "what to know before using the numbers", joined(participant.warnings));
}

void addCondition(ReportRows& rows, const std::string& design, const std::string& participant,
                  const std::string& name, const ConditionAccuracy& condition, double chance)
{
    rows.begin();
    rows.addDesign(design).addParticipant(participant);
    rows.add("condition", "", "natural, or the layer of the metamers", name);
    addAccuracy(rows, condition.accuracy, chance);
    rows.add("accuracy", "", "share of right answers", whole(condition.accuracy.share()));
    rows.addInterval("accuracy_ci95", "", "its 95 % interval (Wilson's score interval)",
                     condition.interval95);
    rows.add("presented_again_trials", "",
             "counted, though presented again after a pause, a loss of focus or broken sound",
             std::to_string(condition.presentedAgain.trials));
    rows.add("presented_again_correct", "", "of them right",
             std::to_string(condition.presentedAgain.correct));
    rows.add("median_rt_ms", "ms", "median response time", whole(condition.medianRtMs));
}

void addGroup(ReportRows& rows, const std::string& design, const std::string& name,
              const GroupCondition& group, double chance)
{
    const auto& accuracy = group.accuracy;
    const auto& time = group.medianRtMs;
    rows.begin();
    rows.addDesign(design);
    rows.add("condition", "", "natural, or the layer of the metamers", name);
    rows.add("participants", "", "with trials of it",
             std::to_string(accuracy ? accuracy->count : 0));
    addAccuracy(rows, group.pooled, chance);
    rows.add("participants_above_chance", "", "whose own p_above_chance is that small",
             std::to_string(group.aboveChance));
    rows.add("accuracy", "", "mean over participants of their shares of right answers",
             accuracy ? whole(accuracy->mean) : "");
    rows.addInterval("accuracy_ci95", "",
                     "its 95 % interval over participants (Student's t, kept within 0 and 1)",
                     intervalOf(accuracy));
    rows.addInterval("accuracy_ci68", "",
                     "its 68 % interval over participants (Student's t, kept within 0 and 1)",
                     accuracy ? accuracy->interval68 : ReportInterval());
    rows.add("median_rt_ms", "ms", "mean over participants of their median response times",
             time ? whole(time->mean) : "");
    rows.addInterval("median_rt_ci95", "ms", "its 95 % interval over participants (Student's t)",
                     intervalOf(time));
    rows.add("metamers", "", "different ones shown", std::to_string(group.metamers));
    rows.add("match_spearman", "",
             "mean over them of Spearman's rho of the activations of metamer and reference",
             whole(group.matchSpearman));
    rows.add("match_snr_db", "dB",
             "mean over them of the reference's activations over their error in the metamer",
             whole(group.matchSnrDb));
    rows.add("warnings", "", "what to know before using the numbers", joined(group.warnings));
}

void addConfusion(ReportRows& rows, const std::string& design, const std::string& participant,
                  const std::string& condition, const std::string& category,
                  const std::string& response, int trials)
{
    rows.begin();
    rows.addDesign(design).addParticipant(participant);
    rows.add("condition", "", "natural, or the layer of the metamers", condition);
    rows.add("category", "", "shown", category);
    rows.add("response", "", "the category answered", response);
    rows.add("trials", "", "counted, without practice and catch trials", std::to_string(trials));
}

void addConfusions(ReportRows& rows, const std::string& design, const RecognitionReport& report)
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

/// @param pair null for the test over all conditions
void addContrast(ReportRows& rows, const std::string& design, const std::string& test,
                 const std::string& first, const std::string& second, std::size_t participants,
                 const PermutationTest& result, const ConditionPair* pair)
{
    rows.begin();
    rows.addDesign(design);
    rows.add("test", "", "Friedman over all conditions, or sign changes of a pair", test);
    rows.add("first_condition", "", "of a pair", first);
    rows.add("second_condition", "", "of a pair", second);
    rows.add("participants", "", "with trials in every condition", count(participants));
    rows.addTest("Friedman's chi-squared, or the mean difference of accuracy", result,
                 pair != nullptr ? std::optional(pair->adjustedP) : std::nullopt);
    rows.add("accuracy_difference", "", "of the second condition less the first",
             pair != nullptr ? whole(pair->difference.mean) : "");
    rows.addInterval("accuracy_difference_ci95", "",
                     "its 95 % interval over participants (Student's t)",
                     pair != nullptr ? pair->difference.interval95 : ReportInterval());
}

void addTests(ReportRows& rows, const std::string& design, const RecognitionReport& report)
{
    const auto& compared = report.comparison;
    if (!compared.tests) {
        return;
    }
    const auto n = compared.rows.size();
    addContrast(rows, design, "Friedman", "", "", n, compared.tests->omnibus, nullptr);
    for (const auto& pair : compared.tests->pairs) {
        addContrast(rows, design, "sign changes",
                    report.conditions[compared.conditions[pair.first]],
                    report.conditions[compared.conditions[pair.second]], n, pair.test, &pair);
    }
}

// Tables as people read them.

std::string asPercent(double share)
{
    return rounded(100 * share);
}

std::string percentRange(const ReportInterval& interval)
{
    return interval ? asPercent((*interval)[0]) + " to " + asPercent((*interval)[1]) : "–";
}

std::string roundedOrDash(const std::optional<double>& value)
{
    return value ? rounded(*value) : "–";
}

std::string wholeMs(const std::optional<double>& value)
{
    return value ? std::to_string(std::lround(*value)) : "–";
}

std::string chanceText(const Accuracy& accuracy)
{
    return accuracy.chanceP
               ? pText(*accuracy.chanceP) + (accuracy.aboveChance() ? " (above)" : " (not above)")
               : "–";
}

std::string catchText(const Accuracy& shown)
{
    return shown.trials == 0
               ? "none"
               : std::to_string(shown.correct) + " of " + std::to_string(shown.trials);
}

ReportTable groupTable(const RecognitionReport& report)
{
    ReportTable table{.name = "Recognition of the group",
                      .columns = {{"condition", "", ""},
                                  {"participants", "", ""},
                                  {"trials", "", ""},
                                  {"right", "", ""},
                                  {"accuracy", "%", ""},
                                  {"95 %", "%", ""},
                                  {"p (guessing)", "", ""},
                                  {"participants above chance", "", ""},
                                  {"response time", "ms", ""},
                                  {"warnings", "", ""}},
                      .rows = {}};
    for (std::size_t i = 0; i < report.conditions.size(); ++i) {
        const auto& group = report.group[i];
        const auto& accuracy = group.accuracy;
        table.rows.push_back(
            {report.conditions[i], std::to_string(accuracy ? accuracy->count : 0),
             std::to_string(group.pooled.trials), std::to_string(group.pooled.correct),
             accuracy ? asPercent(accuracy->mean) : "–", percentRange(intervalOf(accuracy)),
             chanceText(group.pooled), std::to_string(group.aboveChance),
             group.medianRtMs ? wholeMs(group.medianRtMs->mean) : "–", joined(group.warnings)});
    }
    return table;
}

ReportTable matchTable(const RecognitionReport& report)
{
    ReportTable table{.name = "How well the metamers match their references",
                      .columns = {{"condition", "", ""},
                                  {"metamers", "", ""},
                                  {"Spearman's rho", "", ""},
                                  {"signal-to-noise ratio", "dB", ""}},
                      .rows = {}};
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

ReportTable participantsTable(const RecognitionReport& report)
{
    ReportTable table{.name = "Participants",
                      .columns = {{"participant", "", ""},
                                  {"trials", "", ""},
                                  {"right", "", ""},
                                  {"catch trials right", "", ""},
                                  {"practice trials", "", ""},
                                  {"warnings", "", ""}},
                      .rows = {}};
    for (const auto& participant : report.participants) {
        Accuracy all;
        for (const auto& condition : participant.conditions) {
            all.trials += condition.accuracy.trials;
            all.correct += condition.accuracy.correct;
        }
        table.rows.push_back({participant.id, std::to_string(all.trials),
                              std::to_string(all.correct), catchText(participant.catchTrials),
                              std::to_string(participant.practiceTrials),
                              joined(participant.warnings)});
    }
    return table;
}

ReportTable confusionTable(const RecognitionReport& report, std::size_t condition)
{
    const auto& confusion = report.group[condition].confusion;
    ReportTable table{.name = report.conditions[condition] + ": answers in % of the trials of each "
                                                             "category shown",
                      .columns = {{"shown", "", ""}},
                      .rows = {},
                      .shades = {}};
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
    ReportSection section{.title = "Conditions compared",
                          .isDesign = false,
                          .ownPage = false,
                          .paragraphs = {},
                          .figures = {},
                          .tables = {}};
    section.paragraphs.emplace_back(
        "The participants' shares of right answers, compared within participants.");
    if (compared.tests) {
        const auto& omnibus = compared.tests->omnibus;
        section.paragraphs.push_back(
            "All conditions: Friedman's chi-squared = " + rounded(omnibus.statistic) + ", " +
            pSentence(omnibus.p) + waysText(omnibus) + ", " + count(compared.rows.size()) +
            " participants.");
    }
    for (const auto& note : compared.notes) {
        section.paragraphs.push_back("Note: " + note + ".");
    }
    if (compared.tests) {
        ReportTable table{.name = "Pairs of conditions",
                          .columns = {{"pair", "", ""},
                                      {"difference of accuracy", "percentage points", ""},
                                      {"95 %", "percentage points", ""},
                                      {"p (sign changes)", "", ""},
                                      {"p (Holm)", "", ""}},
                          .rows = {}};
        for (const auto& pair : compared.tests->pairs) {
            table.rows.push_back(
                {report.conditions[compared.conditions[pair.second]] + " − " +
                     report.conditions[compared.conditions[pair.first]],
                 asPercent(pair.difference.mean), percentRange(pair.difference.interval95),
                 pText(pair.test.p) + (pair.test.exact ? " (exact)" : ""), pText(pair.adjustedP)});
        }
        section.tables.push_back(std::move(table));
    }
    return section;
}

ReportSection confusionSection(const RecognitionReport& report)
{
    ReportSection section{.title = "Confusions",
                          .isDesign = false,
                          .ownPage = false,
                          .paragraphs = {},
                          .figures = {},
                          .tables = {}};
    section.paragraphs.emplace_back(
        "What was answered (columns) to what was shown (rows), over all participants; the darker "
        "the more often. The counts, of each participant as well, are in "
        "recognition_confusion.csv.");
    for (std::size_t i = 0; i < report.conditions.size(); ++i) {
        if (report.group[i].pooled.trials > 0) {
            section.tables.push_back(confusionTable(report, i));
        }
    }
    return section;
}

ReportSection participantSection(const RecognitionReport& report, std::size_t design,
                                 std::size_t index, const std::string& prefix)
{
    const auto& participant = report.participants[index];
    ReportSection section{.title = "Participant " + participant.id,
                          .isDesign = false,
                          .ownPage = false,
                          .paragraphs = {sessionsText(participant.sessions)},
                          .figures = {},
                          .tables = {}};
    section.paragraphs.push_back(
        "Catch trials right: " + catchText(participant.catchTrials) +
        ". Practice trials: " + std::to_string(participant.practiceTrials) + ", not counted.");
    for (const auto& warning : participant.warnings) {
        section.paragraphs.push_back("Warning: " + warning + ".");
    }
    ReportTable table{.name = "Recognition",
                      .columns = {{"condition", "", ""},
                                  {"trials", "", ""},
                                  {"right", "", ""},
                                  {"accuracy", "%", ""},
                                  {"95 %", "%", ""},
                                  {"p (guessing)", "", ""},
                                  {"response time", "ms", ""}},
                      .rows = {}};
    for (std::size_t i = 0; i < report.conditions.size(); ++i) {
        const auto& condition = participant.conditions[i];
        const auto& accuracy = condition.accuracy;
        table.rows.push_back({report.conditions[i], std::to_string(accuracy.trials),
                              std::to_string(accuracy.correct),
                              accuracy.trials > 0 ? asPercent(accuracy.share()) : "–",
                              percentRange(condition.interval95), chanceText(accuracy),
                              wholeMs(condition.medianRtMs)});
    }
    section.tables.push_back(std::move(table));
    section.figures.push_back(
        {.kind = FigureKind::participantAccuracy,
         .design = design,
         .participant = index,
         .layer = {},
         .name = prefix + fileNameOf(participant.id) + "-accuracy",
         .caption = "Right answers by condition, with 95 % intervals (Wilson's); dashed: chance. "
                    "The square is the catch trials."});
    return section;
}

} // namespace

std::vector<ReportTable> recognitionTables(std::span<const RecognitionReport> reports,
                                           std::span<const std::string> names)
{
    ReportRows participants("recognition_participants");
    ReportRows accuracy("recognition_accuracy");
    ReportRows group("recognition_group");
    ReportRows confusion("recognition_confusion");
    ReportRows tests("recognition_tests");
    for (std::size_t i = 0; i < reports.size(); ++i) {
        const auto& report = reports[i];
        const auto& design = names[i];
        for (const auto& participant : report.participants) {
            addParticipant(participants, design, participant);
            for (std::size_t c = 0; c < report.conditions.size(); ++c) {
                addCondition(accuracy, design, participant.id, report.conditions[c],
                             participant.conditions[c], report.chance);
            }
        }
        for (std::size_t c = 0; c < report.conditions.size(); ++c) {
            addGroup(group, design, report.conditions[c], report.group[c], report.chance);
        }
        addConfusions(confusion, design, report);
        addTests(tests, design, report);
    }
    const auto never = [](ReportRows&) {}; // there is a row whenever there is a report
    std::vector<ReportTable> tables;
    for (auto* rows : {&participants, &accuracy, &group, &confusion}) {
        tables.push_back(rows->take(never));
    }
    tables.push_back(
        tests.take([](ReportRows& rows) { addContrast(rows, "", "", "", "", 0, {}, nullptr); }));
    return tables;
}

std::vector<ReportSection> recognitionSections(const RecognitionReport& report, std::size_t design,
                                               const std::string& name, const std::string& prefix)
{
    ReportSection first{.title = name,
                        .isDesign = true,
                        .ownPage = false,
                        .paragraphs = {},
                        .figures = {},
                        .tables = {groupTable(report)}};
    first.paragraphs.push_back(
        count(report.participants.size()) +
        (report.participants.size() == 1 ? " participant, " : " participants, ") +
        count(report.categories.size()) + " categories, " + count(report.conditions.size()) +
        (report.conditions.size() == 1 ? " condition" : " conditions") +
        ", task recognition (chance " + asPercent(report.chance) + " %).");
    first.paragraphs.push_back(
        std::string("Accuracy is the share of right answers to natural ") +
        (report.modality == "audio" ? "sounds" : "pictures") +
        " and to their model metamers, a condition for each layer. The group's accuracy is the "
        "mean over participants with Student's interval, kept within 0 and 100 %; a participant's "
        "has Wilson's score interval. p (guessing) is one-sided, by the exact binomial "
        "distribution: the chance of so many right answers or more from guessing alone; above "
        "chance is p < " +
        rounded(kAboveChanceP) +
        ", not adjusted for the number of conditions. The group's p is of all its trials together. "
        "Response times are medians (the group's the mean of them). Practice and catch trials are "
        "not part of these numbers; trials presented again after a pause, a loss of focus or "
        "broken sound are, and are told of as a warning. Catch trials show what practice has "
        "shown; less than " +
        asPercent(kCatchShare) + " % of them right bears a warning, and leaves nobody out.");
    first.paragraphs.insert(first.paragraphs.end(), report.notes.begin(), report.notes.end());
    if (const auto match = matchTable(report); !match.rows.empty()) {
        first.tables.push_back(match);
    }
    first.tables.push_back(participantsTable(report));
    first.figures.push_back(
        {.kind = FigureKind::accuracy,
         .design = design,
         .participant = 0,
         .layer = {},
         .name = prefix + "accuracy",
         .caption = "Right answers by condition: the group's mean (bold) with its 95 % interval, "
                    "and each participant (thin); dashed: chance. Squares are the catch trials."});
    std::vector<ReportSection> sections = {std::move(first), comparisonSection(report),
                                           confusionSection(report)};
    for (std::size_t person = 0; person < report.participants.size(); ++person) {
        sections.push_back(participantSection(report, design, person, prefix));
    }
    return sections;
}

} // namespace mlab
