// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/document/report_document.h"
#include "tests/core/network_report/simulated_networks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace mlab {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

StudyReport studyOf(const Simulated& simulated, std::vector<std::string> problems = {})
{
    const auto people = computeThresholdReport(simulated.people, {});
    DesignComparison comparison{.design = comparedDesign(simulated.people),
                                .people = people.group,
                                .networks = simulated.networks,
                                .report = {},
                                .trialsLeftOut = 0,
                                .problems = std::move(problems)};
    comparison.networks.layers[2].baseline = true;
    comparison.report = computeNetworkReport(comparison.networks, &people, 2, {});
    StudyReport study;
    study.comparisons.push_back(std::move(comparison));
    return study;
}

const ReportTable& named(const std::vector<ReportTable>& tables, const std::string& name)
{
    return *std::ranges::find(tables, name, &ReportTable::name);
}

TEST(NetworkDocument, EveryTableHasItsColumnsAlsoWithoutRows)
{
    const auto tables = reportTables(studyOf(Simulated(1, 24)));
    for (const auto& table : tables) {
        EXPECT_FALSE(table.columns.empty()) << table.name;
        for (const auto& row : table.rows) {
            ASSERT_EQ(row.size(), table.columns.size()) << table.name;
        }
    }
    EXPECT_TRUE(named(tables, "problems").rows.empty());
    // A participant and the group, two layers and a baseline.
    EXPECT_EQ(named(tables, "comparison").rows.size(), 6U);
    EXPECT_EQ(named(tables, "distances").rows.size(), 3U * 24U * kDimensions);
    EXPECT_EQ(named(tables, "model_thresholds").rows.size(), kDimensions * (1 + 1 + 3));
}

TEST(NetworkDocument, ADesignWhoseStimuliAreAllGoneHasAPageAndItsProblem)
{
    StudyReport study;
    DesignComparison comparison;
    comparison.networks.dimensions = Simulated(1, 1).networks.dimensions;
    comparison.problems = {"8 of 8 trials are left out"};
    study.comparisons.push_back(std::move(comparison));
    const auto tables = reportTables(study);
    EXPECT_TRUE(named(tables, "model_thresholds").rows.empty());
    EXPECT_EQ(named(tables, "problems").rows.size(), 1U);
    EXPECT_THAT(reportDocument(study).front().paragraphs,
                Contains("Not compared: 8 of 8 trials are left out"));
}

TEST(NetworkDocument, PeopleWithEachOtherStandBelowTheNetworksAndBaselines)
{
    const auto document = reportDocument(studyOf(Simulated(3, 24)));
    ASSERT_TRUE(document.front().isDesign);
    const auto& table = document.front().tables.front();
    ASSERT_EQ(table.rows.size(), 4U);
    EXPECT_EQ(table.rows.front().front(), "own, layer");
    EXPECT_EQ(table.rows.back().front(), "people with each other");
    EXPECT_THAT(document.front().paragraphs, Contains(HasSubstr("For a methods section")));
}

TEST(NetworkDocument, SaysThatNothingIsNormalisedForOneParticipantAndWhatWasNotCompared)
{
    const auto document =
        reportDocument(studyOf(Simulated(1, 24), {"A, layer x: the model has no such layer"}));
    const auto& paragraphs = document.front().paragraphs;
    EXPECT_THAT(paragraphs, Contains(HasSubstr("nothing is normalised")));
    EXPECT_THAT(paragraphs, Contains(HasSubstr("Not compared: A, layer x")));
}

TEST(NetworkDocument, ANetworkIsCalledHumanLikeOnlyIfItBeatsTheBaselines)
{
    auto study = studyOf(Simulated(2, 24));
    auto& layers = study.comparisons[0].report.layers;
    layers[2].noise.predictedLogLikelihood = -1.0; // better than any
    EXPECT_THAT(reportDocument(study).front().paragraphs,
                Contains(HasSubstr("none is called human-like")));
    layers[2].noise.predictedLogLikelihood = -1e6;
    EXPECT_THAT(reportDocument(study).front().paragraphs,
                Contains(HasSubstr("better than every baseline")));
}

} // namespace
} // namespace mlab
