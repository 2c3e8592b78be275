// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/report/recognition_report.h"
#include "core/trial/trial.h"
#include "tests/core/report/recognition_test_support.h"
#include "tests/core/report/warning_test_support.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>
#include <vector>

namespace mlab {
namespace {

using Trials = std::vector<RecognitionRecord>;

// `correct` right answers among `trials`, the categories in turn.
Trials answers(const std::string& condition, int correct, int trials)
{
    Trials out;
    for (int i = 0; i < trials; ++i) {
        const auto category = static_cast<std::size_t>(i) % 4;
        out.push_back(recognized(condition, category, i < correct ? category : (category + 1) % 4));
    }
    return out;
}

Trials operator+(Trials first, const Trials& second)
{
    first.insert(first.end(), second.begin(), second.end());
    return first;
}

// Newcombe 1998 (Statistics in Medicine 17, 857-872), table I, method 3.
TEST(RecognitionReport, WilsonsIntervalIsThatOfNewcombesTable)
{
    struct Row {
        int correct, trials;
        double low, high;
    };
    for (const auto& [correct, trials, low, high] : {Row{81, 263, 0.2553, 0.3662},
                                                     {15, 148, 0.0624, 0.1605},
                                                     {0, 20, 0.0, 0.1611},
                                                     {1, 29, 0.0061, 0.1718}}) {
        const auto interval = wilsonInterval(correct, trials);
        EXPECT_NEAR(interval[0], low, 5e-5) << correct << " of " << trials;
        EXPECT_NEAR(interval[1], high, 5e-5) << correct << " of " << trials;
        // What is wrong has the mirrored interval.
        const auto wrong = wilsonInterval(trials - correct, trials);
        EXPECT_NEAR(wrong[0], 1 - interval[1], 1e-12);
        EXPECT_NEAR(wrong[1], 1 - interval[0], 1e-12);
    }
    EXPECT_EQ(wilsonInterval(20, 20)[1], 1.0);
    EXPECT_THROW(wilsonInterval(0, 0), InvalidArgument);
    EXPECT_THROW(wilsonInterval(5, 4), InvalidArgument);
    EXPECT_THROW(wilsonInterval(-1, 4), InvalidArgument);
}

TEST(RecognitionReport, GuessingIsTestedByTheExactBinomialDistribution)
{
    // (4 x 3 + 1) / 4^4: three right answers of four in 4 ways, each with 3 wrong ones, or all.
    EXPECT_NEAR(binomialAboveP(3, 4, 0.25), 13.0 / 256, 1e-15);
    EXPECT_NEAR(binomialAboveP(5, 5, 0.5), 1.0 / 32, 1e-15);
    EXPECT_EQ(binomialAboveP(0, 9, 0.25), 1.0);
    // What binom.test(7, 20, 0.25, "greater") and binom.test(12, 24, 1/8, "greater") of R are to
    // give: the sums of the probabilities as exact fractions.
    EXPECT_NEAR(binomialAboveP(7, 20, 0.25), 0.2142180524, 1e-10);
    EXPECT_NEAR(binomialAboveP(12, 24, 0.125), 9.1005225e-06, 1e-12);
    EXPECT_THROW(binomialAboveP(1, 0, 0.25), InvalidArgument);
    EXPECT_THROW(binomialAboveP(1, 2, 1.0), InvalidArgument);
}

TEST(RecognitionReport, AccuracyIsTheTraceOfTheConfusionMatrixOverItsSum)
{
    const auto report = computeRecognitionReport(recognitionStudy(5));
    EXPECT_EQ(report.chance, 0.25);
    ASSERT_EQ(report.group.size(), 3U);
    const auto expectWhole = [](const ConfusionMatrix& confusion, const Accuracy& accuracy) {
        int sum = 0;
        int trace = 0;
        for (std::size_t i = 0; i < confusion.size(); ++i) {
            trace += confusion[i][i];
            for (const int answered : confusion[i]) {
                sum += answered;
            }
        }
        EXPECT_EQ(sum, accuracy.trials);
        EXPECT_EQ(trace, accuracy.correct);
    };
    for (std::size_t condition = 0; condition < 3; ++condition) {
        const auto& group = report.group[condition];
        expectWhole(group.confusion, group.pooled);
        ASSERT_TRUE(group.accuracy && group.accuracy->interval95);
        double sum = 0.0;
        for (const auto& participant : report.participants) {
            const auto& own = participant.conditions[condition];
            EXPECT_EQ(own.accuracy.trials, 24); // practice and catch trials are apart
            expectWhole(own.confusion, own.accuracy);
            sum += own.accuracy.share();
            EXPECT_LT((*own.interval95)[0], own.accuracy.share() + 1e-12);
            EXPECT_GT((*own.interval95)[1], own.accuracy.share() - 1e-12);
            EXPECT_EQ(participant.practiceTrials, 4);
            EXPECT_EQ(participant.catchTrials.trials, 2);
        }
        EXPECT_NEAR(group.accuracy->mean, sum / 5, 1e-12);
        EXPECT_GE((*group.accuracy->interval95)[0], 0.0);
        EXPECT_LE((*group.accuracy->interval95)[1], 1.0);
    }
    EXPECT_TRUE(report.group[0].pooled.aboveChance());
    EXPECT_TRUE(report.group[1].pooled.aboveChance());
    EXPECT_FALSE(report.group[2].pooled.aboveChance());
}

TEST(RecognitionReport, GuessersAreAboveChanceOnlyAsOftenAsTheTestAllows)
{
    int above = 0;
    constexpr int kGuessers = 400;
    for (int person = 0; person < kGuessers; ++person) {
        RandomStream random(static_cast<std::uint64_t>(person), "guesser");
        int right = 0;
        for (int i = 0; i < 40; ++i) {
            right += random.below(8) == 0 ? 1 : 0;
        }
        above += binomialAboveP(right, 40, 0.125) < kAboveChanceP ? 1 : 0;
    }
    EXPECT_LE(above, 33); // Binomial(400, 0.05) is above 33 once in 480 times
    EXPECT_GT(above, 0);
}

TEST(RecognitionReport, TheOrderOfRecordsDoesNotMatter)
{
    auto data = recognitionStudy(3);
    const auto before = computeRecognitionReport(data);
    for (auto& participant : data.participants) {
        std::ranges::reverse(participant.sessions[0].trials);
    }
    const auto after = computeRecognitionReport(data);
    for (std::size_t i = 0; i < 3; ++i) {
        EXPECT_EQ(before.group[i].accuracy->mean, after.group[i].accuracy->mean);
        EXPECT_EQ(before.group[i].confusion, after.group[i].confusion);
        EXPECT_EQ(before.group[i].medianRtMs->mean, after.group[i].medianRtMs->mean);
        EXPECT_EQ(before.group[i].matchSnrDb, after.group[i].matchSnrDb);
        EXPECT_EQ(before.participants[1].conditions[i].accuracy.chanceP,
                  after.participants[1].conditions[i].accuracy.chanceP);
    }
    EXPECT_EQ(before.comparison.tests->omnibus.p, after.comparison.tests->omnibus.p);
}

TEST(RecognitionReport, ConditionsAreComparedWithinParticipants)
{
    const auto report = computeRecognitionReport(recognitionStudy(8));
    ASSERT_TRUE(report.comparison.tests);
    const auto& tests = *report.comparison.tests;
    EXPECT_LT(tests.omnibus.p, 0.001);
    ASSERT_EQ(tests.pairs.size(), 3U);
    for (const auto& pair : tests.pairs) {
        EXPECT_LT(pair.difference.mean, 0.0); // each condition is harder than the ones before it
        EXPECT_LT(pair.adjustedP, 0.05);
        EXPECT_GE(pair.adjustedP, pair.test.p);
    }
    // Four participants, each 6, 4 and 2 right of 8: chi-squared is n (k - 1) = 8, all differences
    // have one sign, and all intervals no width.
    const Trials same = answers("natural", 6, 8) + answers("conv1", 4, 8) + answers("fc", 2, 8);
    const auto alike = computeRecognitionReport(recognitionData({same, same, same, same}));
    EXPECT_NEAR(alike.comparison.tests->omnibus.statistic, 8.0, 1e-12);
    EXPECT_EQ(alike.comparison.tests->omnibus.p, 6.0 / (6 * 6 * 6 * 6)); // 3! equal orders of 6^4
    EXPECT_EQ(alike.comparison.tests->pairs[0].test.p, 2.0 / 16);
    EXPECT_NEAR(alike.comparison.tests->pairs[1].difference.mean, -0.5, 1e-12);
    EXPECT_FALSE(alike.comparison.tests->pairs[1].difference.interval95);
    EXPECT_FALSE(alike.group[0].accuracy->interval95);
    EXPECT_TRUE(warnsOf(alike.group[0].warnings, "all participants have the same accuracy"));
    EXPECT_TRUE(warnsOf(alike.comparison.notes, "smallest possible p of a pair"));
}

TEST(RecognitionReport, EachMetamersMatchCountsOnce)
{
    Trials trials = answers("conv1", 4, 4); // one of each category
    for (std::size_t i = 0; i < trials.size(); ++i) {
        trials[i].matchSnrDb = 10.0 * static_cast<double>(i);
        trials[i].matchSpearman = 0.9;
    }
    trials[0].matchSpearman.reset();
    trials.push_back(trials[3]);
    const auto report = computeRecognitionReport(recognitionData({trials, trials}));
    EXPECT_EQ(report.group[1].metamers, 4);
    EXPECT_NEAR(*report.group[1].matchSnrDb, 15.0, 1e-12);
    EXPECT_NEAR(*report.group[1].matchSpearman, 0.9, 1e-12);
    EXPECT_EQ(report.group[0].metamers, 0);
    EXPECT_FALSE(report.group[0].matchSnrDb);
}

TEST(RecognitionReport, ResponseTimesAreMedians)
{
    Trials trials = answers("natural", 4, 4);
    const std::vector<double> times = {100, 900, 300, 500};
    for (std::size_t i = 0; i < times.size(); ++i) {
        trials[i].rtMs = times[i];
    }
    const auto even = computeRecognitionReport(recognitionData({trials}));
    EXPECT_EQ(even.participants[0].conditions[0].medianRtMs, 400);
    trials[1].rtMs = std::nan("");
    const auto odd = computeRecognitionReport(recognitionData({trials}));
    EXPECT_EQ(odd.participants[0].conditions[0].medianRtMs, 300);
    EXPECT_EQ(odd.participants[0].conditions[0].accuracy.trials, 4);
    EXPECT_FALSE(odd.participants[0].conditions[1].medianRtMs);
}

TEST(RecognitionReport, CatchTrialsAreSeparateAndMissedOnesCauseAWarning)
{
    const auto withCatch = [](int correct) {
        Trials shown = answers("natural", correct, 8);
        for (auto& trial : shown) {
            trial.catchTrial = true;
        }
        return computeRecognitionReport(
            recognitionData({answers("natural", 3, 4) + std::move(shown)}));
    };
    const auto attentive = withCatch(6);
    EXPECT_EQ(attentive.participants[0].catchTrials.correct, 6);
    EXPECT_FALSE(warnsOf(attentive.participants[0].warnings, "catch trials"));
    const auto absent = withCatch(5);
    EXPECT_TRUE(
        warnsOf(absent.participants[0].warnings, "catch trials: only 5 of 8 trials correct"));
    // Nobody is dropped for it.
    EXPECT_EQ(absent.group[0].pooled.trials, 4);
    EXPECT_EQ(absent.group[0].pooled.correct, 3);
}

TEST(RecognitionReport, TrialsPresentedAgainCountWithAWarning)
{
    Trials trials = answers("natural", 3, 4) + answers("conv1", 2, 4);
    trials[0].flags = {flag::kPaused};
    trials[3].flags = {flag::kAudioUnderrun, flag::kEarlyKey};
    trials[4].flags = {flag::kWrongKey}; // not presented again
    const auto report = computeRecognitionReport(recognitionData({trials}));
    const auto& participant = report.participants[0];
    EXPECT_EQ(participant.conditions[0].accuracy.trials, 4);
    EXPECT_EQ(participant.conditions[0].presentedAgain.trials, 2);
    EXPECT_EQ(participant.conditions[0].presentedAgain.correct, 1);
    EXPECT_EQ(participant.conditions[1].presentedAgain.trials, 0);
    EXPECT_TRUE(warnsOf(participant.warnings, "presented again: 2 trials (1 correct)"));
}

TEST(RecognitionReport, ReferencesMetInSeveralConditionsCauseAWarning)
{
    const auto once = recognitionData({answers("natural", 4, 4) + answers("conv1", 2, 4)});
    EXPECT_FALSE(warnsOf(computeRecognitionReport(once).participants[0].warnings,
                         "more than one condition"));
    // A second session assigns the references again.
    auto twice = once;
    auto second = answers("natural", 4, 4);
    second[2].referenceId = "a-of-conv1";
    second[3].referenceId = "b-of-conv1";
    twice.participants[0].sessions.push_back(recognitionSession("later", second));
    EXPECT_TRUE(warnsOf(computeRecognitionReport(twice).participants[0].warnings,
                        "2 references were presented in more than one condition"));
}

TEST(RecognitionReport, TrialsThatContradictTheDesignAreExcludedWithAWarning)
{
    struct Fault {
        const char* what;
        std::function<void(RecognitionRecord&)> make;
    };
    const std::vector<Fault> faults = {
        {"response outside",
         [](auto& trial) {
             trial.response = "zebra";
             trial.correct = false;
         }},
        {"no response",
         [](auto& trial) {
             trial.response = "";
             trial.correct = false;
         }},
        {"category outside", [](auto& trial) { trial.category = trial.response = "zebra"; }},
        {"condition outside", [](auto& trial) { trial.condition = "conv9"; }},
        {"right, yet another", [](auto& trial) { trial.response = "d"; }},
        {"wrong, yet the same", [](auto& trial) { trial.correct = false; }},
    };
    for (const auto& fault : faults) {
        SCOPED_TRACE(fault.what);
        Trials trials = answers("natural", 4, 4);
        fault.make(trials[0]);
        const auto report = computeRecognitionReport(recognitionData({trials}));
        EXPECT_EQ(report.participants[0].unusableTrials, 1);
        EXPECT_EQ(report.group[0].pooled.trials, 3);
        EXPECT_EQ(report.group[0].pooled.correct, 3);
        EXPECT_TRUE(warnsOf(report.participants[0].warnings, "unusable: 1 trial "));
    }
}

TEST(RecognitionReport, WhatCannotBeComputedIsAbsentWithAWarning)
{
    // One participant, and a condition without trials.
    const auto one = computeRecognitionReport(
        recognitionData({answers("natural", 7, 8) + answers("conv1", 4, 8)}));
    EXPECT_FALSE(one.group[0].accuracy->interval95);
    EXPECT_FALSE(
        warnsOf(one.group[0].warnings, "one participant")); // not a fault of this condition
    EXPECT_FALSE(one.comparison.tests);
    EXPECT_TRUE(warnsOf(one.comparison.notes, "need at least 2 participants, not 1"));
    EXPECT_TRUE(warnsOf(one.comparison.notes, "condition fc has no trials"));
    EXPECT_FALSE(one.group[2].accuracy);
    EXPECT_FALSE(one.group[2].pooled.chanceP);
    EXPECT_FALSE(one.group[2].pooled.aboveChance());
    EXPECT_TRUE(std::isnan(one.group[2].pooled.share()));
    EXPECT_FALSE(one.participants[0].conditions[2].interval95);
    EXPECT_TRUE(warnsOf(one.participants[0].warnings, "no trials of condition fc"));

    // A participant without a condition that others have.
    const Trials both = answers("natural", 7, 8) + answers("conv1", 4, 8);
    const auto uneven =
        computeRecognitionReport(recognitionData({both, answers("natural", 6, 8), both}));
    EXPECT_EQ(uneven.comparison.rows.size(), 2U);
    EXPECT_TRUE(warnsOf(uneven.comparison.notes, "participant R1 is excluded"));
    EXPECT_EQ(uneven.group[1].accuracy->count, 2);
    EXPECT_TRUE(warnsOf(uneven.group[1].warnings, "1 participant without trials is excluded"));

    // One condition.
    const auto alone = computeRecognitionReport(
        recognitionData({answers("natural", 7, 8), answers("natural", 6, 8)}));
    EXPECT_FALSE(alone.comparison.tests);
    EXPECT_TRUE(warnsOf(alone.comparison.notes, "nothing to compare"));

    // Only practice.
    Trials practice = answers("natural", 4, 4);
    for (auto& trial : practice) {
        trial.practice = true;
    }
    const auto only = computeRecognitionReport(recognitionData({practice}));
    EXPECT_TRUE(warnsOf(only.group[0].warnings, "no trials"));
    EXPECT_TRUE(only.comparison.conditions.empty());

    EXPECT_THROW(computeRecognitionReport(recognitionData({})), InvalidArgument);
    EXPECT_THROW(computeRecognitionReport(recognitionData({{}})), InvalidArgument);
    auto noCategory = recognitionData({both});
    noCategory.categories = {"a"};
    EXPECT_THROW(computeRecognitionReport(noCategory), InvalidArgument);
}

TEST(RecognitionReport, SessionsArePooledAndUnfinishedOnesCauseAWarning)
{
    auto data = recognitionData({answers("natural", 7, 8)});
    data.participants[0].sessions.push_back(recognitionSession("later", answers("natural", 1, 8)));
    data.participants[0].sessions.push_back(recognitionSession("empty", {}));
    data.participants[0].sessions[1].finished = false;
    const auto report = computeRecognitionReport(data);
    EXPECT_EQ(report.participants[0].conditions[0].accuracy.trials, 16);
    EXPECT_EQ(report.participants[0].conditions[0].accuracy.correct, 8);
    EXPECT_EQ(report.participants[0].sessions[1].trials, 8);
    EXPECT_TRUE(warnsOf(report.participants[0].warnings, "session later is not finished"));
    EXPECT_TRUE(warnsOf(report.notes, "session empty has no trials"));
    EXPECT_TRUE(warnsOf(report.notes, "the 2 sessions of participant R0 are pooled"));
}

} // namespace
} // namespace mlab
