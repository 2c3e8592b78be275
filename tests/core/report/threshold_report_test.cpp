// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/report/threshold_report.h"
#include "core/report/thresholds_by_direction.h"
#include "tests/core/report/report_test_support.h"
#include "tests/core/report/warning_test_support.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

namespace mlab {
namespace {

DimensionReport reportOf(const std::vector<TrialRecord>& trials)
{
    const std::vector<std::vector<TrialRecord>> sessions = {trials};
    return reportDimension(kDimension, sessions, kTask, {});
}

TEST(Report, SimulatedParticipantsGetTheirThresholdsBack)
{
    for (const double truth : {0.1, 2.0}) {
        Observer observer;
        observer.weibull.threshold = truth;
        double sum = 0.0;
        int covered = 0;
        int located = 0;
        constexpr int kObservers = 100;
        for (int i = 0; i < kObservers; ++i) {
            const auto report = reportOf(simulated(observer, 60, static_cast<std::uint64_t>(i)));
            ASSERT_TRUE(report.estimate);
            located += report.located ? 1 : 0;
            const auto& estimate = *report.estimate;
            sum += std::log(estimate.parameters.threshold / observer.threshold());
            covered += observer.threshold() > estimate.interval95.lower.threshold &&
                               observer.threshold() < estimate.interval95.upper.threshold
                           ? 1
                           : 0;
            EXPECT_LT(estimate.interval95.lower.threshold, estimate.interval68.lower.threshold);
            EXPECT_GT(estimate.interval95.upper.threshold, estimate.interval68.upper.threshold);
        }
        EXPECT_NEAR(sum / kObservers, 0.0, 0.05) << truth;
        EXPECT_GE(located, 98) << truth;
        EXPECT_GE(covered, 90) << truth; // 95 % of 100, less 2.3 standard errors
    }
}

TEST(Report, TheThresholdOnTheScaleOfDPrimeIsWhereTheFunctionPassesThatShare)
{
    const auto report = reportOf(simulated({}, 200, 1));
    ASSERT_TRUE(report.estimate && report.estimate->levelAtDPrimeOne);
    const Sigmoid sigmoid(SigmoidShape::weibull);
    EXPECT_NEAR(probabilityCorrect(sigmoid, report.estimate->parameters,
                                   *report.estimate->levelAtDPrimeOne),
                proportionCorrect(kTask, 1.0), 1e-12);
    EXPECT_LT(*report.estimate->levelAtDPrimeOne, report.estimate->parameters.threshold);
}

TEST(Report, DriftIsFoundInADriftingObserverAndNotInAStationaryOne)
{
    constexpr int kObservers = 100;
    int falseAlarms = 0;
    int found = 0;
    double change = 0.0;
    for (int i = 0; i < kObservers; ++i) {
        const auto seed = static_cast<std::uint64_t>(i);
        falseAlarms += warnsOf(reportOf(simulated({}, 100, seed)).warnings, "drift") ? 1 : 0;
        Observer drifting;
        drifting.logDrift = std::log(3.0);
        const auto report = reportOf(simulated(drifting, 100, seed));
        found += warnsOf(report.warnings, "drift") ? 1 : 0;
        change += report.drift ? report.drift->logChange : 0.0;
    }
    // Binomial(100, kDriftP) is above 3 once in 550 times.
    EXPECT_LE(falseAlarms, 3);
    EXPECT_GE(found, 20) << "of changes by twice their standard error";
    EXPECT_NEAR(change / kObservers, std::log(3.0), 0.2);
}

TEST(Report, DriftTooSmallForOneDimensionShowsOverAllOfThem)
{
    const auto overall = [](double logDrift) {
        std::vector<DriftScore> scores;
        Observer observer;
        observer.logDrift = logDrift;
        for (std::uint64_t i = 0; i < 54; ++i) {
            if (const auto report = reportOf(simulated(observer, 30, i)); report.driftScore) {
                scores.push_back(*report.driftScore);
            }
        }
        return pooledDrift(scores);
    };
    ASSERT_TRUE(overall(0.0));
    EXPECT_GT(overall(0.0)->p, kDriftP);
    const auto drift = overall(std::log(1.5));
    EXPECT_LT(drift->p, kDriftP);
    EXPECT_GT(drift->logChange, 0.1);
    EXPECT_FALSE(pooledDrift({}));
}

TEST(Report, UndeterminedThresholdsHaveWideIntervalsAndAWarning)
{
    const auto expectWide = [](const DimensionReport& report, const std::string& words) {
        EXPECT_FALSE(report.located) << words;
        EXPECT_TRUE(warnsOf(report.warnings, words)) << words;
        if (report.estimate) {
            EXPECT_GT(report.estimate->interval95.upper.threshold,
                      1.5 * report.estimate->interval95.lower.threshold);
        }
    };
    std::vector<TrialRecord> allRight;
    std::vector<TrialRecord> allWrong;
    std::vector<TrialRecord> guessing;
    std::vector<TrialRecord> oneLevel;
    std::vector<TrialRecord> noNumber;
    for (int i = 0; i < 40; ++i) {
        const double level = 0.5 + 0.01 * (i % 4); // as narrow as QUEST leaves it
        allRight.push_back(trial(i, level, true));
        allWrong.push_back(trial(i, level, false));
        guessing.push_back(trial(i, level, (i / 4) % 2 == 0));
        oneLevel.push_back(trial(i, 0.5, i % 4 != 0));
        noNumber.push_back(trial(i, std::numeric_limits<double>::quiet_NaN(), true));
    }
    expectWide(reportOf(allRight), "all answers are correct");
    expectWide(reportOf(allWrong), "no answer is correct");
    expectWide(reportOf(guessing), "not above chance");
    expectWide(reportOf(oneLevel), "all trials are at one level");
    EXPECT_FALSE(reportOf(oneLevel).estimate);
    expectWide(reportOf(noNumber), "unusable: 40 trials without a level above 0");
    expectWide(reportOf({}), "no trials");
    expectWide(reportOf({trial(0, 0.5, true)}), "all trials are at one level");
    std::vector<TrialRecord> few;
    for (int i = 0; i < 4; ++i) {
        few.push_back(trial(i, 0.1 * std::pow(3.0, i), i != 1));
    }
    expectWide(reportOf(few), "imprecise: the limits");
}

TEST(Report, AThresholdBeyondTheLevelsShownIsFlagged)
{
    // As many right as an observer gives whose threshold lies far from these levels.
    std::vector<TrialRecord> below;
    std::vector<TrialRecord> above;
    std::vector<TrialRecord> among;
    for (int i = 0; i < 60; ++i) {
        const double level = 0.5 * std::pow(2.0, (i % 6) / 5.0);
        below.push_back(trial(i, level, i % 20 != 0));
        above.push_back(trial(i, level, i % 20 != 0 ? i % 2 == 0 : i % 6 > 2));
        among.push_back(trial(i, level, i % 6 > 2 || (i / 6) % 2 == 0));
    }
    EXPECT_EQ(reportOf(below).outside, Outside::below);
    EXPECT_TRUE(warnsOf(reportOf(below).warnings, "below the lowest level, 0.5"));
    EXPECT_FALSE(reportOf(below).located);
    EXPECT_EQ(reportOf(above).outside, Outside::above);
    EXPECT_TRUE(warnsOf(reportOf(above).warnings, "is not above chance"));
    EXPECT_FALSE(reportOf(above).located);
    EXPECT_EQ(reportOf(among).outside, Outside::no);
    EXPECT_FALSE(warnsOf(reportOf(among).warnings, "lowest level"));
    EXPECT_FALSE(warnsOf(reportOf(among).warnings, "highest level"));
}

// The threshold was the maximum of the joint posterior, its interval that of the marginal one, and
// a few lay outside their own 68 % interval.
TEST(Report, AThresholdLiesWithinItsOwnIntervals)
{
    for (std::uint64_t i = 0; i < 60; ++i) {
        for (const int trials : {8, 12, 30}) {
            const auto report = reportOf(simulated({}, trials, i));
            if (!report.estimate) {
                continue;
            }
            const auto& [value, all, most, level, bounds] = *report.estimate;
            for (const auto member :
                 {&PsychometricParameters::threshold, &PsychometricParameters::width,
                  &PsychometricParameters::lapse}) {
                EXPECT_LE(most.lower.*member, value.*member) << i << " " << trials;
                EXPECT_GE(most.upper.*member, value.*member) << i << " " << trials;
                EXPECT_LE(all.lower.*member, most.lower.*member) << i << " " << trials;
                EXPECT_GE(all.upper.*member, most.upper.*member) << i << " " << trials;
            }
        }
    }
}

// The bootstrap behind the deviance's p drew its answers in the order of the trials.
TEST(Report, NoNumberDependsOnTheOrderOfTrials)
{
    auto trials = simulated({}, 60, 2);
    const auto expected = reportOf(trials);
    for (const int by : {7, 31}) {
        std::ranges::rotate(trials, trials.begin() + by);
        const auto other = reportOf(trials);
        EXPECT_EQ(other.quality->p, expected.quality->p);
        EXPECT_EQ(other.quality->deviance, expected.quality->deviance);
        EXPECT_EQ(other.estimate->parameters.threshold, expected.estimate->parameters.threshold);
        EXPECT_EQ(other.estimate->interval95.upper.width,
                  expected.estimate->interval95.upper.width);
    }
}

TEST(Report, EveryTrialIsListedWithItsBinOrTheReasonWhyItDoesNotCount)
{
    auto trials = simulated({}, 40, 5);
    trials[0].practice = true;
    trials[1].flags = {flag::kPaused};
    trials[2].levelAchieved = 0;
    const auto report = reportOf(trials);
    ASSERT_EQ(report.leftOut.size(), 3U);
    EXPECT_EQ(report.leftOut[0].reason, LeftOut::practice);
    EXPECT_EQ(report.leftOut[1].reason, LeftOut::repeated);
    EXPECT_EQ(report.leftOut[2].reason, LeftOut::unusable);
    EXPECT_EQ(report.leftOut[2].trialIndex, 2);
    std::vector<LevelCounts> sums(report.bins.size());
    for (const auto& point : report.track) {
        sums[point.bin].correct += point.correct ? 1 : 0;
        sums[point.bin].total += 1;
    }
    for (std::size_t i = 0; i < sums.size(); ++i) {
        EXPECT_EQ(sums[i].correct, report.bins[i].correct);
        EXPECT_EQ(sums[i].total, report.bins[i].total);
    }
}

TEST(Report, WidthsOfTheGroupAreAboveZero)
{
    const auto report = computeThresholdReport(study(2, 2.0), {});
    for (const auto& group : report.group) {
        ASSERT_TRUE(group.logWidth && group.logWidth->interval95);
        EXPECT_GT(std::exp((*group.logWidth->interval95)[0]), 0.0);
    }
}

TEST(Report, ResidualsBelongToTheBinsAndShowWhereTheFunctionMisses)
{
    const auto usual = reportOf(simulated({}, 80, 3));
    ASSERT_TRUE(usual.quality);
    ASSERT_EQ(usual.quality->residuals.size(), usual.bins.size());
    double squares = 0.0;
    for (const double residual : usual.quality->residuals) {
        squares += residual * residual;
    }
    EXPECT_NEAR(usual.quality->deviance, squares, 1e-9);
    EXPECT_GT(usual.quality->p, 0.05);

    std::vector<TrialRecord> falling;
    for (int i = 0; i < 60; ++i) {
        falling.push_back(trial(i, 0.2 * (i / 15 + 1), i < 30 || i % 2 == 0));
    }
    const auto misfit = reportOf(falling);
    ASSERT_TRUE(misfit.quality);
    EXPECT_LT(misfit.quality->p, 0.05);
    EXPECT_GT(misfit.quality->residuals.front(), 0.0);
    EXPECT_LT(misfit.quality->residuals.back(), 0.0);
}

TEST(Report, FewCloseLevelsGiveAWideInterval)
{
    std::vector<TrialRecord> trials;
    for (int i = 0; i < 24; ++i) {
        trials.push_back(trial(i, i % 2 == 0 ? 0.50 : 0.51, i % 4 != 0));
    }
    const auto report = reportOf(trials);
    ASSERT_TRUE(report.estimate);
    EXPECT_GT(report.estimate->interval95.upper.threshold,
              1.3 * report.estimate->interval95.lower.threshold);
}

TEST(Report, PracticeAndRepeatedTrialsDoNotCount)
{
    const auto trials = simulated({}, 40, 5);
    auto more = trials;
    for (const char* word : {flag::kPaused, flag::kLostFocus, flag::kBadTiming,
                             flag::kAudioUnderrun, flag::kAudioDeviceLost}) {
        more.push_back(trial(100, 0.2, false));
        more.back().flags = {word};
    }
    more.push_back(trial(101, 2.0, false));
    more.back().practice = true;
    more.push_back(trial(102, 0.5, true));
    more.back().flags = {flag::kEarlyKey, flag::kAtLimit};
    const auto report = reportOf(more);
    EXPECT_EQ(report.trials, 41);
    EXPECT_EQ(report.practiceTrials, 1);
    EXPECT_EQ(report.repeatedTrials, 5);
    EXPECT_EQ(report.atLimitTrials, 1);
    EXPECT_FALSE(warnsOf(report.warnings, "at limit"));
    more.pop_back();
    EXPECT_EQ(reportOf(more).estimate->parameters.threshold,
              reportOf(trials).estimate->parameters.threshold);
}

TEST(Report, ManyTrialsAtTheLimitCauseAWarning)
{
    auto trials = simulated({}, 40, 5);
    for (int i = 0; i < 12; ++i) {
        trials[static_cast<std::size_t>(i)].flags = {flag::kAtLimit};
    }
    EXPECT_TRUE(warnsOf(reportOf(trials).warnings, "at limit: in 12 of 40 trials"));
}

TEST(Report, FitsUseTheLevelAchieved)
{
    auto trials = simulated({}, 60, 7);
    const double before = reportOf(trials).estimate->parameters.threshold;
    for (auto& each : trials) {
        each.levelAchieved = -2 * each.levelRequested; // its sign is the direction's
    }
    EXPECT_NEAR(reportOf(trials).estimate->parameters.threshold, 2 * before, 1e-6 * before);
}

TEST(Report, AnswersThatFallWithLevelCauseAWarningAndOrdinaryOnesDoNot)
{
    std::vector<TrialRecord> falling;
    for (int i = 0; i < 60; ++i) {
        const int step = i / 15;
        falling.push_back(trial(i, 0.2 * (step + 1), step < 2 || i % 2 == 0));
    }
    EXPECT_TRUE(warnsOf(reportOf(falling).warnings,
                        "worse with level: the higher the level, the fewer answers"));
    int noted = 0;
    for (std::uint64_t i = 0; i < 60; ++i) {
        const auto warnings = reportOf(simulated({}, 60, i)).warnings;
        noted += warnsOf(warnings, "non-monotonic") || warnsOf(warnings, "worse with") ? 1 : 0;
    }
    EXPECT_LE(noted, 1);

    // Worse at one level only, which a trend over all of them does not show.
    std::vector<TrialRecord> dip;
    for (int i = 0; i < 80; ++i) {
        const int step = i / 20;
        dip.push_back(
            trial(i, 0.1 * std::pow(2.0, step), step == 2 ? i % 2 == 0 : step > 0 || i % 2 == 0));
    }
    EXPECT_TRUE(warnsOf(reportOf(dip).warnings, "non-monotonic: 100 % correct near level 0.2 but"));
    EXPECT_FALSE(warnsOf(reportOf(dip).warnings, "worse with level"));
}

TEST(Report, ReversalsAreWhereTheStaircaseTurns)
{
    std::vector<TrialRecord> trials;
    const std::vector<double> levels = {1.0, 1.0, 0.8, 0.8, 0.6, 0.8, 0.8, 0.6, 0.6, 0.8};
    for (std::size_t i = 0; i < levels.size(); ++i) {
        trials.push_back(trial(static_cast<int>(i), levels[i], true));
    }
    const auto turns = [](const DimensionReport& report) {
        std::vector<std::size_t> found;
        for (std::size_t i = 0; i < report.track.size(); ++i) {
            if (report.track[i].reversal) {
                found.push_back(i);
            }
        }
        return found;
    };
    // Turned by the answers to the trials 4, 6 and 8.
    EXPECT_EQ(turns(reportOf(trials)), (std::vector<std::size_t>{4, 6, 8}));
    for (auto& each : trials) {
        each.procedure = "quest";
    }
    EXPECT_TRUE(turns(reportOf(trials)).empty());
}

TEST(Report, GroupIsTheMeanOfLogThresholds)
{
    const auto report = computeThresholdReport(study(3, 2.0), {});
    ASSERT_EQ(report.group.size(), 4U);
    for (std::size_t i = 0; i < 4; ++i) {
        double sum = 0.0;
        for (const auto& participant : report.participants) {
            sum += std::log(participant.dimensions[i].estimate->parameters.threshold);
        }
        ASSERT_TRUE(report.group[i].logThreshold);
        EXPECT_NEAR(report.group[i].logThreshold->mean, sum / 3, 1e-12);
        EXPECT_TRUE(report.group[i].logThreshold->interval95);
    }
}

TEST(Report, LayersAreComparedWithinParticipants)
{
    const auto report = computeThresholdReport(study(8, 2.0), {});
    ASSERT_TRUE(report.layers.tests);
    const auto& [omnibus, pairs, smallest] = *report.layers.tests;
    ASSERT_EQ(pairs.size(), 1U);
    EXPECT_LT(omnibus.p, 0.01);
    EXPECT_EQ(pairs[0].test.p, 2.0 / 256);
    EXPECT_NEAR(std::exp(pairs[0].difference.mean), 2.0, 0.2);
    EXPECT_GT(computeThresholdReport(study(8, 1.0), {}).layers.tests->pairs[0].adjustedP, 0.05);
}

TEST(Report, DirectionsAreComparedWithinComponents)
{
    auto data = study(3, 1.0);
    for (auto& dimension : data.dimensions) {
        dimension.direction = dimension.component == 1 ? Direction::plus : Direction::minus;
        dimension.component = 1;
    }
    for (auto& participant : data.participants) {
        for (auto& each : participant.sessions[0].trials) {
            const bool plus = each.dimension.component == 1;
            each.dimension.direction = plus ? Direction::plus : Direction::minus;
            each.dimension.component = 1;
            each.levelAchieved *= plus ? 2.0 : 1.0;
        }
    }
    const auto compared = compareDirections(computeThresholdReport(data, {}).participants);
    ASSERT_TRUE(compared);
    EXPECT_EQ(compared->pairs, 6);
    EXPECT_EQ(compared->logRatio.count, 3);
    EXPECT_NEAR(std::exp(compared->logRatio.mean), 2.0, 0.5);
    EXPECT_EQ(compared->test.p, 2.0 / 8);
    EXPECT_FALSE(compareDirections(computeThresholdReport(study(1, 1.0), {}).participants));
}

TEST(Report, OneParticipantAllowsNoTest)
{
    const auto report = computeThresholdReport(study(1, 2.0), {});
    EXPECT_FALSE(report.layers.tests);
    EXPECT_TRUE(warnsOf(report.layers.notes, "need at least 2 participants, not 1"));
    EXPECT_FALSE(report.group[0].logThreshold->interval95);
    EXPECT_TRUE(warnsOf(computeThresholdReport(study(3, 2.0), {}).layers.notes,
                        "smallest possible p of a pair"));
}

TEST(Report, MeasuresOfTheProbesAtThresholdAreCorrelatedWithThresholds)
{
    auto data = study(2, 3.0);
    const auto report = computeThresholdReport(data, {});
    EXPECT_EQ(report.measures.dimensions, 4);
    const auto& correlations = report.measures.correlations;
    ASSERT_EQ(correlations.size(), 2U);
    ASSERT_TRUE(correlations[0] && correlations[1]);
    EXPECT_GT(correlations[0]->r, 0.95); // the change grows with the level
    EXPECT_LT(correlations[1]->r, -0.95);
    const auto& probes = report.participants[0].dimensions[0].probes;
    ASSERT_TRUE(probes);
    EXPECT_NEAR(*probes->measures[0],
                0.1 * report.participants[0].dimensions[0].estimate->parameters.threshold, 0.02);
    // What the cache does not hold is left out, not made up.
    data.measures.clear();
    const auto without = computeThresholdReport(data, {});
    EXPECT_EQ(without.measures.dimensionsWithout, 4);
    EXPECT_FALSE(without.measures.correlations[1]);
    EXPECT_FALSE(without.participants[0].dimensions[0].probes);
}

TEST(Report, AProbeEqualToItsReferenceHasNoSignalToNoiseRatioToAverage)
{
    auto data = study(2, 3.0);
    data.modality = "audio";
    int probe = 0;
    for (auto& [sha256, values] : data.measures) {
        const double level = *values[0];
        values = {std::optional(20 - 10 * std::log(level)), level};
        if (++probe % 3 == 0) {
            values[0].reset();
        }
    }
    const auto report = computeThresholdReport(data, {});
    const auto& correlations = report.measures.correlations;
    ASSERT_EQ(correlations.size(), 2U);
    ASSERT_TRUE(correlations[0] && correlations[1]);
    EXPECT_LT(correlations[0]->r, -0.95); // the ratio falls with the level
    EXPECT_GT(correlations[1]->r, 0.95);
    for (auto& [sha256, values] : data.measures) {
        values[0].reset();
    }
    const auto equal = computeThresholdReport(data, {});
    EXPECT_FALSE(equal.measures.correlations[0]);
    EXPECT_FALSE(equal.group[0].probes->measures[0]);
    EXPECT_TRUE(equal.measures.correlations[1]);
    data.modality = "smell";
    EXPECT_THROW(computeThresholdReport(data, {}), InvalidArgument);
}

TEST(Report, SessionsOfAParticipantArePooledAndEmptyOnesExcluded)
{
    auto data = study(2, 2.0);
    data.participants[0].sessions.push_back(data.participants[1].sessions[0]);
    data.participants[0].sessions.push_back(
        {.id = "empty", .startedAt = "", .finished = false, .trials = {}});
    data.participants.pop_back();
    const auto report = computeThresholdReport(data, {});
    EXPECT_EQ(report.participants[0].dimensions[0].trials, 160);
    EXPECT_TRUE(warnsOf(report.notes, "the 2 sessions of participant P0 are pooled"));
    EXPECT_TRUE(warnsOf(report.notes, "session empty has no trials"));
    data.participants[0].sessions = {data.participants[0].sessions.back()};
    EXPECT_THROW(computeThresholdReport(data, {}), InvalidArgument);
}

TEST(Report, IsTheSameEveryTimeAndReportsItsProgress)
{
    const auto data = study(2, 2.0);
    int last = 0;
    const auto first = computeThresholdReport(data, [&](int done, int total) {
        EXPECT_GE(done, last);
        EXPECT_LE(done, total);
        last = done;
    });
    EXPECT_GT(last, 0);
    const auto second = computeThresholdReport(data, {});
    for (std::size_t i = 0; i < first.group.size(); ++i) {
        EXPECT_EQ(first.group[i].logThreshold->mean, second.group[i].logThreshold->mean);
    }
}

} // namespace
} // namespace mlab
