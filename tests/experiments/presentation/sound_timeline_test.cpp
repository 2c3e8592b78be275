// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/random_stream.h"
#include "experiments/presentation/sound_timeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cmath>
#include <memory>

namespace mlab::experiments {
namespace {

Sound noise(std::size_t length, int rateHz, int bits, std::uint64_t seed)
{
    RandomStream random(seed, "test sound");
    Sound sound{.sampleRateHz = rateHz, .bits = bits, .samples = {}};
    const std::int32_t half = 1 << (bits - 1);
    for (std::size_t i = 0; i < length; ++i) {
        sound.samples.push_back(
            static_cast<std::int32_t>(random.below(static_cast<std::uint64_t>(2 * half))) - half);
    }
    return sound;
}

SoundPtr shared(Sound sound)
{
    return std::make_shared<const Sound>(std::move(sound));
}

/// One channel of some frames.
std::vector<std::int32_t> channel(const SoundTimeline& timeline, FrameSpan span, int which)
{
    std::vector<std::int32_t> samples;
    for (auto frame = span.onset; frame < span.offset; ++frame) {
        samples.push_back(
            timeline.samples.at(static_cast<std::size_t>(frame * timeline.channels + which)));
    }
    return samples;
}

TEST(SoundTimeline, EverySampleOfATrialIsWhereItsTimesSay)
{
    EXPECT_TRUE(rc::check([] {
        const int rateHz = *rc::gen::element(20'000, 44'100, 48'000, 96'000);
        const int bits = *rc::gen::element(16, 24);
        const int channels = *rc::gen::inRange(1, 4);
        const auto count = *rc::gen::inRange<std::size_t>(2, 4);
        const Timing timing{.fixationMs = *rc::gen::inRange(0, 400) / 4.0,
                            .gapMs = *rc::gen::inRange(0, 400) / 4.0};
        std::vector<SoundPtr> sounds;
        for (std::size_t i = 0; i < count; ++i) {
            sounds.push_back(
                shared(noise(*rc::gen::inRange<std::size_t>(1, 3000), rateHz, bits, i)));
        }
        const auto timeline = soundTimeline(sounds, timing, {.bits = bits, .channels = channels});
        RC_ASSERT(timeline.intervals.size() == count);
        std::int64_t silentFrom = 0;
        for (std::size_t i = 0; i < count; ++i) {
            const FrameSpan span = timeline.intervals[i];
            const double silenceMs = i == 0 ? timing.fixationMs : timing.gapMs;
            RC_ASSERT(span.onset - silentFrom == std::llround(silenceMs * rateHz / 1000));
            for (int c = 0; c < channels; ++c) {
                const auto silence = channel(timeline, {silentFrom, span.onset}, c);
                RC_ASSERT(std::ranges::count(silence, 0) == std::ssize(silence));
                RC_ASSERT(channel(timeline, span, c) == sounds[i]->samples);
            }
            silentFrom = span.offset;
        }
        RC_ASSERT(timeline.frames() == silentFrom);
    }));
}

TEST(SoundTimeline, MoreBitsAreAppendedAndChangeNothing)
{
    const std::vector<SoundPtr> sounds{shared(noise(500, 48'000, 16, 1))};
    const auto timeline = soundTimeline(sounds, {}, {.bits = 24, .channels = 1});
    auto samples = channel(timeline, timeline.intervals[0], 0);
    for (auto& sample : samples) {
        EXPECT_EQ(sample % 256, 0);
        sample /= 256;
    }
    EXPECT_EQ(samples, sounds[0]->samples);
}

TEST(SoundTimeline, RampsRiseAsARaisedCosineAndAreSymmetric)
{
    const std::int64_t length = 480;
    for (std::int64_t i = 0; i < length; ++i) {
        EXPECT_NEAR(rampAt(i, length) + rampAt(length - 1 - i, length), 1, 1e-12);
        EXPECT_GT(rampAt(i, length), i == 0 ? 0 : rampAt(i - 1, length));
    }
    Sound flat{.sampleRateHz = 48'000, .bits = 24, .samples = std::vector(4800, 1 << 22)};
    const std::vector<SoundPtr> sounds{shared(flat)};
    const auto timeline =
        soundTimeline(sounds, {.fixationMs = 0}, {.bits = 24, .channels = 1, .rampMs = 10});
    const auto& played = timeline.samples;
    EXPECT_TRUE(std::equal(played.begin(), played.end(), played.rbegin()));
    EXPECT_LT(std::abs(played[0]), 100);
    EXPECT_EQ(played[480], 1 << 22) << "10 ms at 48 kHz are 480 samples";
    EXPECT_NEAR(played[239] + played[240], 1 << 22, 1) << "half way it is halved";
}

TEST(SoundTimeline, AGainIsExactToHalfAStep)
{
    const std::vector<SoundPtr> sounds{shared(noise(2000, 48'000, 16, 3))};
    const auto timeline =
        soundTimeline(sounds, {.fixationMs = 0}, {.bits = 24, .channels = 1, .gain = 0.123});
    for (std::size_t i = 0; i < 2000; ++i) {
        EXPECT_NEAR(timeline.samples[i], sounds[0]->samples[i] * 256 * 0.123, 0.5);
    }
}

TEST(SoundTimeline, WhatCannotBePlayedAsItIsIsRefused)
{
    const auto good = shared(noise(100, 48'000, 16, 1));
    const auto refused = [&](std::vector<SoundPtr> sounds, const SoundRendering& rendering) {
        EXPECT_THROW(soundTimeline(sounds, {}, rendering), InvalidArgument);
    };
    refused({shared(noise(100, 48'000, 24, 1))}, {.bits = 16});
    refused({good}, {.rampMs = 1.1}); // two ramps of 53 samples
    refused({good}, {.gain = 1.5});
}

TEST(SoundTimeline, ATrialThatCannotExistIsAnInternalError)
{
    const auto good = shared(noise(100, 48'000, 16, 1));
    const auto impossible = [&](std::vector<SoundPtr> sounds, const SoundRendering& rendering) {
        EXPECT_THROW(soundTimeline(sounds, {}, rendering), InternalError);
    };
    impossible({}, {});
    impossible({good, nullptr}, {});
    impossible({good, shared({.sampleRateHz = 48'000, .bits = 16, .samples = {}})}, {});
    impossible({good, shared(noise(100, 44'100, 16, 1))}, {});
    impossible({good}, {.bits = 20});
    impossible({good}, {.channels = 0});
    impossible({shared({.sampleRateHz = 48'000, .bits = 16, .samples = {32'768}})}, {});
}

TEST(SoundTimeline, TimesCountFramesFromTheFirst)
{
    const std::vector<FrameSpan> intervals{{.onset = 4800, .offset = 9600},
                                           {.onset = 14'401, .offset = 19'201}};
    const auto times = timesOf(intervals, 48'000, 1000);
    EXPECT_DOUBLE_EQ(times.onsetMs[0], 1100);
    EXPECT_DOUBLE_EQ(times.offsetMs[0], 1200);
    EXPECT_DOUBLE_EQ(times.onsetMs[1], 1000 + 14'401 / 48.0);
}

} // namespace
} // namespace mlab::experiments
