// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/random_stream.h"
#include "stimuli/media/sound_io.h"
#include "tests/stimuli/media/image_test_support.h"
#include "tests/stimuli/media/sound_test_support.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <sys/stat.h>

namespace mlab::stimuli {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

using SoundIo = ImageFolderTest;

Sound randomSound(int bits, std::size_t samples)
{
    RandomStream random(1, "sound");
    Sound sound{.sampleRateHz = 44100, .bits = bits, .samples = {}};
    const std::int32_t full = 1 << static_cast<unsigned>(bits - 1);
    for (std::size_t i = 0; i < samples; ++i) {
        sound.samples.push_back(
            static_cast<std::int32_t>(random.below(2U * static_cast<unsigned>(full))) - full);
    }
    sound.samples[0] = full - 1;
    sound.samples[1] = -full;
    sound.samples[2] = 0;
    return sound;
}

TEST_F(SoundIo, AWavGivesBackTheVerySamples)
{
    for (const int bits : {16, 24}) {
        for (const std::size_t samples : {std::size_t{3}, std::size_t{4096}, std::size_t{10001}}) {
            const auto sound = randomSound(bits, samples);
            saveWav(folder_ / "a.wav", sound);
            EXPECT_EQ(loadWav(folder_ / "a.wav"), sound) << bits << " bits, " << samples;
        }
    }
}

TEST_F(SoundIo, AWavIsReadByOtherProgramsAsItWasWritten)
{
    const auto sound = randomSound(16, 500);
    saveWav(folder_ / "a.wav", sound);
    SF_INFO info{};
    SNDFILE* file = sf_open((folder_ / "a.wav").c_str(), SFM_READ, &info);
    ASSERT_NE(file, nullptr);
    std::vector<short> samples(600);
    samples.resize(static_cast<std::size_t>(sf_readf_short(file, samples.data(), 600)));
    sf_close(file);
    EXPECT_EQ(info.samplerate, 44100);
    EXPECT_EQ(std::vector<std::int32_t>(samples.begin(), samples.end()), sound.samples);
}

TEST_F(SoundIo, AWavOfTheSameSamplesHasTheSameBytes)
{
    const auto sound = randomSound(24, 500);
    saveWav(folder_ / "a.wav", sound);
    saveWav(folder_ / "b.wav", sound);
    EXPECT_EQ(readFile(folder_ / "a.wav"), readFile(folder_ / "b.wav"));
}

TEST_F(SoundIo, SamplesBeyondFullScaleAreNotSaved)
{
    auto sound = randomSound(16, 10);
    sound.samples[5] = 32768;
    EXPECT_THROW(saveWav(folder_ / "a.wav", sound), InvalidArgument);
    sound.samples[5] = 0;
    sound.bits = 8;
    EXPECT_THROW(saveWav(folder_ / "a.wav", sound), InvalidArgument);
    EXPECT_FALSE(fs::exists(folder_ / "a.wav"));
}

TEST_F(SoundIo, AStimulusThatIsNotWholeOrNotOursIsRefused)
{
    saveWav(folder_ / "a.wav", randomSound(16, 500));
    const std::string bytes = readFile(folder_ / "a.wav");
    for (const auto length : {std::size_t{0}, std::size_t{20}, std::size_t{44}, std::size_t{700}}) {
        const auto cut = write("cut.wav", bytes.substr(0, length));
        EXPECT_THAT([&] { loadWav(cut); }, ThrowsMessage<IoError>(HasSubstr("cut.wav"))) << length;
    }
    record(folder_ / "stereo.wav", {.channels = 2}, tone(100, 0.5));
    EXPECT_THROW(loadWav(folder_ / "stereo.wav"), IoError);
    record(folder_ / "float.wav", {.format = SF_FORMAT_WAV | SF_FORMAT_FLOAT}, tone(100, 0.5));
    EXPECT_THROW(loadWav(folder_ / "float.wav"), IoError);
}

TEST_F(SoundIo, EveryFormatRateAndChannelCountGivesTheToneThatIsInIt)
{
    struct Case {
        const char* name;
        int format;
        int rate;
        int channels;
        double tolerance;
    };
    const Case cases[] = {
        {"a.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16, 44100, 1, 1e-3},
        {"b.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_U8, 8000, 2, 1e-2},
        {"c.wav", SF_FORMAT_WAV | SF_FORMAT_DOUBLE, 96000, 1, 1e-3},
        {"d.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_24, 11025, 6, 1e-3},
        {"e.flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_24, 192000, 2, 1e-3},
        {"f.ogg", SF_FORMAT_OGG | SF_FORMAT_VORBIS, 44100, 2, 2e-2},
        {"g.opus", SF_FORMAT_OGG | SF_FORMAT_OPUS, 48000, 1, 5e-2},
        {"h.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16, 44099, 1, 1e-3},
    };
    for (const auto& c : cases) {
        record(folder_ / c.name,
               {.sampleRateHz = c.rate, .seconds = 1, .channels = c.channels, .format = c.format},
               tone(441, 0.5));
        SoundFile file(folder_ / c.name);
        EXPECT_EQ(file.sampleRateHz(), c.rate);
        EXPECT_NEAR(static_cast<double>(file.framesAt(48000)), 48000, 2) << c.name;
        const auto samples = file.read(4800, 24000, 48000);
        ASSERT_EQ(samples.size(), 24000U) << c.name;
        EXPECT_NEAR(amplitudeAt(samples, 441, 48000), 0.5, c.tolerance) << c.name;
    }
}

TEST_F(SoundIo, ConversionAddsNothingToATone)
{
    for (const int rate : {8000, 22050, 44100, 96000}) {
        record(folder_ / "a.wav",
               {.sampleRateHz = rate, .seconds = 1, .format = SF_FORMAT_WAV | SF_FORMAT_DOUBLE},
               tone(1000, 0.5));
        SoundFile file(folder_ / "a.wav");
        const auto samples = file.read(10000, 4800, 48000); // whole periods
        double power = 0;
        for (const double x : samples) {
            power += 2 * x * x / static_cast<double>(samples.size());
        }
        const double amplitude = amplitudeAt(samples, 1000, 48000);
        EXPECT_NEAR(amplitude, 0.5, 1e-5) << rate;
        EXPECT_NEAR(power, amplitude * amplitude, 1e-9) << rate;
    }
}

TEST_F(SoundIo, ChannelsAreMixedToTheirMean)
{
    record(folder_ / "a.wav", {.channels = 2, .format = SF_FORMAT_WAV | SF_FORMAT_DOUBLE},
           [](double, int channel) { return channel == 0 ? 0.5 : -0.25; });
    SoundFile file(folder_ / "a.wav");
    for (const double x : file.read(0, 100, 48000)) {
        EXPECT_DOUBLE_EQ(x, 0.125);
    }
}

TEST_F(SoundIo, APartAtTheEndIsAsLongAsThereIs)
{
    record(folder_ / "a.wav", {.seconds = 0.1}, tone(100, 0.5));
    SoundFile file(folder_ / "a.wav");
    EXPECT_EQ(file.frames(), 4800);
    EXPECT_EQ(file.read(4000, 1000, 48000).size(), 800U);
    EXPECT_EQ(file.read(0, 9600, 96000).size(), 9600U);
    EXPECT_EQ(file.read(4000, 9600, 96000).size(), 5600U);
    EXPECT_TRUE(file.read(5000, 10, 48000).empty());
}

TEST_F(SoundIo, WhatIsNoSoundIsRefusedWithItsName)
{
    record(folder_ / "whole.wav", {.seconds = 0.2}, tone(100, 0.5));
    record(folder_ / "whole.flac", {.seconds = 2, .format = SF_FORMAT_FLAC | SF_FORMAT_PCM_16},
           tone(100, 0.5));
    record(folder_ / "none.wav", {.seconds = 0}, tone(100, 0.5));
    const std::string wav = readFile(folder_ / "whole.wav");
    const std::string flac = readFile(folder_ / "whole.flac");
    std::string spoilt = flac;
    for (std::size_t i = 200; i < spoilt.size(); i += 3) {
        spoilt[i] = static_cast<char>(~spoilt[i]);
    }
    const std::pair<fs::path, const char*> cases[] = {
        {write("empty.wav", ""), "empty"},
        {write("text.wav", "this is no sound at all, but text that is long enough"), "text.wav"},
        {write("page.wav", "<html><body>Log in</body></html>"), "a web page"},
        {write("pointer.flac", "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\n"),
         "a Git LFS pointer"},
        {write("head.wav", wav.substr(0, 30)), "head.wav"},
        {write("cut.wav", wav.substr(0, 4000)), "cut off"},
        {folder_ / "none.wav", "no samples"},
        {folder_ / "missing.wav", "missing.wav"},
        {write("cut.flac", flac.substr(0, flac.size() / 2)), "cut"},
        {write("spoilt.flac", spoilt), "spoilt.flac"},
        {write("picture.ogg", pngBytes(2, 2, 3, [](int, int, int) { return 0; })), "picture.ogg"},
    };
    for (const auto& [file, word] : cases) {
        EXPECT_THAT(
            [&] {
                SoundFile sound(file);
                sound.read(0, sound.framesAt(48000), 48000);
            },
            ThrowsMessage<IoError>(AllOf(HasSubstr(file.filename().string()), HasSubstr(word))));
    }
}

struct Format {
    const char* name;
    int format;
};
constexpr Format kFormats[] = {
    {"pcm.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16},
    {"big-endian.wav", SF_ENDIAN_BIG | SF_FORMAT_WAV | SF_FORMAT_PCM_24},
    {"float.wav", SF_FORMAT_WAV | SF_FORMAT_FLOAT},
    {"adpcm.wav", SF_FORMAT_WAV | SF_FORMAT_IMA_ADPCM},
    {"extensible.wav", SF_FORMAT_WAVEX | SF_FORMAT_PCM_16},
    {"long.wav", SF_FORMAT_RF64 | SF_FORMAT_PCM_16},
    {"a.flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_16},
    {"vorbis.ogg", SF_FORMAT_OGG | SF_FORMAT_VORBIS},
    {"opus.ogg", SF_FORMAT_OGG | SF_FORMAT_OPUS},
};

// A shorter sound has another middle.
TEST_F(SoundIo, ACutOffFileIsRefusedInEveryFormatWhenItIsOpened)
{
    for (const auto& [name, format] : kFormats) {
        const auto whole = folder_ / name;
        record(whole, {.seconds = 3, .format = format}, tone(440, 0.5));
        EXPECT_NO_THROW(SoundFile{whole}) << name;
        const std::string bytes = readFile(whole);
        const auto cut = folder_ / ("cut-" + std::string(name));
        for (const auto length : {bytes.size() / 5, bytes.size() / 2, 9 * bytes.size() / 10,
                                  bytes.size() - 1000, bytes.size() - 4}) {
            writeFileAtomically(cut, bytes.substr(0, length));
            EXPECT_THAT([&] { SoundFile{cut}; }, ThrowsMessage<IoError>(HasSubstr(cut.string())))
                << name << " cut to " << length << " of " << bytes.size();
        }
    }
}

std::string littleEndian32(std::uint32_t value)
{
    std::string text = bigEndian(value, 4);
    std::reverse(text.begin(), text.end());
    return text;
}

std::string patched(std::string bytes, std::string_view chunk, std::size_t offset,
                    std::string_view with)
{
    return bytes.replace(bytes.find(chunk) + offset, with.size(), with);
}

TEST_F(SoundIo, AHeaderThatPromisesTheImpossibleIsRefused)
{
    record(folder_ / "a.wav", {.seconds = 0.2}, tone(440, 0.5));
    record(folder_ / "a.flac", {.seconds = 2, .format = SF_FORMAT_FLAC | SF_FORMAT_PCM_16},
           tone(440, 0.5));
    const std::string wav = readFile(folder_ / "a.wav");
    const std::string flac = readFile(folder_ / "a.flac");
    const auto rate = [&](std::uint32_t hz) {
        return patched(wav, "fmt ", 12, littleEndian32(hz));
    };
    const std::pair<fs::path, const char*> cases[] = {
        {write("data.wav", patched(wav, "data", 4, littleEndian32(64000))), "cut off"},
        {write("whole.wav", patched(wav, "RIFF", 4, littleEndian32(64000))), "cut off"},
        {write("slow.wav", rate(1)), "sample rate"},
        {write("fast.wav", rate(2'000'000)), "sample rate"},
        {write("none.wav", rate(0)), "none.wav"},
        {write("channels.wav", patched(wav, "fmt ", 10, std::string_view("\0\0", 2))),
         "channels.wav"},
        // The last four bytes of the number of samples in STREAMINFO.
        {write("more.flac", patched(flac, "fLaC", 22, bigEndian(2 * 96000, 4))), "cut off"},
    };
    for (const auto& [file, word] : cases) {
        EXPECT_THAT(
            [&] { SoundFile{file}; },
            ThrowsMessage<IoError>(AllOf(HasSubstr(file.filename().string()), HasSubstr(word))));
    }
}

// Programs that write to a pipe cannot know the length.
TEST_F(SoundIo, AWavOfUnknownLengthIsReadToItsEnd)
{
    record(folder_ / "a.wav", {.seconds = 0.2}, tone(440, 0.5));
    const std::string wav = readFile(folder_ / "a.wav");
    const std::string unknown = "\xff\xff\xff\xff";
    const auto file = write("b.wav", patched(patched(wav, "RIFF", 4, unknown), "data", 4, unknown));
    EXPECT_EQ(SoundFile(file).frames(), 9600);
}

TEST_F(SoundIo, AFormatThatTheGuideDoesNotListIsRefusedWithItsName)
{
    const std::pair<Format, const char*> cases[] = {
        {{"a.aiff", SF_FORMAT_AIFF | SF_FORMAT_PCM_16}, "AIFF"},
        {{"a.w64", SF_FORMAT_W64 | SF_FORMAT_PCM_16}, "W64"},
        {{"a.au", SF_FORMAT_AU | SF_FORMAT_PCM_16}, "AU"},
        {{"a.caf", SF_FORMAT_CAF | SF_FORMAT_PCM_16}, "CAF"},
        {{"named-wrongly.wav", SF_FORMAT_AIFF | SF_FORMAT_PCM_16}, "AIFF"},
    };
    for (const auto& [format, found] : cases) {
        const auto file = folder_ / format.name;
        record(file, {.format = format.format}, tone(440, 0.5));
        EXPECT_THAT([&] { SoundFile{file}; },
                    ThrowsMessage<IoError>(AllOf(HasSubstr(file.string()), HasSubstr(found),
                                                 HasSubstr("WAV, FLAC and OGG"))));
    }
}

TEST_F(SoundIo, APipeAndADeviceAreNoSounds)
{
    ASSERT_EQ(::mkfifo((folder_ / "pipe.wav").c_str(), 0600), 0);
    for (const fs::path& file : {folder_ / "pipe.wav", fs::path("/dev/zero"), folder_}) {
        EXPECT_THAT([&] { SoundFile{file}; }, ThrowsMessage<IoError>(HasSubstr(file.string())));
        EXPECT_THAT([&] { loadWav(file); }, ThrowsMessage<IoError>(HasSubstr(file.string())));
    }
}

TEST_F(SoundIo, NumbersThatAreNotFiniteAreRefused)
{
    for (const double bad :
         {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
        record(folder_ / "a.wav", {.format = SF_FORMAT_WAV | SF_FORMAT_FLOAT},
               [&](double t, int) { return t > 0.2 && t < 0.2001 ? bad : 0.1; });
        SoundFile sound(folder_ / "a.wav");
        EXPECT_NO_THROW(sound.read(0, 1000, 48000)) << "what is not read does not matter";
        EXPECT_THAT([&] { sound.read(0, 24000, 44100); },
                    ThrowsMessage<IoError>(AllOf(HasSubstr("a.wav"), HasSubstr("finite"))));
    }
}

} // namespace
} // namespace mlab::stimuli
