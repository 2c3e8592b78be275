// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/number_text.h"
#include "core/document/report_document.h"
#include "core/trial/trial.h"
#include "tests/core/report/recognition_test_support.h"
#include "tests/core/report/report_test_support.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace mlab {
namespace {

// The only row whose columns have these values.
std::map<std::string, std::string> rowOf(const std::vector<ReportTable>& tables,
                                         const std::string& name,
                                         const std::map<std::string, std::string>& wanted)
{
    const auto table = std::ranges::find(tables, name, &ReportTable::name);
    std::map<std::string, std::string> found;
    int matches = 0;
    for (const auto& row : table->rows) {
        std::map<std::string, std::string> named;
        for (std::size_t i = 0; i < row.size(); ++i) {
            named[table->columns.at(i).name] = row[i];
        }
        if (std::ranges::all_of(
                wanted, [&](const auto& pair) { return named.at(pair.first) == pair.second; })) {
            ++matches;
            found = named;
        }
    }
    EXPECT_EQ(matches, 1) << name;
    return found;
}

class RecognitionDocument : public testing::Test {
protected:
    static const RecognitionReport& report() { return study().recognition[0]; }
    static const StudyReport& study()
    {
        static const StudyReport kStudy = {
            .thresholds = {}, .recognition = {computeRecognitionReport(recognitionStudy(3))}};
        return kStudy;
    }
};

TEST_F(RecognitionDocument, EveryColumnHasAMeaningAndEveryRowAllColumns)
{
    const auto tables = reportTables(study());
    std::set<std::string> names;
    for (const auto& table : tables) {
        names.insert(table.name);
        std::set<std::string> columns;
        for (const auto& column : table.columns) {
            EXPECT_FALSE(column.description.empty()) << table.name << " " << column.name;
            EXPECT_TRUE(columns.insert(column.name).second) << table.name << " " << column.name;
        }
        for (const auto& row : table.rows) {
            ASSERT_EQ(row.size(), table.columns.size()) << table.name;
        }
    }
    EXPECT_EQ(names,
              (std::set<std::string>{"sessions", "recognition_participants", "recognition_accuracy",
                                     "recognition_group", "recognition_confusion",
                                     "recognition_trials", "recognition_tests"}));
}

TEST_F(RecognitionDocument, EveryNumberOfAParticipantCanBeTracedToItsTrials)
{
    auto data = recognitionStudy(2);
    auto& trials = data.participants[1].sessions[0].trials;
    for (std::size_t i = 0; i < trials.size(); ++i) {
        trials[i].trialIndex = static_cast<int>(i);
    }
    trials[5].flags = {flag::kPaused};
    trials[6].response = "no category";
    const auto report = computeRecognitionReport(data);
    const auto tables = reportTables({.thresholds = {}, .recognition = {report}});
    const auto& listed = *std::ranges::find(tables, "recognition_trials", &ReportTable::name);
    const auto counted = [&](const std::map<std::string, std::string>& wanted) {
        return std::ranges::count_if(listed.rows, [&](const std::vector<std::string>& row) {
            return std::ranges::all_of(wanted, [&](const auto& pair) {
                const auto column =
                    std::ranges::find(listed.columns, pair.first, &ReportColumn::name);
                return row.at(static_cast<std::size_t>(column - listed.columns.begin())) ==
                       pair.second;
            });
        });
    };
    EXPECT_EQ(listed.rows.size(), data.participants[0].sessions[0].trials.size() + trials.size());
    const auto& participant = report.participants[1];
    for (std::size_t c = 0; c < report.conditions.size(); ++c) {
        const auto& numbers = participant.conditions[c];
        std::map<std::string, std::string> wanted = {{"session_id", "RS1"},
                                                     {"participant", participant.id},
                                                     {"condition", report.conditions[c]},
                                                     {"counted_as", "accuracy"}};
        EXPECT_EQ(counted(wanted), numbers.accuracy.trials);
        wanted["presented_again"] = "1";
        EXPECT_EQ(counted(wanted), numbers.presentedAgain.trials);
        wanted.erase("presented_again");
        wanted["correct"] = "1";
        EXPECT_EQ(counted(wanted), numbers.accuracy.correct);
        wanted.erase("correct");
        wanted["category"] = "b";
        wanted["response"] = "c";
        EXPECT_EQ(counted(wanted), numbers.confusion[1][2]);
    }
    EXPECT_EQ(counted({{"session_id", "RS1"}, {"counted_as", "catch"}}),
              participant.catchTrials.trials);
    EXPECT_EQ(counted({{"session_id", "RS1"}, {"counted_as", "practice"}}),
              participant.practiceTrials);
    EXPECT_EQ(counted({{"session_id", "RS1"}, {"trial_index", "6"}, {"counted_as", "unusable"}}),
              1);
    EXPECT_EQ(participant.unusableTrials, 1);
    EXPECT_EQ(counted({{"session_id", "RS1"}, {"trial_index", "5"}, {"presented_again", "1"}}), 1);
}

TEST_F(RecognitionDocument, TablesHoldTheNumbersAsTheyAre)
{
    const auto tables = reportTables(study());
    for (std::size_t person = 0; person < 3; ++person) {
        const auto& participant = report().participants[person];
        auto row = rowOf(tables, "recognition_participants", {{"participant", participant.id}});
        EXPECT_EQ(row["catch_trials"], "2");
        EXPECT_EQ(row["catch_correct"], "2");
        EXPECT_EQ(row["practice_trials"], "4");
        for (std::size_t c = 0; c < 3; ++c) {
            const auto& condition = participant.conditions[c];
            row = rowOf(tables, "recognition_accuracy",
                        {{"participant", participant.id}, {"condition", report().conditions[c]}});
            EXPECT_EQ(row["trials"], "24");
            EXPECT_EQ(row["correct"], std::to_string(condition.accuracy.correct));
            EXPECT_EQ(row["accuracy"], shortNumber(condition.accuracy.share()));
            EXPECT_EQ(row["accuracy_ci95_low"], shortNumber((*condition.interval95)[0]));
            EXPECT_EQ(row["accuracy_ci95_high"], shortNumber((*condition.interval95)[1]));
            EXPECT_EQ(row["chance"], "0.25");
            EXPECT_EQ(row["p_above_chance"], shortNumber(*condition.accuracy.chanceP));
            EXPECT_EQ(row["above_chance"], condition.accuracy.aboveChance() ? "1" : "0");
            EXPECT_EQ(row["median_rt_ms"], shortNumber(*condition.medianRtMs));
            row = rowOf(tables, "recognition_confusion",
                        {{"participant", participant.id},
                         {"condition", report().conditions[c]},
                         {"category", "b"},
                         {"response", "c"}});
            EXPECT_EQ(row["trials"], std::to_string(condition.confusion[1][2]));
        }
    }
    const auto& group = report().group[1];
    auto row = rowOf(tables, "recognition_group", {{"condition", "conv1"}});
    EXPECT_EQ(row["accuracy"], shortNumber(group.accuracy->mean));
    EXPECT_EQ(row["accuracy_ci95_low"], shortNumber((*group.accuracy->interval95)[0]));
    EXPECT_EQ(row["participants_above_chance"], std::to_string(group.aboveChance));
    EXPECT_EQ(row["match_snr_db"], "35");
    EXPECT_EQ(row["match_spearman"], shortNumber(*group.matchSpearman));
    const auto& pair = report().comparison.tests->pairs[2];
    row = rowOf(tables, "recognition_tests",
                {{"first_condition", "conv1"}, {"second_condition", "fc"}});
    EXPECT_EQ(row["p"], shortNumber(pair.test.p));
    EXPECT_EQ(row["p_holm"], shortNumber(pair.adjustedP));
    EXPECT_EQ(row["accuracy_difference"], shortNumber(pair.difference.mean));
    row = rowOf(tables, "recognition_tests", {{"test", "Friedman"}});
    EXPECT_EQ(row["statistic"], shortNumber(report().comparison.tests->omnibus.statistic));
}

TEST_F(RecognitionDocument, ThePageHasAConfusionMatrixForEachConditionShadedByItsShares)
{
    int matrices = 0;
    for (const auto& section : reportDocument(study())) {
        for (const auto& table : section.tables) {
            for (const auto& row : table.rows) {
                EXPECT_EQ(row.size(), table.columns.size()) << table.name;
            }
            if (table.shades.empty()) {
                continue;
            }
            const auto& confusion = report().group.at(static_cast<std::size_t>(matrices)).confusion;
            ++matrices;
            ASSERT_EQ(table.rows.size(), 4U);
            for (std::size_t shown = 0; shown < 4; ++shown) {
                ASSERT_EQ(table.shades[shown].size(), table.columns.size());
                const double trials = std::stod(table.rows[shown].back());
                double sum = 0.0;
                for (std::size_t said = 0; said < 4; ++said) {
                    EXPECT_EQ(table.shades[shown][said + 1], confusion[shown][said] / trials);
                    sum += table.shades[shown][said + 1];
                }
                EXPECT_NEAR(sum, 1.0, 1e-12);
            }
        }
    }
    EXPECT_EQ(matrices, 3);
}

TEST_F(RecognitionDocument, WhatIsAbsentIsEmptyAndNeverANumber)
{
    auto data = recognitionData({{recognized("natural", 0, 0)}});
    const StudyReport one{.thresholds = {}, .recognition = {computeRecognitionReport(data)}};
    const auto tables = reportTables(one);
    auto row = rowOf(tables, "recognition_accuracy", {{"condition", "fc"}});
    for (const char* column :
         {"accuracy", "accuracy_ci95_low", "p_above_chance", "above_chance", "median_rt_ms"}) {
        EXPECT_EQ(row[column], "") << column;
    }
    EXPECT_EQ(row["trials"], "0");
    row = rowOf(tables, "recognition_group", {{"condition", "natural"}});
    EXPECT_EQ(row["accuracy"], "1");
    EXPECT_EQ(row["accuracy_ci95_low"], "");
    for (const auto& table : tables) {
        EXPECT_EQ(toCsv(table).find("nan"), std::string::npos) << table.name;
        EXPECT_FALSE(table.columns.empty()) << table.name;
    }
    for (const auto& section : reportDocument(one)) {
        for (const auto& table : section.tables) {
            EXPECT_EQ(toCsv(table).find("nan"), std::string::npos) << table.name;
        }
    }
}

TEST_F(RecognitionDocument, AStudyOfBothKindsHasTheTablesAndSectionsOfBoth)
{
    StudyReport both = study();
    auto thresholds = computeThresholdReport(mlab::study(1, 2.0), {});
    thresholds.designName = both.recognition[0].designName; // distinguished by their hashes
    both.thresholds.push_back(std::move(thresholds));
    const auto tables = reportTables(both);
    std::set<std::string> designs;
    const auto sessions = std::ranges::find(tables, "sessions", &ReportTable::name);
    for (const auto& row : sessions->rows) {
        designs.insert(row[0]);
    }
    EXPECT_EQ(designs, (std::set<std::string>{"words, simulated participants (d0, 1)",
                                              "words, simulated participants (e0e0e0e0, 2)"}));
    EXPECT_EQ(sessions->rows.size(), 4U);
    std::set<std::string> figures;
    std::size_t count = 0;
    std::vector<std::string> titles;
    for (const auto& section : reportDocument(both)) {
        if (section.isDesign) {
            titles.push_back(section.title);
        }
        for (const auto& figure : section.figures) {
            figures.insert(figure.name);
            ++count;
        }
    }
    EXPECT_EQ(titles, (std::vector<std::string>{"words, simulated participants (d0, 1)",
                                                "words, simulated participants (e0e0e0e0, 2)"}));
    EXPECT_EQ(figures.size(), count);
    EXPECT_TRUE(figures.contains("words--simulated-participants--e0e0e0e0--2--accuracy"));
}

} // namespace
} // namespace mlab
