// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "tests/ui/audio/audio_test_support.h"
#include "ui/audio/audio_player.h"
#include "ui/trial/frame_clock.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>

namespace mlab::ui {
namespace {

using experiments::SoundTimeline;
using testing::HasSubstr;
using testing::ThrowsMessage;

/// Three intervals with gaps; no two trials have the same sounds.
SoundTimeline trialOf(std::uint64_t seed, int bits, double intervalMs = 60)
{
    const auto length = static_cast<std::size_t>(48 * intervalMs) + seed % 7;
    std::vector<SoundPtr> sounds;
    for (std::uint64_t i = 0; i < 3; ++i) {
        sounds.push_back(noiseSound(length, 3 * seed + i, bits));
    }
    return experiments::soundTimeline(sounds, {.fixationMs = 20.02, .gapMs = 30.1}, {.bits = bits});
}

class AudioPlayerTest : public testing::Test {
protected:
    static AudioOutput alsa(const std::string& device, int bits = 16)
    {
        return {.hostApi = "ALSA", .device = device, .sampleRateHz = 48'000, .bits = bits};
    }
    static AudioOutput jack() { return {.hostApi = kJackApi, .device = "system"}; }

    static bool plays(AudioPlayer& player, const SoundTimeline& timeline)
    {
        player.play(timeline);
        return waitUntil([&] { return player.playback().over || player.lost(); }) &&
               player.playback().over;
    }

    VirtualCards cards_;
};

TEST_F(AudioPlayerTest, SixteenBitsArriveUnchanged)
{
    std::vector<SoundTimeline> trials;
    {
        AudioPlayer player(alsa("labfile"));
        for (std::uint64_t seed = 0; seed < 5; ++seed) {
            trials.push_back(trialOf(seed, 16));
            ASSERT_TRUE(plays(player, trials.back()));
            EXPECT_EQ(player.playback().underruns, 0);
        }
    }
    EXPECT_EQ(whatDiffers(cards_.played<std::int16_t>(), trials), "");
}

TEST_F(AudioPlayerTest, TwentyFourBitsArriveAtTheTopOfThirtyTwo)
{
    std::vector<SoundTimeline> trials{trialOf(1, 24), trialOf(2, 24)};
    {
        AudioPlayer player(alsa("labfile", 24));
        for (const auto& trial : trials) {
            ASSERT_TRUE(plays(player, trial));
        }
    }
    EXPECT_EQ(whatDiffers(cards_.played<std::int32_t>(), trials, 256), "");
}

TEST_F(AudioPlayerTest, AfterStopItIsSilentAndTheNextTrialIsComplete)
{
    const JackServer server;
    const SoundTimeline broken = trialOf(1, 16, 2000);
    const SoundTimeline whole = trialOf(2, 16);
    {
        auto output = alsa("labtimed");
        output.latencyMs = 60;
        AudioPlayer player(output);
        player.play(broken);
        ASSERT_TRUE(waitUntil([&] { return player.playback().onsetMs.at(0).has_value(); }));
        player.stop();
        EXPECT_FALSE(player.playback().began);
        ASSERT_TRUE(plays(player, whole));
    }
    auto recording = cards_.played<std::int16_t>();
    // Only the beginning of the first trial was played.
    const auto first = static_cast<std::size_t>(
        std::ranges::find_if(recording, [](auto sample) { return sample != 0; }) -
        recording.begin());
    std::size_t at = first;
    std::size_t planned = static_cast<std::size_t>(2 * broken.intervals[0].onset);
    while (at < recording.size() && recording[at] == broken.samples[planned]) {
        ++at;
        ++planned;
    }
    EXPECT_LT(planned, broken.samples.size());
    recording.erase(recording.begin(), recording.begin() + static_cast<std::ptrdiff_t>(at));
    EXPECT_EQ(whatDiffers(recording, {whole}), "");
}

TEST_F(AudioPlayerTest, OnsetsAreDeviceTimesAndAsFarApartAsTheSamples)
{
    const JackServer server;
    AudioPlayer player(jack());
    const auto trial = trialOf(4, 16);
    const double beforeMs = nowMs();
    ASSERT_TRUE(plays(player, trial));
    const auto playback = player.playback();
    const double afterMs = nowMs();
    ASSERT_EQ(playback.onsetMs.size(), 3U);
    EXPECT_GE(playback.firstFrameMs, beforeMs);
    // A callback can be late by one buffer, so a buffer's time is known only this exactly.
    const double bufferMs = player.bufferFrames() / 48.0;
    for (std::size_t i = 0; i < 3; ++i) {
        const double plannedMs =
            playback.firstFrameMs + static_cast<double>(trial.intervals[i].onset) / 48.0;
        EXPECT_NEAR(playback.onsetMs[i].value(), plannedMs, 2 * bufferMs);
        EXPECT_LT(playback.onsetMs[i].value(), afterMs);
    }
}

TEST_F(AudioPlayerTest, ARateThatTheDeviceCannotPlayIsRefused)
{
    auto output = alsa("lab48");
    EXPECT_NO_THROW(AudioPlayer{output});
    output.sampleRateHz = 44'100;
    EXPECT_THAT([&] { AudioPlayer{output}; },
                ThrowsMessage<DeviceError>(HasSubstr("cannot play 44100 Hz")));

    const JackServer server;
    auto onJack = jack();
    onJack.sampleRateHz = 20'000;
    EXPECT_THAT([&] { AudioPlayer{onJack}; },
                ThrowsMessage<DeviceError>(HasSubstr("cannot play 20000 Hz")));
}

TEST_F(AudioPlayerTest, AMissingDeviceOrAWrongFormatIsRefused)
{
    EXPECT_THAT([&] { AudioPlayer{alsa("attic")}; },
                ThrowsMessage<DeviceError>(HasSubstr("\"attic\" (ALSA) was not found")));
    auto output = alsa("labfile");
    output.channels = 4096;
    EXPECT_THROW(AudioPlayer{output}, DeviceError);
    EXPECT_THROW((AudioPlayer{alsa("labfile", 20)}), InternalError);
    AudioPlayer player(alsa("labfile"));
    EXPECT_THROW(player.play(trialOf(1, 24)), InternalError);
}

TEST_F(AudioPlayerTest, NothingIsPrintedAboutMissingDevices)
{
    qunsetenv(
        "ALSA_CONFIG_PATH"); // the system's configuration, with all the devices it does not find
    testing::internal::CaptureStderr();
    audioDevices();
    EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST_F(AudioPlayerTest, AServerThatStopsIsNoticedAndDoesNotBlockTheProgram)
{
    JackServer server;
    const double closedMs = [&] {
        AudioPlayer player(jack());
        player.play(trialOf(1, 16, 3000));
        EXPECT_TRUE(waitUntil([&] { return player.playback().began; }));
        EXPECT_FALSE(player.lost());
        server.kill();
        EXPECT_TRUE(waitUntil([&] { return player.lost(); }));
        EXPECT_FALSE(player.playback().over);
        return nowMs();
    }();
    EXPECT_LT(nowMs() - closedMs, 10'000) << "PortAudio alone would wait for ten minutes";
    EXPECT_THAT([&] { AudioPlayer{jack()}; },
                ThrowsMessage<DeviceError>(HasSubstr("start MetamerLab again")));
    EXPECT_NO_THROW(AudioPlayer{alsa("labfile")}) << "other devices can still be used";
}

TEST_F(AudioPlayerTest, TrialsHaveNoUnderrunWhileAllCoresAreBusy)
{
    const JackServer server;
    const BusyCores busy;
    StallWitness machine;
    AudioPlayer player(jack());
    constexpr int kTrials = 60; // audio_benchmark plays 200
    int heldUp = 0;
    for (std::uint64_t seed = 0; seed < kTrials; ++seed) {
        machine.worstMs();
        ASSERT_TRUE(plays(player, trialOf(seed, 16)));
        if (player.playback().underruns > 0) {
            // No sound is complete if a core does not run for half a buffer.
            ASSERT_GT(machine.worstMs(), 0.5 * player.bufferFrames() / 48) << "trial " << seed;
            ++heldUp;
        }
    }
    std::printf("%d of %d trials were interrupted because the machine was held up\n", heldUp,
                kTrials);
    EXPECT_LT(heldUp, kTrials / 2) << "this machine is too busy to test sound";
}

} // namespace
} // namespace mlab::ui
