// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/document/report_document.h"
#include "core/report/metamer_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace mlab {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

Dimension conditionOf(const std::string& layer, Comparison comparison, double snrDb)
{
    return {.layer = layer,
            .component = 0,
            .metamers =
                MetamerCondition{.comparison = comparison, .match = MetamerMatch{.value = snrDb}}};
}

const auto kOriginal = Comparison::originalSynthesised;
const auto kSynthesised = Comparison::synthesisedSynthesised;

MetamerData emptyData()
{
    return {.designName = "whole",
            .designSha256 = "d",
            .modality = "image",
            .taskName = "abx",
            .task = DiscriminationTask::abxDifferencing,
            .conditions = {conditionOf("texture", kOriginal, 20),
                           conditionOf("texture", kSynthesised, 20),
                           conditionOf("pool", kOriginal, 20),
                           conditionOf("pool", kSynthesised, 20)},
            .participants = {}};
}

TrialRecord trialOf(const Dimension& condition, bool correct, const std::string& reference)
{
    TrialRecord trial;
    trial.dimension = condition;
    trial.procedure = "constant";
    trial.levelAchieved =
        condition.metamers->match ? mismatchOfSnrDb(condition.metamers->match->value) : 1.0;
    trial.converged = true;
    trial.referenceId = reference;
    trial.referenceSha256 = "sha-" + reference;
    trial.probeSha256 = "sha-" + condition.id() + reference;
    trial.correct = correct;
    trial.rtMs = 500;
    return trial;
}

/// A participant with so many correct answers of ten in each condition.
ParticipantData<TrialRecord> participantOf(const std::string& id, const MetamerData& data,
                                           const std::vector<int>& correct)
{
    SessionData<TrialRecord> session{
        .id = id + "-1", .startedAt = "2026", .finished = true, .trials = {}};
    for (std::size_t c = 0; c < data.conditions.size(); ++c) {
        for (int i = 0; i < 10; ++i) {
            session.trials.push_back(
                trialOf(data.conditions[c], i < correct[c], "r" + std::to_string(i)));
        }
    }
    return {.id = id, .sessions = {session}};
}

void addCatchTrials(ParticipantData<TrialRecord>& participant, int correct, int all)
{
    for (int i = 0; i < all; ++i) {
        auto trial =
            trialOf({.layer = "texture",
                     .component = 0,
                     .metamers = MetamerCondition{.comparison = Comparison::originalOriginal}},
                    i < correct, "r0");
        trial.procedure = kCatchProcedure;
        participant.sessions.front().trials.push_back(trial);
    }
}

TEST(MetamerReport, GivesAccuracyAndDPrimeOfEachConditionOfAParticipant)
{
    auto data = emptyData();
    data.participants = {participantOf("P1", data, {10, 5, 8, 6})};
    data.participants.front().sessions.front().trials.front().converged = false;
    const auto report = computeMetamerReport(data);
    const auto& own = report.participants.front().conditions;
    EXPECT_EQ(own[2].accuracy.correct, 8);
    EXPECT_NEAR(own[2].dPrime->value,
                dPrimeFromProportionCorrect(DiscriminationTask::abxDifferencing, 0.8), 1e-9);
    EXPECT_LT(own[2].dPrime->lower, own[2].dPrime->value);
    EXPECT_GT(own[2].dPrime->upper, own[2].dPrime->value);
    EXPECT_EQ(own[1].dPrime->value, 0);
    EXPECT_TRUE(std::isinf(own[0].dPrime->value));
    EXPECT_EQ(own[0].notAccepted, 1);
    EXPECT_NEAR(*report.group[2].medianSnrDb, 20, 1e-9);
    EXPECT_EQ(report.group[2].metamers, 10);
    EXPECT_TRUE(report.curves.empty());
}

TEST(MetamerReport, ComparesEachFactorWithinParticipants)
{
    auto data = emptyData();
    for (int i = 0; i < 6; ++i) {
        data.participants.push_back(participantOf("P" + std::to_string(i), data, {10, 6, 8, 4}));
    }
    const auto report = computeMetamerReport(data);
    ASSERT_THAT(report.factors, SizeIs(2));
    EXPECT_EQ(report.factors[0].name, "layer");
    EXPECT_EQ(report.factors[1].name, "comparison");
    EXPECT_NEAR(report.factors[0].tests->pairs.front().difference.mean, -0.2, 1e-12);
    EXPECT_NEAR(report.factors[1].tests->pairs.front().difference.mean, -0.4, 1e-12);
    EXPECT_NEAR(report.factors[1].tests->pairs.front().test.p, 2.0 / 64, 1e-12);
}

