// SPDX-License-Identifier: GPL-3.0-or-later
// 200 short trials on JACK's dummy driver, with idle and with busy cores: the longest that the
// audio callback took as a share of the buffer, and underruns.
#include "tests/ui/audio/audio_test_support.h"

#include <QCoreApplication>

#include <cstdio>
#include <optional>

namespace mlab::ui {
namespace {

void measure(int periodFrames, bool busy)
{
    constexpr int kTrials = 200;
    constexpr std::size_t kLength = 2880; // 60 ms
    const JackServer server(48'000, periodFrames);
    std::optional<BusyCores> load;
    if (busy) {
        load.emplace();
    }
    AudioPlayer player({.hostApi = kJackApi, .device = "system"});
    for (std::uint64_t trial = 0; trial < kTrials; ++trial) {
        const std::vector<SoundPtr> sounds{noiseSound(kLength, 3 * trial),
                                           noiseSound(kLength, 3 * trial + 1),
                                           noiseSound(kLength, 3 * trial + 2)};
        player.play(experiments::soundTimeline(sounds, {.fixationMs = 20, .gapMs = 20}, {}));
        if (!waitUntil([&] { return player.playback().over; })) {
            std::fprintf(stderr, "trial %d did not end\n", static_cast<int>(trial));
            return;
        }
    }
    const double bufferMs = player.bufferFrames() / 48.0;
    std::printf("buffer %4d frames (%5.2f ms), cores %s: callback at most %6.1f us (%.2f %% of the "
                "buffer), %d underruns in %d trials\n",
                player.bufferFrames(), bufferMs, busy ? "busy" : "idle",
                1000 * player.callbackWorstMs(), 100 * player.callbackWorstMs() / bufferMs,
                player.underruns(), kTrials);
    std::fflush(stdout);
}

} // namespace
} // namespace mlab::ui

int main(int argc, char** argv)
{
    const QCoreApplication application(argc, argv);
    const mlab::ui::VirtualCards cards;
    for (const int frames : {256, 512}) {
        for (const bool busy : {false, true}) {
            mlab::ui::measure(frames, busy);
        }
    }
}
