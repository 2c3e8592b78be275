// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/document/report_document.h"
#include "tests/core/network_report/simulated_metamers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace mlab {
namespace {

TEST(MetamerComparison, PeopleAreAttributedToTheNetworkTheyAnswerAs)
{
    const auto data = simulatedMetamers(3, 60);
    const auto report = computeNetworkReport(data, nullptr, 2, {});
    const auto& own = report.layers[0];
    const auto& other = report.layers[1];
    ASSERT_EQ(own.problem, "");
    EXPECT_LT(*own.noise.sigma95.lower, kMetamerSigma);
    EXPECT_GT(*own.noise.sigma95.upper, kMetamerSigma);
    EXPECT_GT(*own.noise.explained->share, 0.8);
    EXPECT_LT(*other.noise.explained->share, 0.5);
    EXPECT_GT(*own.agreement.r, 0.9);
    EXPECT_GT(*own.agreement.r, *other.agreement.r);
    ASSERT_TRUE(own.items);
    EXPECT_GT(own.items->gain, 0);
    EXPECT_LT(own.items->pValue, 0.01);
    // Noises are independent; conditions of different difficulty make answers seem to agree.
    EXPECT_LT(std::abs(*own.conditionalKappa), 0.15);
    EXPECT_LT(*own.conditionalKappa, *own.kappa);
    const auto people = meanSensitivities(report);
    for (std::size_t k = 0; k < kConditions; ++k) {
        EXPECT_NEAR(*own.predicted[k], *people[k], 0.5) << data.dimensions[k].id();
    }
}

TEST(MetamerComparison, WhatNeedsLevelsIsAbsent)
{
    const auto report = computeNetworkReport(simulatedMetamers(2, 24), nullptr, 2, {});
    for (const auto& layer : report.layers) {
        EXPECT_FALSE(layer.agreement.residualDb);
        EXPECT_FALSE(layer.intervals.residualDb);
        EXPECT_FALSE(layer.slopeRatio);
        for (const auto& function : layer.functions) {
            EXPECT_FALSE(function);
        }
    }
    EXPECT_EQ(report.eccentricitiesDeg.size(), 1U);
    EXPECT_EQ(report.people.groups, std::vector<std::size_t>(kConditions, 0));
}

TEST(MetamerComparison, DPrimeIsFiniteWhereAllAnswersAreRight)
{
    auto data = simulatedMetamers(1, 10);
    for (auto& trial : data.participants[0].trials) {
        trial.correct = trial.correct || trial.dimension == 0;
    }
    const auto report = computeNetworkReport(data, nullptr, 1, {});
    // With half a right answer more in one trial more.
    EXPECT_NEAR(proportionCorrect(data.decisionModel, *report.people.logThresholds[0][0]),
                10.5 / 11, 1e-6);
    EXPECT_GT(*report.people.standardErrors[0][0], 0);
}

TEST(MetamerComparison, APairThatANetworkCannotTellApartIsAnsweredByGuessing)
{
    auto data = simulatedMetamers(1, 10);
    auto& distances = data.layers[0].distances;
    std::fill_n(distances.begin(), kPairsEach, 0.0);
    const auto report = computeNetworkReport(data, nullptr, 1, {});
    EXPECT_EQ(report.layers[0].problem, "");
    EXPECT_EQ(*report.layers[0].predicted[0], 0.0);
}

TEST(MetamerComparison, TheDocumentHasConditionsInPlaceOfThresholds)
{
    DesignComparison comparison;
    comparison.networks = simulatedMetamers(2, 24);
    comparison.report = computeNetworkReport(comparison.networks, nullptr, 2, {});
    StudyReport study;
    study.comparisons.push_back(std::move(comparison));
    const auto document = reportDocument(study);
    EXPECT_THAT(document[0].paragraphs[0], testing::HasSubstr("Conditions of whole metamers: 8"));
    const auto& main = document[0].tables.front();
    for (const auto& column : main.columns) {
        EXPECT_NE(column.name, "slope ratio");
    }
    EXPECT_EQ(document[1].tables.front().rows.size(), kConditions);
    const auto tables = reportTables(study);
    const auto& thresholds = *std::ranges::find(tables, "model_thresholds", &ReportTable::name);
    const auto place = [&](const std::string& name) {
        return static_cast<std::size_t>(
            std::ranges::find(thresholds.columns, name, &ReportColumn::name) -
            thresholds.columns.begin());
    };
    for (const auto& row : thresholds.rows) {
        EXPECT_EQ(row[place("log_threshold")], "");
        EXPECT_NE(row[place("dprime")], "");
    }
    EXPECT_EQ(thresholds.rows.size(), kConditions * (2 + 1 + 2));
}

} // namespace
} // namespace mlab
