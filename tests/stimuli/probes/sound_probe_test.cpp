// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/files.h"
#include "stimuli/basis/coordinates.h"
#include "stimuli/media/sound_io.h"
#include "stimuli/media/sound_level.h"
#include "stimuli/probes/probe_synthesizer.h"
#include "stimuli/sources/stimulus_sources.h"
#include "stimuli/spaces/stimulus_space.h"
#include "stimuli/tensors/stimulus_tensor.h"
#include "tests/stimuli/media/image_test_support.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/types.h>

#include <algorithm>
#include <cmath>

namespace mlab::stimuli {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

// Short sounds and a small pool: the same code in a few seconds.
SynthesisSpec smallSpec()
{
    SynthesisSpec spec;
    spec.model.name = "cochlea-modulation";
    spec.format = SoundFormat{.sampleRateHz = 24000, .durationMs = 500, .bits = 16};
    spec.references.count = 8;
    spec.basis.components = 3;
    spec.basis.pool.count = 32;
    return spec;
}

class SoundProbes : public ImageFolderTest {
protected:
    std::unique_ptr<ProbeSynthesizer> engine(const SynthesisSpec& spec = smallSpec()) const
    {
        return std::make_unique<ProbeSynthesizer>(
            ProbeSynthesizerOptions{.spec = spec,
                                    .layers = {"cochleagram", "modulation", "average"},
                                    .cacheFolder = folder_,
                                    .compute = {.device = "cpu", .threads = 1}},
            [](const std::string&, double) {}, std::stop_token());
    }
};

const Sound& soundOf(const Stimulus& stimulus)
{
    return *std::get<SoundPtr>(stimulus);
}

double rmsOf(const Sound& sound)
{
    double sum = 0;
    for (const auto sample : sound.samples) {
        sum += static_cast<double>(sample) * static_cast<double>(sample);
    }
    return std::sqrt(sum / static_cast<double>(sound.samples.size()));
}

TEST_F(SoundProbes, ReachTheLevelAtTheReferencesRmsAndHoldTheOtherCoordinates)
{
    auto made = engine();
    const auto& references = made->references();
    for (const std::string layer : {"cochleagram", "modulation", "average"}) {
        int converged = 0;
        for (const std::size_t r : {0U, 5U, 6U}) {
            const auto& reference = references[r];
            const auto probe = made->makeSingle(reference, layer, 1, 0.3, {}).probe;
            const auto& sound = soundOf(probe.stimulus);
            EXPECT_NEAR(20 * std::log10(rmsOf(sound) / rmsOf(soundOf(reference.stimulus))), 0, 0.01)
                << layer << " " << reference.id;
            EXPECT_EQ(sound.samples.size(), soundOf(reference.stimulus).samples.size());
            EXPECT_LT(std::abs(sound.samples.front()), 40) << "it begins without a click";
            EXPECT_LT(std::abs(sound.samples.back()), 40);
            EXPECT_EQ(probe.converged, probe.residualMax <= 0.01);
            if (probe.converged) {
                ++converged;
                EXPECT_NEAR(probe.levelAchieved, 0.3, 0.01);
            }
            const auto& metrics = std::get<SoundMetrics>(probe.metrics);
            EXPECT_GT(metrics.snrDb.value(), 0);
            EXPECT_LT(metrics.peak, 1);
        }
        EXPECT_GE(converged, 2) << layer;
    }
}

TEST_F(SoundProbes, TheCoordinatesReportedAreThoseOfTheSamplesInTheFile)
{
    auto made = engine();
    const auto& reference = made->references()[5];
    const auto single = made->makeSingle(reference, "cochleagram", 2, -0.4, {});
    const auto file = loadWav(made->path(single));
    EXPECT_EQ(file, soundOf(single.probe.stimulus));
    const auto model =
        makeModel(smallSpec().model, smallSpec().format, {.device = "cpu", .threads = 1});
    const CoordinateMap map(*model, made->basis("cochleagram"));
    const auto z = map.at(toTensor(file));
    const auto z0 = map.at(toTensor(reference.stimulus));
    for (std::size_t k = 0; k < single.probe.coordinates.size(); ++k) {
        EXPECT_EQ(single.probe.coordinates[k], z[static_cast<std::int64_t>(k)].item<double>());
    }
    EXPECT_NEAR(single.probe.levelAchieved, -(z - z0)[1].item<double>(), 1e-12);
}

TEST_F(SoundProbes, AreTheSameWhenMadeAgainAndComeFromTheCache)
{
    auto made = engine();
    const auto first = made->makeSingle(made->references()[5], "modulation", 1, 0.25, {});
    EXPECT_FALSE(first.cacheHit);
    const auto cached = engine()->makeSingle(made->references()[5], "modulation", 1, 0.25, {});
    EXPECT_TRUE(cached.cacheHit);
    EXPECT_EQ(cached.probe.sha256, first.probe.sha256);
    EXPECT_EQ(soundOf(cached.probe.stimulus), soundOf(first.probe.stimulus));
    EXPECT_EQ(cached.probe.metrics, first.probe.metrics);
    fs::remove_all(folder_ / "probes");
    const auto again = engine()->makeSingle(made->references()[5], "modulation", 1, 0.25, {});
    EXPECT_FALSE(again.cacheHit);
    EXPECT_EQ(again.probe.sha256, first.probe.sha256);
}

TEST_F(SoundProbes, ADamagedWavIsMadeAgain)
{
    auto made = engine();
    const auto first = made->makeSingle(made->references()[0], "average", 1, 0.25, {});
    const auto file = made->path(first);
    EXPECT_EQ(file.extension(), ".wav");
    for (const std::size_t kept : {std::size_t{0}, std::size_t{1000}}) {
        writeFileAtomically(file, readFile(file).substr(0, kept));
        const auto again = made->makeSingle(made->references()[0], "average", 1, 0.25, {});
        EXPECT_FALSE(again.cacheHit);
        EXPECT_EQ(loadWav(file), soundOf(first.probe.stimulus));
    }
}

// A solver that never goes on along its path ends these at 0.67 to 0.86 SD.
TEST_F(SoundProbes, SlowMovesOfCompressedModulationsAreFound)
{
    struct Move {
        std::string reference, layer;
        int component;
        double level;
    };
    auto spec = smallSpec();
    spec.model.cochlea = compressiveCochlea();
    auto made = engine(spec);
    int found = 0;
    for (const auto& [reference, layer, component, level] :
         {Move{"fire-01", "modulation", 3, -1}, Move{"fire-01", "average", 3, 1},
          Move{"stream-01", "modulation", 1, -1}, Move{"crickets-01", "modulation", 1, -1}}) {
        const auto at = std::ranges::find(made->references(), reference, &NamedStimulus::id);
        ASSERT_NE(at, made->references().end()) << reference;
        const auto probe = made->makeSingle(*at, layer, component, level, {}).probe;
        found += probe.converged ? 1 : 0;
    }
    EXPECT_GE(found, 3) << "of 4; another processor rounds differently";
}

TEST_F(SoundProbes, AdamWorksToo)
{
    auto spec = smallSpec();
    spec.solver.type = ProbeSolver::adam;
    auto made = engine(spec);
    const auto& reference = made->references()[6];
    const auto probe = made->makeSingle(reference, "cochleagram", 1, 0.5, {}).probe;
    EXPECT_EQ(probe.iterations, 50);
    EXPECT_NEAR(probe.levelAchieved, 0.5, 0.25);
    EXPECT_NEAR(20 *
                    std::log10(rmsOf(soundOf(probe.stimulus)) / rmsOf(soundOf(reference.stimulus))),
                0, 0.05);
}

TEST_F(SoundProbes, EveryFormatIsAnotherBasis)
{
    const auto file = [&](const SoundFormat& format) {
        auto spec = smallSpec();
        spec.format = format;
        return engine(spec)->basisFile("cochleagram");
    };
    const auto first = file({.sampleRateHz = 24000, .durationMs = 500, .bits = 16});
    EXPECT_NE(file({.sampleRateHz = 24000, .durationMs = 600, .bits = 16}), first);
    EXPECT_NE(file({.sampleRateHz = 20000, .durationMs = 500, .bits = 16}), first);
}

TEST_F(SoundProbes, AModelOfAnotherModalityIsRefusedNamingBoth)
{
    auto spec = smallSpec();
    spec.format = ImageFormat{.sizePx = 64};
    EXPECT_THAT([&] { engine(spec); }, ThrowsMessage<InvalidArgument>(AllOf(
                                           HasSubstr("cochlea-modulation"), HasSubstr("audio"),
                                           HasSubstr("images of 64 x 64 px"))));
    spec = smallSpec();
    spec.model.name = "gabor-scattering";
    EXPECT_THAT([&] { engine(spec); }, ThrowsMessage<InvalidArgument>(
                                           AllOf(HasSubstr("gabor-scattering"), HasSubstr("image"),
                                                 HasSubstr("sounds of 500 ms at 24000 Hz"))));
}

TEST_F(SoundProbes, ReferencesFarFromThePoolCanBeLeftOut)
{
    auto spec = smallSpec();
    spec.referencesWithinPercentile = 60;
    const auto kept = engine(spec)->references().size();
    EXPECT_LT(kept, 8U);
    EXPECT_GT(kept, 0U);
}

class SoundSpaces : public testing::Test {
protected:
    SoundSpaces()
        : reference_(loadReferences({.folder = {}, .count = 6, .seed = 7},
                                    StimulusFormat(SoundFormat{
                                        .sampleRateHz = 20000, .durationMs = 200, .bits = 16}))[5]
                         .stimulus),
          values_(toTensor(reference_)),
          space_(spaceOf(reference_).probes(reference_, values_, ProbeSolver::minimumNorm, false))
    {
    }

