// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/random_stream.h"
#include "stimuli/cochlea/sound_picture.h"
#include "stimuli/measures/sound_metrics.h"
#include "stimuli/measures/stimulus_metrics.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>

namespace mlab::stimuli {
namespace {

constexpr int kRate = 48000;

Sound soundOf(const std::function<double(double t)>& wave, int bits = 16, double seconds = 0.5)
{
    Sound sound{.sampleRateHz = kRate, .bits = bits, .samples = {}};
    for (int i = 0; i < static_cast<int>(seconds * kRate); ++i) {
        sound.samples.push_back(static_cast<std::int32_t>(
            std::lround(std::ldexp(wave(static_cast<double>(i) / kRate), bits - 1))));
    }
    return sound;
}

double tone(double hz, double t)
{
    return std::sin(2 * std::numbers::pi * hz * t);
}

Sound noise(double amplitude, std::uint64_t seed = 1)
{
    RandomStream random(seed, "noise");
    return soundOf([&](double) { return amplitude * random.normal(); });
}

TEST(SoundMetrics, EqualSoundsDifferInNothing)
{
    const auto sound = noise(0.05);
    const auto metrics = compare(sound, sound);
    EXPECT_FALSE(metrics.snrDb.has_value());
    EXPECT_EQ(metrics.logSpectralDistanceDb, 0.0);
    EXPECT_EQ(metrics.rmsDifferenceDb, 0.0);
    EXPECT_NEAR(metrics.rms, 0.05, 0.001);
}

TEST(SoundMetrics, AddingATenthGivesTwentyDecibels)
{
    const auto reference = soundOf([](double t) { return 0.1 * tone(500, t); }, 24);
    const auto probe =
        soundOf([](double t) { return 0.1 * tone(500, t) + 0.01 * tone(800, t); }, 24);
    const auto metrics = compare(reference, probe);
    EXPECT_NEAR(metrics.snrDb.value(), 20, 1e-3);
    EXPECT_NEAR(metrics.rmsDifferenceDb, 10 * std::log10(1.01), 1e-3);
    EXPECT_NEAR(metrics.rms, 0.1 * std::sqrt(1.01 / 2), 1e-5);
}

TEST(SoundMetrics, AGainIsThatMuchAtEveryFrequency)
{
    const auto quiet = noise(0.02);
    Sound loud = quiet;
    std::ranges::for_each(loud.samples, [](std::int32_t& sample) { sample *= 2; });
    const auto metrics = compare(quiet, loud);
    const double doubled = 20 * std::log10(2.0);
    EXPECT_NEAR(metrics.logSpectralDistanceDb, doubled, 1e-2);
    EXPECT_NEAR(metrics.rmsDifferenceDb, doubled, 1e-9);
    EXPECT_NEAR(metrics.snrDb.value(), 0, 1e-9);
    EXPECT_NEAR(compare(loud, quiet).logSpectralDistanceDb, doubled, 1e-2);
}

// The levels of two independent complex Gaussian coefficients differ by an SD of 7.88 dB: the
// logarithm of each power has a variance of pi^2 / 6 (in nats), 5.57 dB squared.
TEST(SoundMetrics, IndependentNoisesOfOneSpectrumDifferByEightDecibels)
{
    const double expected =
        std::sqrt(2 * std::numbers::pi * std::numbers::pi / 6) * 10 / std::numbers::ln10;
    EXPECT_NEAR(compare(noise(0.05, 1), noise(0.05, 2)).logSpectralDistanceDb, expected, 0.15);
}

TEST(SoundMetrics, WhatLiesBelowTheRoundingOfSixteenBitsDoesNotCount)
{
    const auto reference = soundOf([](double t) { return 0.1 * tone(500, t); }, 24);
    const auto probe =
        soundOf([](double t) { return 0.1 * tone(500, t) + 1e-7 * tone(5000, t); }, 24);
    EXPECT_LT(compare(reference, probe).logSpectralDistanceDb, 0.1);
}

TEST(SoundMetrics, ThePeakIsThatOfTheProbe)
{
    Sound probe = noise(0.02);
    const Sound reference = probe;
    probe.samples[100] = -32768;
    EXPECT_EQ(compare(reference, probe).peak, 1.0);
}

TEST(SoundMetrics, WhatCannotBeComparedIsRefused)
{
    const auto sound = noise(0.05);
    Sound shorter = sound;
    shorter.samples.pop_back();
    EXPECT_THROW(compare(sound, shorter), InvalidArgument);
    Sound faster = sound;
    faster.sampleRateHz = 44100;
    EXPECT_THROW(compare(sound, faster), InvalidArgument);
    Sound tiny{.sampleRateHz = kRate, .bits = 16, .samples = std::vector<std::int32_t>(959, 1)};
    EXPECT_THROW(compare(tiny, tiny), InvalidArgument);
    const Stimulus image = std::make_shared<const RgbImage>();
    EXPECT_THROW(compare(image, Stimulus(std::make_shared<const Sound>(sound))), InvalidArgument);
}

TEST(SoundMetrics, SurviveTheirRecord)
{
    const StimulusMetrics metrics = compare(noise(0.05, 1), noise(0.05, 2));
    EXPECT_EQ(stimulusMetricsFrom(nlohmann::json::parse(toJson(metrics).dump())), metrics);
    const auto sound = noise(0.05);
    const StimulusMetrics equal = compare(sound, sound);
    EXPECT_TRUE(toJson(equal)["snr_db"].is_null());
    EXPECT_EQ(stimulusMetricsFrom(nlohmann::json::parse(toJson(equal).dump())), equal);
}

TEST(SoundPicture, AToneIsALineAtItsPlaceOnTheErbScale)
{
    constexpr int kWidth = 60;
    constexpr int kHeight = 100;
    const auto erb = [](double hz) { return 21.4 * std::log10(1 + 0.00437 * hz); };
    for (const double hz : {200.0, 1000.0, 5000.0}) {
        const auto picture = pictureOf(
            soundOf([&](double t) { return t < 0.25 ? 0.3 * tone(hz, t) : 0.0; }), kWidth, kHeight);
        ASSERT_EQ(picture.pixels.size(), 3U * kWidth * kHeight);
        const auto at = [&](int x, int y) {
            return int{picture.pixels[3 * static_cast<std::size_t>(y * kWidth + x)]};
        };
        int darkest = 0;
        for (int y = 0; y < kHeight; ++y) {
            darkest = at(10, y) < at(10, darkest) ? y : darkest;
            EXPECT_EQ(at(50, y), 255) << "silence";
        }
        const double share = (erb(hz) - erb(50)) / (erb(10000) - erb(50));
        EXPECT_NEAR(darkest, kHeight * (1 - share), 5) << hz;
        EXPECT_LT(at(10, darkest), 30);
    }
}

} // namespace
} // namespace mlab::stimuli
