// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/synthesis_json.h"

#include <gtest/gtest.h>

namespace mlab::app {
namespace {

// A replay makes probes by what the session's row says.
TEST(SynthesisJson, GivesBackWhatASessionWasMadeWith)
{
    SynthesisSpec sounds;
    sounds.model = {.name = "cochlea-modulation"};
    sounds.format = SoundFormat{.sampleRateHz = 44100, .durationMs = 1500, .bits = 24};
    SynthesisSpec published = sounds;
    published.model.cochlea = CochleaSpec();
    SynthesisSpec network;
    network.model = {.name = "resnet50", .file = "weights.pth"};
    network.format = ImageFormat{.sizePx = 64};
    network.referencesWithinPercentile = 40;
    network.basis.select = {3, 1};
    for (const auto& spec : {SynthesisSpec(), sounds, published, network}) {
        EXPECT_EQ(synthesisFromJson(toJson(spec)), spec) << toJson(spec);
    }
}

} // namespace
} // namespace mlab::app
