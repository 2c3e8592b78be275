// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/document/report_parts.h"

#include "core/base/diagnostic.h"
#include "core/document/warning_text.h"
#include "core/page/report_text.h"

#include <algorithm>
#include <cmath>

namespace mlab {
namespace {

std::string sessionsText(const std::vector<SessionFacts>& sessions)
{
    std::string all = "Sessions: ";
    for (std::size_t i = 0; i < sessions.size(); ++i) {
        const auto& session = sessions[i];
        all += (i == 0 ? "" : "; ") + session.id + " (" +
               counted(session.trials, "trial", "trials") + ", started " + session.startedAt + ")";
    }
    return all + ".";
}

/// @param pair null for the omnibus test
void addTest(ReportRows& rows, const ReportedDesign& design, const ComparisonTerms& terms,
             const std::string& test, const std::string& first, const std::string& second,
             std::size_t participants, const PermutationTest& result, const ConditionPair* pair)
{
    rows.begin();
    rows.addDesign(design);
    rows.add("test", "", "Friedman: all " + terms.several + "; sign changes: a pair", test);
    rows.add("first_" + terms.one, "", "of a pair", first);
    rows.add("second_" + terms.one, "", "of a pair", second);
    rows.add("participants", "", terms.participants, count(participants));
    rows.add("statistic", "", "Friedman's chi-squared, or " + terms.statistic,
             whole(result.statistic));
    rows.add("p", "", "permutation test within participants", whole(result.p));
    rows.add("exact", "", "1: all permutations; 0: 100 000 random ones", yes(result.exact));
    rows.add("p_holm", "", "of a pair, with Holm's correction for the number of pairs",
             pair != nullptr ? whole(pair->adjustedP) : "");
    rows.add(terms.column, "", terms.columnMeaning,
             pair != nullptr ? whole(terms.stored(pair->difference.mean)) : "");
    rows.addInterval(terms.column + "_ci95", "", terms.intervalMeaning,
                     pair != nullptr ? transformed(pair->difference.interval95, terms.stored)
                                     : ReportInterval());
}

} // namespace

ReportInterval intervalOf(const std::optional<MeanEstimate>& mean)
{
    return mean ? mean->interval95 : ReportInterval();
}

double percentOf(double share)
{
    return 100 * share;
}

std::string percentRange(const ReportInterval& interval)
{
    return rangeOrDash(transformed(interval, percentOf));
}

std::string guessingText(const Accuracy& accuracy)
{
    return accuracy.chanceP
               ? pText(*accuracy.chanceP) + (accuracy.aboveChance() ? " (above)" : " (not above)")
               : "–";
}

std::string correlationText(const std::optional<DecisionCorrelation>& decisions)
{
    if (!decisions) {
        return "–";
    }
    constexpr double kFlat = 1e-6; // what the search for the maximum leaves of 0
    return rounded(std::abs(decisions->rho) < kFlat ? 0.0 : decisions->rho) + " [" +
           range(decisions->interval95[0], decisions->interval95[1]) + "]";
}

std::string catchText(const Accuracy& shown)
{
    return shown.trials == 0
               ? "none"
               : std::to_string(shown.correct) + " of " + std::to_string(shown.trials);
}

ReportSection section(const std::string& title)
{
    ReportSection out;
    out.title = title;
    return out;
}

ReportSection participantSection(const std::string& id, const std::vector<SessionFacts>& sessions)
{
    auto out = section("Participant " + id);
    out.participant = id;
    out.paragraphs.push_back(sessionsText(sessions));
    return out;
}

void addWarnings(ReportSection& section, const std::string& label,
                 std::span<const ReportWarning> warnings)
{
    for (const auto& warning : warnings.first(std::min(warnings.size(), kMostListed))) {
        section.paragraphs.push_back(label + ": " + warningText(warning) + ".");
    }
    if (warnings.size() > kMostListed) {
        section.paragraphs.push_back(
            label + ": not listed here: " + count(warnings.size() - kMostListed) + " more.");
    }
}

ComparisonTerms accuracyTerms(const std::string& one, const std::string& several)
{
    return {.one = one,
            .several = several,
            .participants = "participants with trials in every condition",
            .between = " − ",
            .effect = "difference of accuracy",
            .effectUnit = "percentage points",
            .shown = percentOf,
            .column = "accuracy_difference",
            .columnMeaning = "accuracy in the second " + one + " minus that in the first",
            .intervalMeaning = "its 95 % confidence interval over participants (Student's t)",
            .stored = [](double difference) { return difference; },
            .statistic = "the mean difference of accuracy of a pair"};
}

void addComparison(ReportRows& rows, const ReportedDesign& design, const ComparisonTerms& terms,
                   std::span<const std::string> names, std::size_t participants,
                   const std::optional<WithinComparison>& tests)
{
    if (!tests) {
        return;
    }
    addTest(rows, design, terms, "Friedman", "", "", participants, tests->omnibus, nullptr);
    for (const auto& pair : tests->pairs) {
        addTest(rows, design, terms, "sign changes", names[pair.first], names[pair.second],
                participants, pair.test, &pair);
    }
}

void addEmptyComparison(ReportRows& rows, const ReportedDesign& design,
                        const ComparisonTerms& terms)
{
    addTest(rows, design, terms, "", "", "", 0, {}, nullptr);
}

void describeComparison(ReportSection& section, const ComparisonTerms& terms,
                        std::span<const std::string> names, std::size_t participants,
                        const std::optional<WithinComparison>& tests,
                        std::span<const ReportWarning> notes)
{
    if (tests) {
        const auto& omnibus = tests->omnibus;
        section.paragraphs.push_back(
            "All " + terms.several + ": Friedman's chi-squared = " + rounded(omnibus.statistic) +
            ", " + pSentence(omnibus.p) +
            (omnibus.exact ? " (exact), " : " (100 000 random permutations), ") +
            count(participants) + " participants.");
    }
    addWarnings(section, "Note", notes);
    if (!tests) {
        return;
    }
    ReportTable table;
    table.name = "Pairs of " + terms.several;
    table.columns = {{"pair", "", ""},
                     {terms.effect, terms.effectUnit, ""},
                     {"95 % interval", terms.effectUnit, ""},
                     {"p (sign changes)", "", ""},
                     {"p (Holm)", "", ""}};
    for (const auto& pair : tests->pairs) {
        table.rows.push_back({names[pair.second] + terms.between + names[pair.first],
                              rounded(terms.shown(pair.difference.mean)),
                              rangeOrDash(transformed(pair.difference.interval95, terms.shown)),
                              pText(pair.test.p) + (pair.test.exact ? " (exact)" : ""),
                              pText(pair.adjustedP)});
    }
    section.tables.push_back(std::move(table));
}

} // namespace mlab