    Stimulus reference_;
    torch::Tensor values_;
    std::unique_ptr<ProbeSpace> space_;
};

TEST_F(SoundSpaces, WhatIsAdmittedHasTheReferencesRmsWithinFullScale)
{
    const auto louder = space_->admitted(values_ * 3);
    EXPECT_TRUE(torch::allclose(louder, values_, 1e-5, 1e-7));
    const auto other = space_->admitted(values_ + 0.1 * torch::randn_like(values_));
    EXPECT_NEAR(other.norm().item<double>(), values_.norm().item<double>(), 1e-5);
    auto click = torch::zeros_like(values_);
    click[100] = 1;
    EXPECT_LE(space_->admitted(click).max().item<double>(), 32767.0 / 32768);
}

TEST_F(SoundSpaces, NoStepChangesTheRmsToFirstOrderOrTheEnds)
{
    const auto gradients = torch::randn({4, values_.numel()});
    const auto open = space_->openGradients(gradients, values_);
    for (std::int64_t k = 0; k < 4; ++k) {
        const auto step = space_->stepFrom(open[k].clone());
        EXPECT_NEAR(torch::dot(step, values_).item<double>(), 0,
                    1e-5 * step.norm().item<double>() * values_.norm().item<double>());
        EXPECT_LT(step[0].abs().item<double>(), 1e-3);
        EXPECT_LT(step[-1].abs().item<double>(), 1e-3);
    }
}

TEST_F(SoundSpaces, LevelsAreTheSamplesThemselves)
{
    const auto levels = space_->inLevels(values_);
    const auto& samples = soundOf(reference_).samples;
    std::vector<std::int32_t> back;
    for (std::int64_t i = 0; i < levels.numel(); ++i) {
        back.push_back(static_cast<std::int32_t>(levels[i].item<float>()));
    }
    EXPECT_EQ(back, samples);
    EXPECT_EQ(soundOf(space_->stimulus(back)), soundOf(reference_));
    EXPECT_EQ(space_->levels().lowest, -32768);
    EXPECT_EQ(space_->levels().highest, 32767);
}

} // namespace
} // namespace mlab::stimuli
