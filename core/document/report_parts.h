// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the reports on thresholds and on recognition have in common. Internal to the document.
#pragma once

#include "core/comparison/decision_correlation.h"
#include "core/document/report_document.h"
#include "core/document/report_rows.h"
#include "core/document/warning_text.h"
#include "core/fits/group_statistics.h"
#include "core/report/accuracy.h"
#include "core/report/report_sessions.h"
#include "core/report/report_warning.h"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace mlab {

ReportSection section(const std::string& title);

ReportInterval intervalOf(const std::optional<MeanEstimate>& mean);
double percentOf(double share);
/// In percent, or a dash.
std::string percentRange(const ReportInterval& interval);
/// The p of guessing, and whether the accuracy is above chance.
std::string guessingText(const Accuracy& accuracy);
/// Decision variables of two observers: "0.21 [-0.1 to 0.5]", or a dash.
std::string correlationText(const std::optional<DecisionCorrelation>& decisions);
/// "9 of 10", "none"
std::string catchText(const Accuracy& shown);

/// "Participant P1", with the sessions.
ReportSection participantSection(const std::string& id, const std::vector<SessionFacts>& sessions);

/// A paragraph for each of the first kMostListed, and one that says how many more there are.
/// @param label "Warning" or "Note"
void addWarnings(ReportSection& section, const std::string& label,
                 std::span<const ReportWarning> warnings);

/// The terms of a comparison within participants: of layers or of conditions.
struct ComparisonTerms {
    std::string one, several;       ///< "layer", "layers"
    std::string participants;       ///< which ones take part
    std::string between;            ///< the names of a pair, e.g. " / "
    std::string effect, effectUnit; ///< heading of the pairs' differences
    double (*shown)(double) = {};   ///< from a tested difference to the number under it
    std::string column;             ///< of the difference in CSV files
    std::string columnMeaning;
    std::string intervalMeaning;
    double (*stored)(double) = {}; ///< from a tested difference to the number in that column
    std::string statistic;         ///< what the test of a pair is about
};

/// Those of accuracies that are compared. @param one "condition" @param several "conditions"
ComparisonTerms accuracyTerms(const std::string& one, const std::string& several);

/// A row for each participant. @param report on recognition or on whole metamers
template <typename Report> ReportTable accuracyParticipantsTable(const Report& report)
{
    ReportTable table;
    table.name = "Participants";
    table.columns = {{"participant", "", ""},     {"trials", "", ""},
                     {"correct", "", ""},         {"catch trials correct", "", ""},
                     {"practice trials", "", ""}, {"warnings", "", ""}};
    for (const auto& participant : report.participants) {
        Accuracy all;
        for (const auto& condition : participant.conditions) {
            all.trials += condition.accuracy.trials;
            all.correct += condition.accuracy.correct;
        }
        table.rows.push_back({participant.id, std::to_string(all.trials),
                              std::to_string(all.correct), catchText(participant.catchTrials),
                              std::to_string(participant.practiceTrials),
                              joinedWarnings(participant.warnings)});
    }
    return table;
}

/// A row for the omnibus test and each pair, or none without tests.
/// @param names of the layers or conditions compared
void addComparison(ReportRows& rows, const ReportedDesign& design, const ComparisonTerms& terms,
                   std::span<const std::string> names, std::size_t participants,
                   const std::optional<WithinComparison>& tests);
/// For a table without rows.
void addEmptyComparison(ReportRows& rows, const ReportedDesign& design,
                        const ComparisonTerms& terms);

/// The omnibus test, the notes and the table of pairs.
void describeComparison(ReportSection& section, const ComparisonTerms& terms,
                        std::span<const std::string> names, std::size_t participants,
                        const std::optional<WithinComparison>& tests,
                        std::span<const ReportWarning> notes);

} // namespace mlab
