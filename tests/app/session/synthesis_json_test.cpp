// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/synthesis_json.h"
#include "core/base/error.h"

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
    SynthesisSpec compressive = sounds;
    compressive.model.cochlea = compressiveCochlea();
    SynthesisSpec network;
    network.model = {.name = "resnet50", .file = "weights.pth"};
    network.format = ImageFormat{.sizePx = 64};
    network.referencesWithinPercentile = 40;
    network.basis.select = {3, 1};
    for (const auto& spec : {SynthesisSpec(), sounds, published, compressive, network}) {
        EXPECT_EQ(synthesisFromJson(toJson(spec)), spec) << toJson(spec);
    }
}

TEST(SynthesisJson, KeepsTheHighestLevelOfEachDimension)
{
    experiments::Design design;
    for (const auto direction : {Direction::plus, Direction::minus}) {
        design.dimensions.push_back(
            {.dimension = {.layer = "band", .direction = direction}, .procedure = {}});
    }
    EXPECT_EQ(synthesisJson(design), toJson(design.synthesis)) << "as before it could be measured";
    EXPECT_TRUE(highestLevelsFromJson(synthesisJson(design), design).empty());
    design.highestLevels = {3.0, 0.1 + 0.2};
    EXPECT_EQ(highestLevelsFromJson(synthesisJson(design), design), design.highestLevels);
    EXPECT_EQ(synthesisFromJson(synthesisJson(design)), design.synthesis);
    auto other = design;
    other.dimensions[1].dimension.layer = "pool";
    EXPECT_THROW(highestLevelsFromJson(synthesisJson(design), other), InvalidArgument);
}

} // namespace
} // namespace mlab::app
