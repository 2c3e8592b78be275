// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "experiments/presentation/headphone_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <set>

namespace mlab::experiments {
namespace {

constexpr OutputForm kStereo{.sampleRateHz = 44'100, .bits = 24, .channels = 2};

struct Ears {
    std::vector<double> left;
    std::vector<double> right;
};

Ears earsOf(const SoundTimeline& timeline, std::size_t interval)
{
    Ears ears;
    const auto span = timeline.intervals.at(interval);
    for (auto frame = span.onset; frame < span.offset; ++frame) {
        ears.left.push_back(timeline.samples[static_cast<std::size_t>(2 * frame)]);
        ears.right.push_back(timeline.samples[static_cast<std::size_t>(2 * frame + 1)]);
    }
    return ears;
}

double rms(const std::vector<double>& samples)
{
    double sum = 0;
    for (const double sample : samples) {
        sum += sample * sample;
    }
    return std::sqrt(sum / static_cast<double>(samples.size()));
}

std::vector<double> plus(const std::vector<double>& a, const std::vector<double>& b, double factor)
{
    std::vector<double> sum;
    std::ranges::transform(a, b, std::back_inserter(sum),
                           [factor](double x, double y) { return x + factor * y; });
    return sum;
}

/// Power at one frequency as a share of white noise's, by its Fourier sum.
double powerAt(const std::vector<double>& samples, double hz, int rateHz)
{
    double re = 0;
    double im = 0;
    for (std::size_t t = 0; t < samples.size(); ++t) {
        const double phase = 2 * std::numbers::pi * hz * static_cast<double>(t) / rateHz;
        re += samples[t] * std::cos(phase);
        im += samples[t] * std::sin(phase);
    }
    return (re * re + im * im) / static_cast<double>(samples.size());
}

TEST(HeadphoneCheck, AntiphaseTonesCancelInTheAirAndTheQuietOneIs6DbDown)
{
    for (const auto& trial : headphoneTrials(HeadphoneMethod::antiphase, 1)) {
        const auto sound = headphoneSound(HeadphoneMethod::antiphase, trial, kStereo, -20, 1, 0);
        ASSERT_EQ(sound.intervals.size(), 3U);
        double loud = 0;
        for (int i = 0; i < 3; ++i) {
            const Ears ears = earsOf(sound, static_cast<std::size_t>(i));
            EXPECT_EQ(ears.left.size(), 44'100U);
            EXPECT_EQ(rms(plus(ears.left, ears.right, 1)) == 0, i == trial.decoy);
            EXPECT_EQ(rms(plus(ears.left, ears.right, -1)) == 0, i != trial.decoy);
            if (i == trial.decoy) {
                loud = rms(ears.left);
            }
        }
        for (int i = 0; i < 3; ++i) {
            const double db =
                20 * std::log10(rms(earsOf(sound, static_cast<std::size_t>(i)).left) / loud);
            EXPECT_NEAR(db, i == trial.target ? -6 : 0, 1e-4);
        }
        EXPECT_EQ(sound.intervals[1].onset - sound.intervals[0].offset, 22'050);
        EXPECT_EQ(sound.intervals[2].onset - sound.intervals[1].offset, 22'050);
    }
}

TEST(HeadphoneCheck, TheAntiphaseToneIsNeverTheQuietOneAndPlacesAreBalanced)
{
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        std::set<std::pair<int, int>> places;
        for (const auto& trial : headphoneTrials(HeadphoneMethod::antiphase, seed)) {
            EXPECT_NE(trial.target, trial.decoy);
            places.insert({trial.target, trial.decoy});
        }
        EXPECT_EQ(places.size(), 6U);
        std::map<int, int> targets;
        for (const auto& trial : headphoneTrials(HeadphoneMethod::hugginsPitch, seed)) {
            ++targets[trial.target];
        }
        EXPECT_THAT(targets,
                    testing::ElementsAre(std::pair{0, 2}, std::pair{1, 2}, std::pair{2, 2}));
    }
}

TEST(HeadphoneCheck, HugginsPitchIsInTheDifferenceBetweenTheEarsOnly)
{
    const HeadphoneTrial trial{.target = 1, .decoy = 1};
    const auto sound = headphoneSound(HeadphoneMethod::hugginsPitch, trial, kStereo, -20, 7, 0);
    for (std::size_t i = 0; i < 3; ++i) {
        const Ears ears = earsOf(sound, i);
        const auto difference = plus(ears.left, ears.right, -1);
        if (i != 1) {
            EXPECT_EQ(rms(difference), 0);
            continue;
        }
        // Turned over in the band of 600 Hz +- 6 %: twice the amplitude there, nothing elsewhere.
        double inside = 0;
        double left = 0;
        double right = 0;
        for (double hz = 575; hz <= 625; hz += 5) {
            inside += powerAt(difference, hz, 44'100);
            left += powerAt(ears.left, hz, 44'100);
            right += powerAt(ears.right, hz, 44'100);
        }
        EXPECT_NEAR(inside / left, 4, 0.2);
        EXPECT_NEAR(right / left, 1, 0.05) << "either ear alone hears plain noise";
        for (const double hz : {100.0, 400.0, 520.0, 700.0, 1000.0, 5000.0}) {
            EXPECT_LT(powerAt(difference, hz, 44'100), 0.01 * left / 11) << hz;
        }
    }
}

TEST(HeadphoneCheck, TheNoiseIsTheSameForTheSameSeedAndNeverClipped)
{
    const HeadphoneTrial trial{.target = 0, .decoy = 0};
    const auto at = [&](double db, std::uint64_t seed, std::uint64_t index) {
        return headphoneSound(HeadphoneMethod::hugginsPitch, trial, kStereo, db, seed, index)
            .samples;
    };
    EXPECT_EQ(at(-20, 1, 2), at(-20, 1, 2));
    EXPECT_NE(at(-20, 1, 2), at(-20, 1, 3));
    EXPECT_THROW(at(-3, 1, 2), InvalidArgument);
    EXPECT_THROW(headphoneSound(HeadphoneMethod::antiphase, trial,
                                {.sampleRateHz = 44'100, .bits = 16, .channels = 1}, -20, 1, 0),
                 InvalidArgument);
}

TEST(HeadphoneCheck, PassesAtFiveOfSixOrAtSixForHugginsPitch)
{
    HeadphoneResult result{.method = HeadphoneMethod::antiphase,
                           .targets = {0, 1, 2, 0, 1, 2},
                           .answers = {0, 1, 2, 0, 1, 1},
                           .startedAt = "2026-01-02T03:04:05.006Z"};
    EXPECT_EQ(result.correct(), 5);
    EXPECT_TRUE(result.passed());
    const auto json = nlohmann::json::parse(toJson(std::vector{result}));
    EXPECT_EQ(json.at("correct"), 5);
    EXPECT_EQ(json.at("passed"), true);
    EXPECT_EQ(json.at("targets").at(0), 1) << "intervals count from 1 there";
    result.method = HeadphoneMethod::hugginsPitch;
    EXPECT_FALSE(result.passed());
    result.answers = {0, 1, 2, 0, 1, 2};
    EXPECT_TRUE(result.passed());
    result.answers.pop_back();
    EXPECT_FALSE(result.passed()) << "a check that was broken off";
}

TEST(HeadphoneResult, AFailedCheckKeepsWhatWasChosenAfterIt)
{
    HeadphoneResult failed{.method = HeadphoneMethod::antiphase,
                           .targets = {0, 1, 2, 0, 1, 2},
                           .answers = {1, 2, 0, 1, 2, 0},
                           .startedAt = "2026-01-02T03:04:05.006Z",
                           .afterFailure = AfterFailure::repeat};
    HeadphoneResult passed = failed;
    passed.answers = passed.targets;
    passed.afterFailure.reset();
    const auto second = nlohmann::json::parse(toJson(std::vector{failed, passed}));
    EXPECT_EQ(second.at("passed"), true);
    EXPECT_FALSE(second.contains("after_failure"));
    ASSERT_EQ(second.at("earlier_checks").size(), 1U);
    EXPECT_EQ(second.at("earlier_checks").at(0).at("after_failure"), "repeat");
    EXPECT_EQ(second.at("earlier_checks").at(0).at("correct"), 0);

    failed.afterFailure = AfterFailure::proceed;
    const auto only = nlohmann::json::parse(toJson(std::vector{failed}));
    EXPECT_EQ(only.at("passed"), false);
    EXPECT_EQ(only.at("after_failure"), "continue");
    EXPECT_FALSE(only.contains("earlier_checks"));
}

TEST(TestSounds, NoiseBurstsHaveTheLevelAskedForAndAreNotClipped)
{
    const auto bursts = noiseBursts(-20, kStereo, 3);
    ASSERT_EQ(bursts.intervals.size(), 4U);
    for (std::size_t i = 0; i < 4; ++i) {
        const double db = 20 * std::log10(rms(earsOf(bursts, i).left) * std::sqrt(2.0) / (1 << 23));
        EXPECT_NEAR(db, -20, 0.5) << "less what the ramps take";
    }
    EXPECT_THROW(tone(1000, 100, 0, 1, kStereo), InvalidArgument);
    EXPECT_THROW(tone(22'050, 100, 0, -1, kStereo), InvalidArgument);
}

} // namespace
} // namespace mlab::experiments