TEST(MetamerReport, CountsCatchTrialsApartAndWarnsOfInattention)
{
    auto data = emptyData();
    data.participants = {participantOf("P1", data, {9, 9, 9, 9}),
                         participantOf("P2", data, {5, 5, 5, 5})};
    addCatchTrials(data.participants[0], 8, 8);
    addCatchTrials(data.participants[1], 4, 8);
    const auto report = computeMetamerReport(data);
    EXPECT_EQ(report.participants[0].catchTrials.correct, 8);
    EXPECT_EQ(report.participants[0].conditions[0].accuracy.trials, 10);
    const auto missed = [](const MetamerParticipantReport& participant) {
        return std::ranges::count_if(participant.warnings, [](const ReportWarning& each) {
            return std::holds_alternative<warning::CatchTrialsMissed>(each);
        });
    };
    EXPECT_EQ(missed(report.participants[0]), 0);
    EXPECT_EQ(missed(report.participants[1]), 1);
}

TEST(MetamerReport, ListsThePairsThatMostAnswersConfusedFirst)
{
    auto data = emptyData();
    data.participants = {participantOf("P1", data, {10, 10, 9, 10}),
                         participantOf("P2", data, {10, 10, 9, 9})};
    const auto report = computeMetamerReport(data);
    EXPECT_THAT(report.pairs, SizeIs(40));
    const auto confused = report.confusedPairs();
    ASSERT_THAT(confused, SizeIs(2));
    EXPECT_EQ(confused[0].referenceId, "r9");
    EXPECT_EQ(confused[0].condition, "pool/original-synthesised/noise/20dB");
    EXPECT_EQ(confused[0].wrong, 2);
    EXPECT_EQ(confused[1].wrong, 1);
}

TEST(MetamerReport, FitsAFunctionWhereSeveralMatchesWereShown)
{
    auto data = emptyData();
    data.conditions.clear();
    for (const double snrDb : {0, 10, 20, 30}) {
        data.conditions.push_back(conditionOf("pool", kOriginal, snrDb));
    }
    data.participants = {participantOf("P1", data, {10, 10, 6, 5}),
                         participantOf("P2", data, {10, 9, 5, 5})};
    const auto report = computeMetamerReport(data);
    ASSERT_THAT(report.curves, SizeIs(1));
    EXPECT_EQ(report.curves.front().id(), "pool/original-synthesised/noise/adaptive");
    for (const auto& participant : report.participants) {
        const auto& curve = participant.curves.front();
        EXPECT_EQ(curve.trials, 40);
        ASSERT_TRUE(curve.estimate);
        // Between the match that all answers were right at, and that at chance.
        EXPECT_GT(snrDbOfMismatch(curve.estimate->parameters.threshold), 5);
        EXPECT_LT(snrDbOfMismatch(curve.estimate->parameters.threshold), 25);
    }
}

TEST(MetamerReport, HasNoTrials)
{
    EXPECT_THROW(computeMetamerReport(emptyData()), InvalidArgument);
}

TEST(MetamerDocument, HasASectionForEachFactorTheConfusedPairsAndEachParticipant)
{
    auto data = emptyData();
    data.participants = {participantOf("P1", data, {9, 9, 7, 5}),
                         participantOf("P2", data, {10, 8, 7, 6})};
    addCatchTrials(data.participants[0], 3, 4);
    StudyReport study;
    study.metamers = {computeMetamerReport(data)};
    const auto document = reportDocument(study);
    std::vector<std::string> titles;
    for (const auto& section : document) {
        titles.push_back(section.title);
    }
    EXPECT_THAT(titles, testing::ElementsAre(
                            "whole", "Comparison of layers", "Comparison of comparisons",
                            "Pairs most often confused", "Participant P1", "Participant P2",
                            "How discrimination of whole metamers was computed"));
    // Of the ten pairs of each condition at least one person was wrong in 1, 2, 3 and 5.
    EXPECT_THAT(document[3].pairs, SizeIs(11));
    EXPECT_THAT(document[4].paragraphs,
                testing::Contains(HasSubstr("Catch trials correct: 3 of 4")));
}

TEST(MetamerDocument, HasATableWithTheSameColumnsInEveryRowForEachFile)
{
    auto data = emptyData();
    data.participants = {participantOf("P1", data, {9, 9, 7, 5})};
    StudyReport study;
    study.metamers = {computeMetamerReport(data)};
    std::vector<std::string> names;
    for (const auto& table : reportTables(study)) {
        names.push_back(table.name);
        EXPECT_FALSE(table.columns.empty()) << table.name;
        for (const auto& row : table.rows) {
            EXPECT_EQ(row.size(), table.columns.size()) << table.name;
        }
    }
    EXPECT_THAT(names, testing::ElementsAre("sessions", "metamer_participants",
                                            "metamer_conditions", "metamer_group", "metamer_curves",
                                            "metamer_factors", "metamer_tests", "metamer_pairs"));
}

} // namespace
} // namespace mlab
