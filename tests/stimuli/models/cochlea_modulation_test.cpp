// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "stimuli/catalog/builtin_models.h"
#include "stimuli/cochlea/cochleagram.h"
#include "stimuli/cochlea/modulation_filters.h"
#include "stimuli/models/cochlea_modulation.h"
#include "stimuli/tensors/last_relu.h"
#include "stimuli/tensors/power_compression.h"
#include "stimuli/tensors/waveform_spectrum.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/autograd.h>
#include <torch/types.h>
#include <torch/utils.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>
#include <set>

namespace mlab::stimuli {
namespace {

using std::numbers::pi;
using torch::Tensor;

constexpr auto kDouble = torch::kFloat64;

CochleaSpec publishedCochlea()
{
    return {};
}

// Few channels and frames, for comparison with finite differences.
CochleaSpec tiny(const std::string& modulation)
{
    CochleaSpec spec;
    spec.rateHz = 2'000;
    spec.filters = 6;
    spec.overlap = 2;
    spec.lowHz = 60;
    spec.highHz = 1'000;
    spec.envelopeRateHz = 100;
    spec.channelsPerErb = 1;
    spec.temporalRatesHz = {0, 8, 32};
    spec.spectralRatesPerErb = {0, 0.125, 0.5};
    spec.modulation = modulation;
    return spec;
}

Tensor tone(double hz, int rateHz, double seconds)
{
    const std::int64_t n = std::llround(rateHz * seconds);
    return torch::sin(torch::arange(n, kDouble) * (2 * pi * hz / rateHz)).unsqueeze(0);
}

// The largest difference between the gradient of a weighted sum of f and central differences along
// random directions, relative to the gradient's share.
double gradientError(const std::function<Tensor(const Tensor&)>& f, const Tensor& x)
{
    const auto weights = torch::randn_like(f(x));
    const auto value = [&](const Tensor& at) { return (f(at) * weights).sum(); };
    const auto leaf = x.clone().requires_grad_();
    const auto gradient = torch::autograd::grad({value(leaf)}, {leaf})[0];
    double worst = 0;
    for (int i = 0; i < 5; ++i) {
        const auto direction = torch::randn_like(x);
        const double step = 1e-6 * x.abs().max().item<double>();
        const double expected =
            ((value(x + step * direction) - value(x - step * direction)) / (2 * step))
                .item<double>();
        const double given = (gradient * direction).sum().item<double>();
        worst = std::max(worst, std::abs(given - expected) /
                                    (gradient.norm() * direction.norm()).item<double>());
    }
    return worst;
}

TEST(WaveformSpectrum, EqualRatesChangeNothing)
{
    torch::manual_seed(1);
    const auto sound = torch::randn({2, 40'000}, kDouble);
    const auto change = RateChange::between({.sampleRateHz = 20'000}, 20'000, 200);
    EXPECT_EQ(change.padded, 40'000);
    EXPECT_TRUE(torch::equal(waveformAtModelRate(sound, change), sound));
    EXPECT_TRUE(torch::equal(spectrumAtModelRate(sound, change), torch::fft_rfft(sound)));
}

TEST(WaveformSpectrum, ATonePlayedAtAnyRateIsTheToneOfTheModel)
{
    for (const int rate : {44'100, 48'000, 16'000, 22'050, 96'000}) {
        SCOPED_TRACE(rate);
        const auto change = RateChange::between({.sampleRateHz = rate}, 20'000, 200);
        EXPECT_EQ(change.samples, 2 * rate);
        EXPECT_EQ(change.model, 40'000);
        const auto model = waveformAtModelRate(tone(1'000, rate, 2), change);
        EXPECT_LT((model - tone(1'000, 20'000, 2)).abs().max().item<double>(), 1e-9);
    }
}

TEST(WaveformSpectrum, WhatIsAboveTheModelsNyquistFrequencyIsCutOff)
{
    const auto change = RateChange::between({.sampleRateHz = 48'000}, 20'000, 200);
    for (const double hz : {10'000.0, 10'500.0, 16'000.0}) {
        EXPECT_LT(waveformAtModelRate(tone(hz, 48'000, 2), change).abs().max().item<double>(),
                  1e-9);
    }
}

TEST(WaveformSpectrum, SoundsOfAnyLengthArePaddedWithSilence)
{
    const auto change =
        RateChange::between({.sampleRateHz = 44'100, .durationMs = 123.4}, 20'000, 200);
    EXPECT_EQ(change.samples, 5'442);
    EXPECT_EQ(change.padded, 5'733); // 130 ms, the next multiple of 10 ms
    EXPECT_EQ(change.model, 2'600);
    EXPECT_THROW(RateChange::between({.durationMs = 0}, 20'000, 200), InvalidArgument);
}

TEST(WaveformSpectrum, ItsGradientIsThatOfALinearMap)
{
    torch::manual_seed(1);
    const auto change = RateChange::between({.sampleRateHz = 4'800, .durationMs = 100}, 2'000, 100);
    EXPECT_LT(gradientError([&](const Tensor& x) { return waveformAtModelRate(x, change); },
                            torch::randn({2, change.samples}, kDouble)),
              1e-8);
}

TEST(CochlearEnvelopes, AToneExcitesItsOwnChannelMost)
{
    const auto spec = publishedCochlea();
    const auto centres = cochlearCentresHz(spec);
    const auto like = torch::empty({0}, kDouble);
    const CochlearEnvelopes envelopes(spec, 40'000, like);
    for (const std::size_t channel : {20, 60, 105, 160}) {
        // On a bin of the transform, so that the envelope is constant.
        const double hz = std::round(centres[channel] * 2) / 2;
        const auto means = envelopes(torch::fft_rfft(tone(hz, 20'000, 2)))[0].mean(1);
        EXPECT_EQ(means.argmax().item<std::int64_t>(), static_cast<std::int64_t>(channel));
        // Half of the amplitude, since the positive frequencies are not doubled; half again, since
        // four filters share each frequency.
        EXPECT_NEAR(means.max().item<double>(), 0.25, 0.001);
    }
}

TEST(CochlearEnvelopes, ACoarserGridGivesNearlyTheSame)
{
    torch::manual_seed(2);
    auto coarse = publishedCochlea();
    coarse.envelopeOversampling = 2;
    const auto noise = 0.1 * torch::randn({1, 40'000}, kDouble);
    const auto of = [&](const CochleaSpec& spec) {
        return powerCompression(CochlearEnvelopes(spec, 40'000, noise)(torch::fft_rfft(noise)),
                                0.3);
    };
    const auto exact = of(publishedCochlea());
    const double snr = 20 * std::log10((exact.norm() / (of(coarse) - exact).norm()).item<double>());
    EXPECT_GT(snr, 40);
}

class TinyEnvelopes : public testing::TestWithParam<double> {};

TEST_P(TinyEnvelopes, HaveTheGradientOfFiniteDifferences)
{
    torch::manual_seed(3);
    auto spec = tiny("power");
    spec.envelopeOversampling = GetParam();
    const auto sound = 0.1 * torch::randn({2, 600}, kDouble);
    const CochlearEnvelopes envelopes(spec, 600, sound);
    EXPECT_LT(gradientError([&](const Tensor& x) { return envelopes(torch::fft_rfft(x)); }, sound),
              1e-6);
}

INSTANTIATE_TEST_SUITE_P(Grids, TinyEnvelopes, testing::Values(0.0, 1.0));

class Modulations : public testing::TestWithParam<std::string> {};

TEST_P(Modulations, HaveTheGradientOfFiniteDifferences)
{
    torch::manual_seed(4);
    for (const int bands : {0, 4}) {
        auto spec = tiny(GetParam());
        spec.poolingBands = bands;
        const auto cochleagram = torch::rand({2, 12, 20}, kDouble);
        const ModulationFilters filters(spec, 12, 20, cochleagram);
        EXPECT_LT(gradientError([&](const Tensor& x) { return filters(x); }, cochleagram), 1e-6)
            << bands;
    }
}

TEST_P(Modulations, BandsAreMeansOfNeighbouringChannels)
{
    torch::manual_seed(5);
    const auto cochleagram = torch::rand({2, 12, 20}, kDouble);
    auto spec = tiny(GetParam());
    const auto all = ModulationFilters(spec, 12, 20, cochleagram)(cochleagram);
    spec.poolingBands = 3;
    const auto pooled = ModulationFilters(spec, 12, 20, cochleagram)(cochleagram);
    ASSERT_EQ(pooled.sizes(), (std::vector<std::int64_t>{2, 13, 3, 20}));
    EXPECT_TRUE(torch::allclose(pooled.select(2, 1), all.narrow(2, 4, 4).mean(2)));
}

TEST_P(Modulations, ItemsOfABatchDoNotInfluenceEachOther)
{
    torch::manual_seed(6);
    const auto cochleagrams = torch::rand({2, 12, 20}, kDouble);
    const ModulationFilters filters(tiny(GetParam()), 12, 20, cochleagrams);
    EXPECT_TRUE(torch::allclose(filters(cochleagrams)[1], filters(cochleagrams.narrow(0, 1, 1))[0],
                                1e-10, 1e-12));
}

// A ripple of 8 Hz and 1/4 cycle per ERB that moves up or down in frequency.
TEST_P(Modulations, DirectionsAreToldApart)
{
    auto spec = publishedCochlea();
    spec.modulation = GetParam();
    const std::int64_t channels = 60;
    const std::int64_t frames = 200;
    const auto rates = modulationRates(spec);
    const auto t = torch::arange(frames, kDouble).unsqueeze(0) / 200;
    const auto erb = torch::arange(channels, kDouble).unsqueeze(1) / 6;
    for (const double hz : {-8.0, 8.0}) {
        const auto ripple = (0.1 + 0.02 * torch::cos(2 * pi * (hz * t + 0.25 * erb))).unsqueeze(0);
        const auto means =
            ModulationFilters(spec, channels, frames, ripple)(ripple)[0].mean(2).mean(1);
        const auto at = [&](double temporal) {
            const auto found = std::ranges::find(
                rates, ModulationRate{.temporalHz = temporal, .spectralPerErb = 0.25});
            return means[found - rates.begin()].item<double>();
        };
        EXPECT_GT(at(hz), 10 * at(-hz));
    }
}

INSTANTIATE_TEST_SUITE_P(Outputs, Modulations, testing::Values("power", "modulus"),
                         [](const auto& output) { return output.param; });

std::unique_ptr<Model> modelFor(const CochleaSpec& spec, const SoundFormat& format = {})
{
    return makeCochleaModulation(spec, format, {.device = "cpu"});
}

Tensor noise(std::int64_t samples)
{
    torch::manual_seed(7);
    return 0.1 * torch::randn({2, samples});
}

TEST(CochleaModulation, LayersHaveTheDocumentedShapes)
{
    const auto sounds = noise(96'000);
    const auto light = modelFor(sessionCochlea());
    EXPECT_EQ(light->info().modality, Modality::audio);
    EXPECT_EQ(light->activations(sounds, "cochleagram").sizes(),
              (std::vector<std::int64_t>{2, 40, 390}));
    EXPECT_EQ(light->activations(sounds, "modulation").sizes(),
              (std::vector<std::int64_t>{2, 240, 390}));
    EXPECT_EQ(light->activations(sounds, "average").sizes(), (std::vector<std::int64_t>{2, 240}));
    EXPECT_EQ(activationMatrix(*light, sounds[0], "modulation").sizes(),
              (std::vector<std::int64_t>{240, 390}));
    const auto compressive = modelFor(compressiveCochlea());
    EXPECT_EQ(compressive->activations(sounds, "modulation").sizes(),
              (std::vector<std::int64_t>{2, 240, 25}))
        << "390 frames in blocks of 16, the last of 6";
    EXPECT_EQ(compressive->activations(sounds, "average").sizes(),
              (std::vector<std::int64_t>{2, 240}));
    const auto published = modelFor(publishedCochlea());
    const auto one = sounds.narrow(0, 0, 1);
    EXPECT_EQ(published->activations(one, "cochleagram").sizes(),
              (std::vector<std::int64_t>{1, 211, 390}));
    EXPECT_EQ(published->activations(one, "modulation").sizes(),
              (std::vector<std::int64_t>{1, 111, 211, 390}));
    EXPECT_EQ(published->activations(one, "average").sizes(),
              (std::vector<std::int64_t>{1, 111 * 211}));
    EXPECT_EQ(activationMatrix(*published, one[0], "modulation").sizes(),
              (std::vector<std::int64_t>{111, 211 * 390}));
}

TEST(CochleaModulation, TheCompressivePresetCompressesMeansOfModulations)
{
    const auto sounds = noise(48'000);
    const SoundFormat second{.durationMs = 1'000};
    const auto plain = modelFor(sessionCochlea(), second)->activations(sounds, "modulation");
    const auto compressive = modelFor(compressiveCochlea(), second);
    const auto compressed = [](const Tensor& m) {
        return torch::sqrt(torch::log1p(m / 3) + 1e-3) - std::sqrt(1e-3);
    };
    const auto blocks = compressive->activations(sounds, "modulation");
    EXPECT_TRUE(torch::allclose(blocks.select(2, 1), compressed(plain.narrow(2, 16, 16).mean(2))));
    const auto frames = plain.size(2);
    const auto last = frames / 16 * 16;
    EXPECT_TRUE(torch::allclose(blocks.select(2, blocks.size(2) - 1),
                                compressed(plain.narrow(2, last, frames - last).mean(2))))
        << "no frame is left out";
    EXPECT_TRUE(
        torch::allclose(compressive->activations(sounds, "average"), compressed(plain.mean(2))));
    EXPECT_TRUE(
        torch::equal(compressive->activations(sounds, "cochleagram"),
                     modelFor(sessionCochlea(), second)->activations(sounds, "cochleagram")));
}

TEST(CochleaModulation, DoesNotHearTheRateAtWhichASoundIsPlayed)
{
    const auto of = [](int rate) {
        const auto sound = (tone(440, rate, 1) + 0.5 * tone(3'000, rate, 1)).to(torch::kFloat32);
        return modelFor(sessionCochlea(), {.sampleRateHz = rate, .durationMs = 1'000})
            ->activations(0.1 * sound, "modulation");
    };
    EXPECT_TRUE(torch::allclose(of(48'000), of(20'000), 1e-3, 1e-3));
    EXPECT_TRUE(torch::allclose(of(44'100), of(20'000), 1e-3, 1e-3));
}

TEST(CochleaModulation, SilenceHasFiniteActivationsAndGradients)
{
    for (const auto& spec : {sessionCochlea(), compressiveCochlea()}) {
        const auto model = modelFor(spec);
        for (const auto* layer : {"cochleagram", "modulation", "average"}) {
            for (const auto kind : {LastRelu::plain, LastRelu::identity}) {
                const auto silence = torch::zeros({1, 96'000}).requires_grad_();
                const auto values = model->activations(silence, layer, kind);
                EXPECT_TRUE(values.isfinite().all().item<bool>()) << layer;
                const auto gradient = torch::autograd::grad({values.sum()}, {silence})[0];
                EXPECT_TRUE(gradient.isfinite().all().item<bool>()) << layer;
            }
        }
    }
}

TEST(CochleaModulation, ItsHashChangesWithEverySetting)
{
    std::vector<std::string> hashes = {modelFor(sessionCochlea())->sha256()};
    const auto add = [&](auto change) {
        auto spec = sessionCochlea();
        change(spec);
        hashes.push_back(modelFor(spec)->sha256());
    };
    add([](CochleaSpec& s) { s.rateHz = 24'000; });
    add([](CochleaSpec& s) { s.filters = 43; });
    add([](CochleaSpec& s) {
        s.overlap = 2;
        s.filters = 20;
    });
    add([](CochleaSpec& s) { s.lowHz = 60; });
    add([](CochleaSpec& s) { s.highHz = 9'000; });
    add([](CochleaSpec& s) { s.envelopeRateHz = 400; });
    add([](CochleaSpec& s) { s.envelopeOversampling = 3; });
    add([](CochleaSpec& s) { s.exponent = 0.5; });
    add([](CochleaSpec& s) { s.steepestSlope = 6; });
    add([](CochleaSpec& s) { s.channelsPerErb = 1.2; });
    add([](CochleaSpec& s) { s.temporalRatesHz.pop_back(); });
    add([](CochleaSpec& s) { s.spectralRatesPerErb.pop_back(); });
    add([](CochleaSpec& s) { s.modulation = "power"; });
    add([](CochleaSpec& s) { s.poolingBands = 4; });
    add([](CochleaSpec& s) { s = compressiveCochlea(); });
    add([](CochleaSpec& s) {
        s = compressiveCochlea();
        s.semiSaturation = 2;
    });
    add([](CochleaSpec& s) {
        s = compressiveCochlea();
        s.averagedFrames = 8;
    });
    hashes.push_back(modelFor(sessionCochlea(), {.sampleRateHz = 44'100})->sha256());
    hashes.push_back(modelFor(sessionCochlea(), {.durationMs = 1'000})->sha256());
    EXPECT_EQ(std::set<std::string>(hashes.begin(), hashes.end()).size(), hashes.size());
    // The number of bits is the file's, not the model's.
    EXPECT_EQ(modelFor(sessionCochlea(), {.bits = 24})->sha256(), hashes.front());
}

TEST(CochleaModulation, ASoundOfAnotherLengthIsAnError)
{
    const auto model = modelFor(sessionCochlea());
    EXPECT_THROW(model->activations(noise(48'000), "cochleagram"), InvalidArgument);
    EXPECT_THROW(model->activations(torch::zeros({1, 3, 64, 64}), "cochleagram"), InvalidArgument);
    EXPECT_THROW(modelFor(sessionCochlea(), {.durationMs = 50}), InvalidArgument);
    EXPECT_THROW(
        makeCochleaModulation(sessionCochlea(), {}, {.device = "cpu", .halfPrecision = true}),
        DeviceError);
}

struct BadSpec {
    const char* name;
    std::function<void(CochleaSpec&)> change;
    const char* message;
};

class BadCochlea : public testing::TestWithParam<BadSpec> {};

TEST_P(BadCochlea, IsRefusedWithTheReason)
{
    auto spec = sessionCochlea();
    GetParam().change(spec);
    try {
        cochleaModulationInfo(spec);
        FAIL() << "no error";
    } catch (const InvalidArgument& problem) {
        EXPECT_THAT(problem.what(), testing::HasSubstr(GetParam().message));
    }
}

INSTANTIATE_TEST_SUITE_P(
    All, BadCochlea,
    testing::Values(
        BadSpec{"envelopes", [](CochleaSpec& s) { s.envelopeRateHz = 300; }, "must divide"},
        BadSpec{"noFilter", [](CochleaSpec& s) { s.filters = 0; }, "at least 1 filter"},
        BadSpec{"oddOverlap", [](CochleaSpec& s) { s.overlap = 3; }, "an even number"},
        BadSpec{"aboveNyquist", [](CochleaSpec& s) { s.highHz = 12'000; }, "half of the rate"},
        BadSpec{"lowAboveHigh", [](CochleaSpec& s) { s.lowHz = 12'000; }, "half of the rate"},
        BadSpec{"undersampled", [](CochleaSpec& s) { s.envelopeOversampling = 0.5; },
                "oversampled at least once"},
        BadSpec{"exponent", [](CochleaSpec& s) { s.exponent = 0; }, "must be above 0"},
        BadSpec{"noRate", [](CochleaSpec& s) { s.temporalRatesHz = {0}; }, "at least one rate"},
        BadSpec{"descending",
                [](CochleaSpec& s) {
                    s.temporalRatesHz = {8, 4};
                },
                "ascend"},
        BadSpec{"tooFast",
                [](CochleaSpec& s) {
                    s.temporalRatesHz = {8, 128};
                },
                "the maximum is 100"},
        BadSpec{"tooFine", [](CochleaSpec& s) { s.spectralRatesPerErb = {1}; }, "the maximum is"},
        BadSpec{"output", [](CochleaSpec& s) { s.modulation = "phase"; }, "\"phase\""},
        BadSpec{"compression", [](CochleaSpec& s) { s.semiSaturation = -1; }, "0 or more"},
        BadSpec{"bands", [](CochleaSpec& s) { s.poolingBands = 7; }, "7 equal bands"}),
    [](const auto& bad) { return bad.param.name; });

} // namespace
} // namespace mlab::stimuli
