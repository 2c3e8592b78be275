// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/diagnostic.h"
#include "core/base/error.h"
#include "core/base/number_text.h"
#include "core/document/report_document.h"
#include "core/page/report_text.h"
#include "tests/core/report/report_test_support.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <limits>
#include <set>
#include <string>
#include <vector>

namespace mlab {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

const ReportTable& named(const std::vector<ReportTable>& tables, const std::string& name)
{
    return *std::ranges::find(tables, name, &ReportTable::name);
}

std::string value(const ReportTable& table, std::size_t row, const std::string& column)
{
    const auto found = std::ranges::find(table.columns, column, &ReportColumn::name);
    return found == table.columns.end()
               ? "there is no column " + column
               : table.rows.at(row).at(static_cast<std::size_t>(found - table.columns.begin()));
}

class Document : public testing::Test {
protected:
    static const std::vector<ThresholdReport>& reports()
    {
        static const std::vector<ThresholdReport> kReports = {
            computeThresholdReport(study(3, 2.0), {}), computeThresholdReport(study(1, 2.0), {})};
        return kReports;
    }
    static StudyReport asStudy(std::vector<ThresholdReport> some)
    {
        return {.thresholds = std::move(some), .recognition = {}};
    }
};

TEST_F(Document, EveryRowHasAValueForEveryColumnAndEveryColumnAMeaning)
{
    const auto tables = reportTables(asStudy(reports()));
    const auto dictionary = dataDictionary(tables);
    std::size_t columns = 0;
    for (const auto& table : tables) {
        EXPECT_FALSE(table.columns.empty()) << table.name;
        columns += table.columns.size();
        std::set<std::string> names;
        for (const auto& column : table.columns) {
            EXPECT_FALSE(column.description.empty()) << table.name << " " << column.name;
            EXPECT_TRUE(names.insert(column.name).second) << table.name << " " << column.name;
        }
        for (const auto& row : table.rows) {
            ASSERT_EQ(row.size(), table.columns.size()) << table.name;
        }
    }
    EXPECT_EQ(dictionary.rows.size(), columns + 1) << "and the row on texts like formulas";
    // A participant alone has no tests, but the table still says what would be in it.
    const auto alone = reportTables(asStudy({reports()[1]}));
    EXPECT_TRUE(named(alone, "layer_tests").rows.empty());
    EXPECT_EQ(named(alone, "layer_tests").columns.size(),
              named(tables, "layer_tests").columns.size() - 1)
        << "without the title of the only design";
}

TEST_F(Document, OfManyNotesTheFirstAreListedAndThenHowManyMoreThereAre)
{
    auto data = study(1, 2.0);
    for (std::size_t i = 0; i < kMostListed + 5; ++i) {
        const auto number = std::to_string(i);
        ThresholdSessionData empty;
        empty.id = "E" + number;
        data.participants.push_back({.id = "Q" + number, .sessions = {empty}});
    }
    const auto document = reportDocument(asStudy({computeThresholdReport(data, {})}));
    const auto& paragraphs = document.front().paragraphs;
    EXPECT_EQ(std::ranges::count_if(paragraphs,
                                    [](const auto& text) { return text.starts_with("Note: "); }),
              static_cast<std::ptrdiff_t>(kMostListed + 1));
    EXPECT_EQ(paragraphs.back(), "Note: not listed here: 5 more.");
}

TEST_F(Document, SectionsOfMoreParticipantsThanAPageHoldsAreLeftOutUnlessTheyAreNamed)
{
    const auto titled = [](const std::string& title, const std::string& participant = "") {
        ReportSection section;
        section.title = title;
        section.isDesign = title == "design";
        section.participant = participant;
        return section;
    };
    std::vector<ReportSection> whole;
    for (const std::size_t participants :
         {kMostParticipantSections, kMostParticipantSections + 1}) {
        whole.push_back(titled("design"));
        for (std::size_t i = 0; i < participants; ++i) {
            whole.push_back(titled("participant ", "P" + std::to_string(i)));
        }
    }
    whole.push_back(titled("methods"));

    auto page = whole;
    selectParticipants(page, {});
    ASSERT_EQ(page.size(), kMostParticipantSections + 3);
    EXPECT_TRUE(page.front().paragraphs.empty());
    const auto& second = page[kMostParticipantSections + 1];
    EXPECT_TRUE(second.isDesign);
    EXPECT_THAT(second.paragraphs, ElementsAre(HasSubstr("--participant")));
    EXPECT_EQ(page.back().title, "methods");

    page = whole;
    selectParticipants(page, std::vector<std::string>{"P3", "P200"});
    std::vector<std::string> kept;
    for (const auto& section : page) {
        kept.push_back(section.title + section.participant);
    }
    EXPECT_THAT(kept, ElementsAre("design", "participant P3", "design", "participant P3",
                                  "participant P200", "methods"));

    page = whole;
    EXPECT_THAT([&] { selectParticipants(page, std::vector<std::string>{"p3"}); },
                ThrowsMessage<InvalidArgument>(HasSubstr("did you mean \"P3\"?")));
}

TEST_F(Document, RowsNameTheirPartOfTheReportOnlyIfThereAreSeveral)
{
    for (const auto& table : reportTables(asStudy({reports()[1]}))) {
        EXPECT_EQ(std::ranges::count(table.columns, "design", &ReportColumn::name), 0)
            << table.name;
        EXPECT_EQ(table.columns.front().name, "design_name") << table.name;
    }
    for (const auto& table : reportTables(asStudy(reports()))) {
        EXPECT_EQ(table.columns.front().name, "design") << table.name;
    }
}

TEST_F(Document, TablesHoldTheNumbersAsTheyAre)
{
    const auto tables = reportTables(asStudy(reports()));
    const auto& thresholds = named(tables, "thresholds");
    ASSERT_EQ(thresholds.rows.size(), 16U); // 4 participants x 4 dimensions
    const auto& dimension = reports()[0].participants[1].dimensions[2];
    EXPECT_EQ(value(thresholds, 6, "participant"), "P1");
    EXPECT_EQ(value(thresholds, 6, "dimension_id"), dimension.dimension.id());
    EXPECT_EQ(value(thresholds, 6, "n_total"), "80");
    EXPECT_EQ(value(thresholds, 6, "session_ids"), "S1");
    EXPECT_EQ(value(thresholds, 6, "simulated"), "1");
    EXPECT_EQ(value(thresholds, 6, "threshold_sd"),
              shortNumber(dimension.estimate->parameters.threshold));
    EXPECT_EQ(value(thresholds, 6, "threshold_ci95_high"),
              shortNumber(dimension.estimate->interval95.upper.threshold));
    ASSERT_TRUE(dimension.quality);
    EXPECT_EQ(value(thresholds, 6, "deviance"), shortNumber(dimension.quality->deviance));
    EXPECT_EQ(value(thresholds, 6, "deviance_p"), shortNumber(dimension.quality->p));
    EXPECT_EQ(value(thresholds, 6, "pseudo_r2"), shortNumber(dimension.quality->pseudoR2.value()));
    EXPECT_EQ(value(thresholds, 6, "mae"), shortNumber(dimension.quality->meanAbsoluteError));
    EXPECT_EQ(value(thresholds, 6, "outside_levels"), "");
    EXPECT_EQ(value(named(tables, "answers_by_level"), 0, "deviance_residual"),
              shortNumber(reports()[0].participants[0].dimensions[0].quality->residuals[0]));
    EXPECT_EQ(value(named(tables, "group"), 0, "threshold_sd"),
              shortNumber(std::exp(reports()[0].group[0].logThreshold->mean)));
    EXPECT_EQ(value(named(tables, "layer_tests"), 1, "p"),
              shortNumber(reports()[0].layers.tests->pairs[0].test.p));
    const auto& trials = named(tables, "trials");
    ASSERT_EQ(trials.rows.size(), 16U * 80U);
    EXPECT_EQ(value(trials, 80, "session_id"), "S0");
    EXPECT_EQ(value(trials, 80, "trial_index"), "0");
    EXPECT_EQ(value(trials, 80, "dimension_id"), reports()[0].group[1].dimension.id());
    EXPECT_EQ(value(trials, 80, "task"), "abx");
    EXPECT_EQ(value(trials, 80, "simulated"), "1");
    EXPECT_EQ(value(trials, 80, "left_out"), "");
    const auto& bins = named(tables, "answers_by_level").rows;
    EXPECT_GE(bins.size(), 16U * 3U);
    const auto& first = reports()[0].participants[0].dimensions[0];
    const auto dPrime =
        testDifference(reports()[0].task, static_cast<int>(first.bins[0].correct),
                       static_cast<int>(first.bins[0].total), IntervalStatistic::exact)
            .dPrime;
    EXPECT_EQ(value(named(tables, "answers_by_level"), 0, "d_prime"), shortNumber(dPrime.value));
    EXPECT_EQ(value(named(tables, "answers_by_level"), 0, "d_prime_ci95_high"),
              shortNumber(dPrime.upper));
}

TEST_F(Document, WhatIsAbsentIsEmptyAndNeverANumber)
{
    ThresholdData data = study(1, 1.0);
    for (auto& trial : data.participants[0].sessions[0].trials) {
        trial.levelAchieved = 0.5;
    }
    data.measures.clear();
    const std::vector<ThresholdReport> oneLevel = {computeThresholdReport(data, {})};
    const auto tables = reportTables(asStudy(oneLevel));
    for (const char* column :
         {"threshold_sd", "threshold_ci95_low", "width", "drift_p", "ssim", "snr_db", "deviance",
          "deviance_p", "pseudo_r2", "mae", "outside_levels"}) {
        EXPECT_EQ(value(named(tables, "thresholds"), 0, column), "") << column;
    }
    EXPECT_EQ(value(named(tables, "thresholds"), 0, "located"), "0");
    EXPECT_NE(value(named(tables, "thresholds"), 0, "warnings").find("one level"),
              std::string::npos);
    EXPECT_EQ(value(named(tables, "group"), 0, "threshold_sd"), "");
    for (const auto& table : tables) {
        EXPECT_EQ(toCsv(table).find("nan"), std::string::npos) << table.name;
        EXPECT_EQ(toCsv(table).find("inf"), std::string::npos) << table.name;
    }
}

TEST_F(Document, BeginsWithTheAnswersInSentences)
{
    const auto document = reportDocument(asStudy(reports()));
    const auto& summary = document.front().paragraphs;
    ASSERT_GE(summary.size(), 5U);
    EXPECT_EQ(summary[0].find("3 participants, 4 dimensions, 80 trials in each; task abx (chance "
                              "50 %). The data determine 12 of 12 thresholds."),
              0U)
        << summary[0];
    EXPECT_NE(summary[1].find("The smallest changes were noticed in layer band"), std::string::npos)
        << summary[1];
    EXPECT_NE(summary[1].find("times as high"), std::string::npos);
    EXPECT_NE(summary[2].find("No dimension has a determined threshold for both plus and minus"),
              std::string::npos)
        << summary[2];
    EXPECT_NE(summary[3].find("differ by a factor of"), std::string::npos) << summary[3];
    EXPECT_NE(summary[4].find("SSIM ran from"), std::string::npos) << summary[4];
    // What the numbers mean comes once, at the end.
    EXPECT_EQ(document.back().title, "How thresholds were computed");
}

TEST_F(Document, PeopleAndSimulatedParticipantsAreApartAndNamed)
{
    auto data = study(1, 2.0);
    auto simulated = reports()[1];
    data.simulated = false;
    const auto study = asStudy({computeThresholdReport(data, {}), std::move(simulated)});
    std::set<std::string> titles;
    for (const auto& section : reportDocument(study)) {
        if (section.isDesign) {
            titles.insert(section.title);
        }
    }
    EXPECT_EQ(titles, (std::set<std::string>{"study", "study, simulated participants"}));
    const auto tables = reportTables(study);
    const auto& trials = named(tables, "trials");
    EXPECT_EQ(value(trials, 0, "simulated"), "0");
    EXPECT_EQ(value(trials, trials.rows.size() - 1, "simulated"), "1");
}

TEST_F(Document, RoundingErrorsAreShownAsNought)
{
    EXPECT_EQ(rounded(-1.39e-15), "0");
    EXPECT_EQ(rounded(0.00012345), "0.000123");
}

TEST_F(Document, LargeNumbersAreWrittenOut)
{
    EXPECT_EQ(rounded(1433), "1433");
    EXPECT_EQ(rounded(-5589.3), "-5589");
    EXPECT_EQ(rounded(999.7), "1000");
    EXPECT_EQ(rounded(999.4), "999");
    EXPECT_EQ(rounded(std::numeric_limits<double>::infinity()), "∞");
}

TEST_F(Document, CsvIsQuotedWhereItMustBe)
{
    const ReportTable table{
        .name = "t", .columns = {{"a", "", ""}, {"b", "", ""}}, .rows = {{"1", "x, \"y\""}}};
    EXPECT_EQ(toCsv(table), "a,b\r\n1,\"x, \"\"y\"\"\"\r\n");
}

TEST_F(Document, EveryFigureHasAFileNameOfItsOwn)
{
    std::set<std::string> names;
    std::size_t figures = 0;
    for (const auto& section : reportDocument(asStudy(reports()))) {
        for (const auto& figure : section.figures) {
            ++figures;
            names.insert(figure.name);
            EXPECT_EQ(fileNameOf(figure.name), figure.name);
            EXPECT_FALSE(figure.caption.empty());
        }
    }
    EXPECT_EQ(names.size(), figures);
    // Per design: layers and contrast; of the group, thresholds and radar; per participant:
    // thresholds, fits and tracks.
    EXPECT_EQ(figures, 2U * 2U + 2U + 4U * 3U);
    EXPECT_EQ(fileNameOf("conv 1/a:ü"), "conv-1-a---");
}

// The figures of participant "p 1" replaced those of "P-1".
TEST_F(Document, ParticipantsWhoseNamesReadAlikeHaveFiguresOfTheirOwn)
{
    auto report = reports()[0];
    ASSERT_EQ(report.participants.size(), 3U);
    report.participants[0].id = "P-1";
    report.participants[1].id = "p 1";
    report.participants[2].id = "P-1-fits";
    std::set<std::string> names;
    std::size_t figures = 0;
    for (const auto& section : reportDocument(asStudy({report}))) {
        for (const auto& figure : section.figures) {
            auto name = figure.name;
            std::ranges::transform(name, name.begin(), [](unsigned char c) {
                return static_cast<char>(std::tolower(c));
            });
            ++figures;
            EXPECT_TRUE(names.insert(name).second) << figure.name;
        }
    }
    EXPECT_EQ(names.size(), figures);
    EXPECT_TRUE(names.contains("p-1-fits"));
    EXPECT_TRUE(names.contains("p-1-fits-2"));
}

} // namespace
} // namespace mlab
