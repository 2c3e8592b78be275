// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/sha256.h"
#include "stimuli/media/sound_io.h"
#include "stimuli/media/sound_level.h"
#include "stimuli/sources/builtin_sounds.h"
#include "stimuli/sources/sound_kind.h"
#include "stimuli/sources/stimulus_sources.h"
#include "tests/stimuli/media/image_test_support.h"
#include "tests/stimuli/media/sound_test_support.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <numeric>
#include <set>

namespace mlab::stimuli {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

constexpr SoundFormat kFormat{.sampleRateHz = 20000, .durationMs = 500, .bits = 16};

class SoundSources : public ImageFolderTest {
protected:
    StimulusSource source(int count = 0, std::uint64_t seed = 1) const
    {
        return {.folder = folder_, .count = count, .seed = seed};
    }
};

std::vector<double> waveform(const Sound& sound)
{
    std::vector<double> samples;
    for (const auto sample : sound.samples) {
        samples.push_back(std::ldexp(sample, 1 - sound.bits));
    }
    return samples;
}

const Sound& soundOf(const NamedStimulus& reference)
{
    return *std::get<SoundPtr>(reference.stimulus);
}

std::map<int, Sound> poolOf(const StimulusSource& source, const SoundFormat& format = kFormat)
{
    std::map<int, Sound> sounds;
    forEachPoolStimulus(source, format, [&](int index, int count, const Stimulus& stimulus) {
        EXPECT_EQ(count, source.count == 0 ? count : source.count);
        sounds[index] = *std::get<SoundPtr>(stimulus);
    });
    return sounds;
}

TEST_F(SoundSources, ReferencesHaveTheFormatsLengthAndOneRms)
{
    record(folder_ / "loud.wav", {.sampleRateHz = 44100, .seconds = 1}, tone(300, 0.9));
    record(folder_ / "soft.flac",
           {.sampleRateHz = 96000,
            .seconds = 0.7,
            .channels = 2,
            .format = SF_FORMAT_FLAC | SF_FORMAT_PCM_24},
           tone(2000, 0.001));
    for (const int bits : {16, 24}) {
        SoundFormat format = kFormat;
        format.bits = bits;
        const auto references = loadReferences(source(), format);
        ASSERT_EQ(references.size(), 2U);
        EXPECT_EQ(references[0].id, "loud");
        EXPECT_EQ(references[1].id, "soft");
        for (const auto& reference : references) {
            const auto& sound = soundOf(reference);
            EXPECT_EQ(sound.sampleRateHz, 20000);
            EXPECT_EQ(sound.bits, bits);
            EXPECT_EQ(sound.samples.size(), 10000U);
            EXPECT_NEAR(rms(waveform(sound)), kSoundRms, 1e-5);
            EXPECT_EQ(reference.sha256, sha256Of(sound));
        }
    }
}

TEST_F(SoundSources, SoundsBeginAndEndWithRaisedCosineRampsOfTenMilliseconds)
{
    // Samples of one magnitude and of alternating sign.
    record(folder_ / "a.wav",
           {.sampleRateHz = 20000, .seconds = 1, .format = SF_FORMAT_WAV | SF_FORMAT_DOUBLE},
           [](double t, int) { return std::lround(t * 20000) % 2 == 0 ? 0.3 : -0.3; });
    const auto samples = waveform(loadSound(folder_ / "a.wav", kFormat));
    const double plateau = std::abs(samples[5000]);
    for (std::size_t i = 0; i < 200; ++i) {
        const double s = std::sin(std::numbers::pi / 2 * (static_cast<double>(i) + 0.5) / 200);
        EXPECT_NEAR(std::abs(samples[i]), plateau * s * s, 3e-5);
        EXPECT_EQ(samples[i], -samples[9999 - i]);
    }
    EXPECT_EQ(std::abs(samples[200]), plateau);
}

TEST_F(SoundSources, OfALongRecordingTheMiddleIsTaken)
{
    record(folder_ / "a.wav", {.seconds = 3},
           [](double t, int c) { return t > 1.25 && t < 1.75 ? tone(440, 0.5)(t, c) : 0.0; });
    const auto sound = loadSound(folder_ / "a.wav", kFormat);
    EXPECT_NEAR(amplitudeAt(waveform(sound), 440, 20000), kSoundRms * std::sqrt(2.0), 2e-3);
}

TEST_F(SoundSources, AShortSoundIsFollowedBySilenceAndIsAsLoudInItself)
{
    record(folder_ / "word.wav", {.seconds = 0.2}, tone(440, 0.5));
    const auto samples = waveform(loadSound(folder_ / "word.wav", kFormat));
    ASSERT_EQ(samples.size(), 10000U);
    EXPECT_NEAR(rms({samples.begin(), samples.begin() + 4000}), kSoundRms, 1e-5);
    EXPECT_EQ(peak({samples.begin() + 4000, samples.end()}), 0.0);
}

TEST_F(SoundSources, AnHourIsReadInPart)
{
    record(folder_ / "hour.wav",
           {.sampleRateHz = 8000, .seconds = 3600, .format = SF_FORMAT_WAV | SF_FORMAT_PCM_U8},
           [](double t, int) { return std::fmod(t * 440, 1.0) - 0.5; });
    const auto sound = loadSound(folder_ / "hour.wav", kFormat);
    EXPECT_NEAR(rms(waveform(sound)), kSoundRms, 1e-5);
    EXPECT_EQ(poolOf(source(3)).size(), 3U);
}

TEST_F(SoundSources, WhatCannotBeUsedIsNamedWithTheReason)
{
    const auto silent = [](double, int) { return 0.0; };
    struct Case {
        const char* name;
        Recording recording;
        Player player;
        const char* word;
    };
    const Case cases[] = {
        {"silence.wav", {.seconds = 1}, silent, "silent"},
        {"hush.wav",
         {.seconds = 1, .format = SF_FORMAT_WAV | SF_FORMAT_FLOAT},
         tone(440, 1e-5),
         "silent"},
        {"one.wav", {.seconds = 1.0 / 48000}, tone(440, 1), "two ramps"},
        {"blip.wav", {.seconds = 0.019}, tone(440, 1), "two ramps"},
        {"click.wav",
         {.seconds = 0.5},
         [](double t, int) { return t > 0.25 && t < 0.25005 ? 0.9 : 0.0; },
         "peak"},
        {"nan.wav",
         {.seconds = 0.5, .format = SF_FORMAT_WAV | SF_FORMAT_FLOAT},
         [](double t, int) { return std::sqrt(0.2 - t); },
         "finite"},
    };
    for (const auto& c : cases) {
        record(folder_ / c.name, c.recording, c.player);
        EXPECT_THAT([&] { loadReferences(source(), kFormat); },
                    ThrowsMessage<IoError>(AllOf(HasSubstr(c.name), HasSubstr(c.word))));
        EXPECT_THAT(checkFolder(source(), kFormat).problems,
                    testing::ElementsAre(AllOf(HasSubstr(c.name), HasSubstr(c.word))));
        fs::remove(folder_ / c.name);
    }
}

// The offset was counted as sound: the recording was 28 dB too soft and began with a thump.
TEST_F(SoundSources, AConstantOffsetIsRemovedBeforeTheLevelIsSetAndItIsSaid)
{
    const Recording recording{.seconds = 1, .format = SF_FORMAT_WAV | SF_FORMAT_DOUBLE};
    const auto with = [&](double offset) {
        return [=](double t, int c) { return tone(440, 0.01)(t, c) + offset; };
    };
    for (const double offset : {0.2, -0.2, 0.003}) {
        record(folder_ / "a.wav", recording, with(offset));
        const auto references = loadReferences(source(), kFormat);
        const auto samples = waveform(soundOf(references[0]));
        EXPECT_NEAR(amplitudeAt(samples, 440, 20000), kSoundRms * std::sqrt(2.0), 2e-3);
        const double mean = std::accumulate(samples.begin(), samples.end(), 0.0) / 10000;
        EXPECT_NEAR(mean, 0, 1e-4);
        const auto said = AllOf(HasSubstr((folder_ / "a.wav").string()), HasSubstr("offset"));
        EXPECT_THAT(references[0].remark, said);
        EXPECT_THAT(checkFolder(source(), kFormat).remarks, testing::ElementsAre(said));
        for (const auto& [index, sound] : poolOf(source(3))) {
            EXPECT_NEAR(amplitudeAt(waveform(sound), 440, 20000), kSoundRms * std::sqrt(2.0), 2e-3);
        }
    }
}

TEST_F(SoundSources, ARecordingThatIsOnlyAnOffsetIsSilent)
{
    record(folder_ / "a.wav", {.seconds = 1}, [](double, int) { return 0.3; });
    EXPECT_THAT([&] { loadReferences(source(), kFormat); },
                ThrowsMessage<IoError>(AllOf(HasSubstr("a.wav"), HasSubstr("silent"))));
}

// Caches made before offsets were removed stay valid.
TEST_F(SoundSources, ARecordingWithoutAnOffsetIsReadAndHashedAsBefore)
{
    record(folder_ / "a.wav", {.seconds = 1}, tone(440, 0.5));
    const auto reference = loadReferences(source(), kFormat)[0];
    EXPECT_EQ(reference.remark, "");
    SoundFile file(folder_ / "a.wav");
    EXPECT_EQ(soundOf(reference), equalised(file.read(5000, 10000, 20000), kFormat));
    const std::string content = sha256OfFile(folder_ / "a.wav");
    EXPECT_EQ(poolHash(source(3), kFormat),
              sha256Hex("sound-folder-v1|3|1|20000|500|16|" + content));
    record(folder_ / "a.wav", {.seconds = 1},
           [](double t, int c) { return tone(440, 0.5)(t, c) + 0.2; });
    EXPECT_NE(poolHash(source(3), kFormat),
              sha256Hex("sound-folder-v1|3|1|20000|500|16|" + sha256OfFile(folder_ / "a.wav")));
}

TEST_F(SoundSources, ABadSoundIsPassedByWhereThatIsAskedFor)
{
    record(folder_ / "a.wav", {}, tone(440, 0.5));
    write("b.wav", "no sound");
    std::vector<std::string> problems;
    EXPECT_EQ(loadUsableReferences(source(), kFormat, problems).size(), 1U);
    EXPECT_THAT(problems, testing::ElementsAre(HasSubstr("b.wav")));
    fs::remove(folder_ / "a.wav");
    EXPECT_THROW(loadUsableReferences(source(), kFormat, problems), IoError);
}

TEST_F(SoundSources, AFolderMustHoldSoundsOfDifferentNames)
{
    EXPECT_THAT([&] { loadReferences(source(), kFormat); },
                ThrowsMessage<IoError>(HasSubstr("holds no sounds; WAV, FLAC and OGG")));
    record(folder_ / "a.wav", {}, tone(440, 0.5));
    record(folder_ / "a.flac", {.format = SF_FORMAT_FLAC | SF_FORMAT_PCM_16}, tone(440, 0.5));
    EXPECT_THAT([&] { loadReferences(source(), kFormat); },
                ThrowsMessage<InvalidArgument>(AllOf(HasSubstr("a.wav"), HasSubstr("a.flac"))));
    fs::remove(folder_ / "a.flac");
    EXPECT_THROW(loadReferences(source(2), kFormat), InvalidArgument);
    EXPECT_THROW(loadReferences(source(-1), kFormat), InvalidArgument);
    write("song.m4a", "a format that is not read");
    EXPECT_THROW(loadReferences(source(), kFormat), IoError) << "not passed over";
}

TEST_F(SoundSources, MayBeInSubfoldersOneForEachClass)
{
    auto classes = source();
    classes.subfolders = true;
    const auto problems = [&] { return checkFolder(classes, kFormat).problems; };
    EXPECT_THAT(problems(), testing::ElementsAre(HasSubstr("holds no sub-folders")));
    for (const auto* name : {"rain", "dog"}) {
        fs::create_directory(folder_ / name);
    }
    record(folder_ / "rain/a.wav", {}, tone(440, 0.5));
    EXPECT_THAT(problems(), testing::ElementsAre(HasSubstr("dog holds no sounds")));
    EXPECT_THAT([&] { loadReferences(classes, kFormat); },
                ThrowsMessage<IoError>(HasSubstr("dog holds no sounds")));
    record(folder_ / "dog/a.wav", {}, tone(600, 0.5));
    record(folder_ / "dog/b.wav", {}, tone(700, 0.5));
    EXPECT_THAT(problems(), testing::IsEmpty());
    const auto references = loadReferences(classes, kFormat);
    ASSERT_EQ(references.size(), 3U);
    EXPECT_EQ(references[0].id, "dog/a");
    EXPECT_EQ(references[1].id, "dog/b");
    EXPECT_EQ(references[2].id, "rain/a");
    EXPECT_EQ(soundOf(references[2]), loadSound(folder_ / "rain/a.wav", kFormat));
    EXPECT_EQ(poolOf(classes).size(), 3U);
    record(folder_ / "stray.wav", {}, tone(700, 0.5));
    EXPECT_THAT(problems(), testing::ElementsAre(HasSubstr("stray.wav beside")));
    fs::remove(folder_ / "stray.wav");
    write("dog/c.wav", "no sound");
    EXPECT_THAT(problems(), testing::ElementsAre(HasSubstr("dog/c.wav")));
}

TEST_F(SoundSources, FormatsThatNoDeviceHasAreRefused)
{
    for (const SoundFormat format :
         {SoundFormat{.sampleRateHz = 100}, SoundFormat{.sampleRateHz = 400000},
          SoundFormat{.durationMs = 10}, SoundFormat{.durationMs = 100000},
          SoundFormat{.durationMs = std::nan("")}, SoundFormat{.bits = 8}}) {
        EXPECT_THROW(loadReferences({.folder = {}, .count = 1}, format), InvalidArgument);
    }
}

TEST_F(SoundSources, APoolsExcerptsAreFunctionsOfSeedAndIndexAlone)
{
    record(folder_ / "a.wav", {.seconds = 4},
           [](double t, int) { return 0.5 * std::sin(600 * t * t); });
    record(folder_ / "b.wav", {.seconds = 0.3}, tone(700, 0.5));
    const auto pool = poolOf(source(12));
    const auto longer = poolOf(source(20));
    std::set<std::string> different;
    for (const auto& [index, sound] : pool) {
        EXPECT_EQ(sound, longer.at(index));
        EXPECT_NEAR(sound.samples.back(), 0, 2) << "a ramp, or silence";
        different.insert(sha256Of(sound));
    }
    EXPECT_GT(different.size(), 4U) << "excerpts lie in different places";
    EXPECT_NE(poolOf(source(12, 2)), pool);
}

TEST_F(SoundSources, APausesPlaceIsDrawnAgain)
{
    record(folder_ / "a.wav", {.seconds = 10},
           [](double t, int c) { return t < 3 ? tone(440, 0.5)(t, c) : 0.0; });
    for (const auto& [index, sound] : poolOf(source(10))) {
        EXPECT_GT(rms(waveform(sound)), 0.9 * kSoundRms) << index;
    }
    record(folder_ / "a.wav", {.seconds = 10}, tone(440, 0));
    EXPECT_THAT([&] { poolOf(source(1)); },
                ThrowsMessage<IoError>(AllOf(HasSubstr("a.wav"), HasSubstr("silent"))));
}

TEST_F(SoundSources, PoolStopsWhenAsked)
{
    record(folder_ / "a.wav", {}, tone(440, 0.5));
    std::stop_source stop;
    stop.request_stop();
    for (const auto& pool : {source(3), source(0), StimulusSource{{}, 3, 1}}) {
        EXPECT_THROW(forEachPoolStimulus(
                         pool, kFormat, [](int, int, const Stimulus&) {}, stop.get_token()),
                     Cancelled);
    }
}

TEST_F(SoundSources, PoolHashChangesWithAllThatDecidesThePool)
{
    record(folder_ / "a.wav", {}, tone(440, 0.5));
    std::set<std::string> hashes;
    const auto isNew = [&](const StimulusSource& pool, const SoundFormat& format) {
        const auto hash = poolHash(pool, format);
        EXPECT_EQ(hash, poolHash(pool, format));
        return hashes.insert(hash).second;
    };
    EXPECT_TRUE(isNew(source(3), kFormat));
    EXPECT_TRUE(isNew(source(4), kFormat));
    EXPECT_TRUE(isNew(source(3, 2), kFormat));
    EXPECT_TRUE(isNew({{}, 3, 1}, kFormat));
    for (auto change :
         {+[](SoundFormat& f) { f.sampleRateHz = 44100; },
          +[](SoundFormat& f) { f.durationMs = 400.5; }, +[](SoundFormat& f) { f.bits = 24; }}) {
        SoundFormat format = kFormat;
        change(format);
        EXPECT_TRUE(isNew(source(3), format));
    }
    record(folder_ / "a.wav", {}, tone(441, 0.5));
    EXPECT_TRUE(isNew(source(3), kFormat));
}

TEST(BuiltinSounds, HaveTheLevelTheLengthAndRoomForAProbeToMove)
{
    for (int i = 0; i < 64; ++i) {
        const auto sound = builtinSound(7, i, kFormat);
        const auto samples = waveform(sound);
        EXPECT_EQ(samples.size(), 10000U);
        EXPECT_NEAR(rms(samples), kSoundRms, 1e-5) << builtinSoundId(i);
        EXPECT_LT(peak(samples), 0.8) << builtinSoundId(i);
    }
}

TEST(BuiltinSounds, AreFunctionsOfSeedAndIndex)
{
    std::set<std::string> hashes;
    for (const std::uint64_t seed : {1U, 2U}) {
        for (int i = 0; i < 16; ++i) {
            const auto sound = builtinSound(seed, i, kFormat);
            EXPECT_EQ(sound, builtinSound(seed, i, kFormat));
            EXPECT_TRUE(hashes.insert(sha256Of(sound)).second);
        }
    }
}

TEST(BuiltinSounds, AreNamedByFamilyAndNumber)
{
    EXPECT_EQ(builtinSoundId(0), "rain-01");
    EXPECT_EQ(builtinSoundId(5), "vowels-01");
    EXPECT_EQ(builtinSoundId(8), "rain-02");
    EXPECT_EQ(builtinSoundId(799), "mixture-100");
    EXPECT_THROW(builtinSoundId(-1), InvalidArgument);
    EXPECT_THROW(builtinSound(1, -1, kFormat), InvalidArgument);
}

// Energy above a frequency, as a share, by a two-pole-free way: the discrete spectrum at a few
// hundred frequencies.
double shareAbove(const std::vector<double>& samples, double hz, double rateHz)
{
    double above = 0;
    double all = 0;
    for (double f = 50; f < rateHz / 2; f += 101) {
        const double a = amplitudeAt(samples, f, rateHz);
        all += a * a;
        above += f > hz ? a * a : 0.0;
    }
    return above / all;
}

TEST(BuiltinSounds, HaveNothingAboveTenKilohertz)
{
    for (int i = 0; i < 8; ++i) {
        const auto samples =
            waveform(builtinSound(3, i, {.sampleRateHz = 48000, .durationMs = 300, .bits = 24}));
        EXPECT_LT(shareAbove(samples, 10000, 48000), 1e-6) << builtinSoundId(i);
    }
}

TEST(BuiltinSounds, AreTheSameWaveformAtEveryRate)
{
    for (int i = 0; i < 8; ++i) {
        const auto slow =
            waveform(builtinSound(3, i, {.sampleRateHz = 24000, .durationMs = 400, .bits = 24}));
        const auto fast =
            waveform(builtinSound(3, i, {.sampleRateHz = 48000, .durationMs = 400, .bits = 24}));
        double error = 0;
        for (std::size_t n = 0; n < slow.size(); ++n) {
            const double d = slow[n] - fast[2 * n];
            error += d * d;
        }
        EXPECT_LT(std::sqrt(error / static_cast<double>(slow.size())), 1e-3 * kSoundRms)
            << builtinSoundId(i);
    }
}

// Kurtosis of the samples: rain and fire are sparse, noise is not (McDermott & Simoncelli 2011).
TEST(BuiltinSounds, FireIsSparserThanNoise)
{
    const auto kurtosis = [](const std::vector<double>& samples) {
        double second = 0;
        double fourth = 0;
        for (const double x : samples) {
            second += x * x;
            fourth += x * x * x * x;
        }
        const auto n = static_cast<double>(samples.size());
        return fourth / n / (second / n * second / n);
    };
    double fire = 0;
    double noise = 0;
    for (int i = 0; i < 10; ++i) {
        fire += kurtosis(waveform(builtinSound(3, 8 * i + 1, kFormat))) / 10;
        noise += kurtosis(waveform(builtinSound(3, 8 * i + 6, kFormat))) / 10;
    }
    EXPECT_GT(fire, 2 * noise);
}

} // namespace
} // namespace mlab::stimuli
