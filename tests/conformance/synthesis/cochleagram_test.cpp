// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/cochlea/cochleagram.h"
#include "stimuli/tensors/power_compression.h"
#include "tests/conformance/synthesis/inputs.h"

#include <gtest/gtest.h>
#include <torch/autograd.h>
#include <torch/types.h>

namespace mlab::stimuli {
namespace {

using torch::Tensor;

constexpr std::int64_t kSamples = 40'000;

nlohmann::json publishedCochleagrams()
{
    return conformance::synthesisData("cochleagram.json");
}

Tensor publishedSound(torch::ScalarType type)
{
    const auto samples = conformance::sound();
    return torch::tensor(at::ArrayRef<double>(samples), torch::kFloat64).to(type).unsqueeze(0);
}

Tensor envelopesOf(const Tensor& sound)
{
    const CochleaSpec spec;
    return CochlearEnvelopes(spec, kSamples, sound)(torch::fft_rfft(sound));
}

Tensor cochleagramOf(const Tensor& sound)
{
    const CochleaSpec spec;
    return clippedPowerCompression(envelopesOf(sound), spec.exponent, spec.steepestSlope);
}

TEST(PublishedCochleagram, HasTheErbScale)
{
    const auto to = publishedCochleagrams()["freq2erb"];
    for (std::size_t i = 0; i < to["hz"].size(); ++i) {
        EXPECT_NEAR(erbNumber(to["hz"][i].get<double>()), to["erb"][i].get<double>(), 1e-9);
    }
    const auto back = publishedCochleagrams()["erb2freq"];
    for (std::size_t i = 0; i < back["erb"].size(); ++i) {
        EXPECT_NEAR(erbNumberToHz(back["erb"][i].get<double>()), back["hz"][i].get<double>(), 1e-9);
    }
}

TEST(PublishedCochleagram, HasTheCentreFrequencies)
{
    const auto expected = publishedCochleagrams()["center_freqs_hz_211"];
    const auto centres = cochlearCentresHz(CochleaSpec{});
    ASSERT_EQ(centres.size(), expected.size());
    for (std::size_t i = 0; i < centres.size(); ++i) {
        EXPECT_NEAR(centres[i] / expected[i].get<double>(), 1, 1e-9) << i; // given to 12 digits
    }
}

TEST(PublishedCochleagram, HasTheFilters)
{
    const auto expected = publishedCochleagrams()["filters"];
    const auto filters = cochlearFilters(CochleaSpec{}, kSamples);
    ASSERT_EQ(filters.sizes(), (std::vector<std::int64_t>{211, 20'001}));
    const auto sums = filters.square().sum(0);
    EXPECT_NEAR(sums.min().item<double>(), 1, 1e-9);
    EXPECT_NEAR(sums.max().item<double>(), 1, 1e-9);
    for (const auto& [channel, energy] : expected["per_channel_energy_selected"].items()) {
        EXPECT_NEAR(filters[std::stoi(channel)].square().sum().item<double>(), energy.get<double>(),
                    1e-9)
            << channel;
    }
    for (const auto& [channel, bin] : expected["argmax_bin_selected"].items()) {
        EXPECT_EQ(filters[std::stoi(channel)].argmax().item<std::int64_t>(),
                  bin.get<std::int64_t>());
    }
    for (const auto& sample : expected["samples"]) {
        EXPECT_NEAR(filters[sample["channel"].get<int>()][sample["bin"].get<int>()].item<double>(),
                    sample["value"].get<double>(), 1e-9)
            << sample;
    }
}

TEST(PublishedCochleagram, HasTheSmallFilterBanks)
{
    const auto banks = publishedCochleagrams()["small_banks"];
    ASSERT_EQ(banks.size(), 3U);
    for (const auto& bank : banks) {
        SCOPED_TRACE(bank["sample_factor"].dump());
        CochleaSpec spec;
        spec.rateHz = bank["sr"].get<int>();
        spec.filters = bank["n"].get<int>();
        spec.overlap = bank["sample_factor"].get<int>();
        spec.lowHz = bank["low"].get<double>();
        spec.highHz = bank["high"].get<double>();
        EXPECT_EQ(cochlearChannels(spec), bank["n_channels"].get<int>());
        const auto centres = cochlearCentresHz(spec);
        for (std::size_t i = 0; i < centres.size(); ++i) {
            EXPECT_NEAR(centres[i] / bank["center_freqs"][i].get<double>(), 1, 1e-9);
        }
        const auto samples = bank["signal_length"].get<std::int64_t>();
        const auto filters = cochlearFilters(spec, samples);
        EXPECT_EQ(filters.size(1), bank["n_bins"].get<std::int64_t>());
        EXPECT_NEAR(filters.sum().item<double>(), bank["sum_all"].get<double>(), 1e-8);
        EXPECT_NEAR(filters.square().sum().item<double>(), bank["sum_sq"].get<double>(), 1e-8);
    }
}

TEST(PublishedCochleagram, HasTheDownsamplingFilter)
{
    const auto expected = publishedCochleagrams()["downsampling_filter"];
    const auto taps = downsamplingTaps(100);
    ASSERT_EQ(taps.numel(), expected["n_taps"].get<std::int64_t>());
    EXPECT_NEAR(taps.sum().item<double>(), expected["sum"].get<double>(), 1e-9);
    for (const auto& [tap, value] : expected["samples"].items()) {
        EXPECT_NEAR(taps[std::stoi(tap)].item<double>(), value.get<double>(), 1e-9) << tap;
    }
}

class PublishedCochleagramOfTheSound
    : public testing::TestWithParam<std::pair<torch::ScalarType, double>> {};

TEST_P(PublishedCochleagramOfTheSound, HasItsValues)
{
    const auto [type, tolerance] = GetParam();
    const auto expected = publishedCochleagrams()["cochleagram_of_sound"];
    const auto envelopes = envelopesOf(publishedSound(type));
    for (const auto& sample : expected["linear_envelope_before_compression_samples"]) {
        EXPECT_NEAR(
            envelopes[0][sample["ch"].get<int>()][sample["frame"].get<int>()].item<double>(),
            sample["value"].get<double>(), tolerance);
    }
    const auto cochleagram = cochleagramOf(publishedSound(type))[0].to(torch::kFloat64);
    ASSERT_EQ(cochleagram.sizes(), (std::vector<std::int64_t>{211, 390}));
    EXPECT_NEAR(cochleagram.mean().item<double>(), expected["mean"].get<double>(), tolerance);
    EXPECT_NEAR(cochleagram.max().item<double>(), expected["max"].get<double>(), tolerance);
    EXPECT_NEAR(cochleagram.min().item<double>(), expected["min"].get<double>(), tolerance);
    const auto channels = cochleagram.mean(1);
    for (std::size_t i = 0; i < 211; ++i) {
        EXPECT_NEAR(channels[static_cast<std::int64_t>(i)].item<double>(),
                    expected["channel_means_211"][i].get<double>(), tolerance)
            << i;
    }
    const auto frames = cochleagram.mean(0);
    for (std::size_t i = 0; i < 390; ++i) {
        EXPECT_NEAR(frames[static_cast<std::int64_t>(i)].item<double>(),
                    expected["frame_means_390"][i].get<double>(), tolerance)
            << i;
    }
    for (const auto& sample : expected["samples"]) {
        EXPECT_NEAR(cochleagram[sample["ch"].get<int>()][sample["frame"].get<int>()].item<double>(),
                    sample["value"].get<double>(), tolerance)
            << sample;
    }
}

INSTANTIATE_TEST_SUITE_P(Types, PublishedCochleagramOfTheSound,
                         testing::Values(std::pair(torch::kFloat64, 1e-9),
                                         std::pair(torch::kFloat32, 1e-5)));

TEST(PublishedCochleagram, HasTheGradientOfItsSumOfSquares)
{
    for (const auto& [type, name, tolerance] :
         {std::tuple(torch::kFloat64, "gradient_of_sum_of_squares_float64", 1e-7),
          std::tuple(torch::kFloat32, "gradient_of_sum_of_squares", 1e-3)}) {
        SCOPED_TRACE(name);
        const auto expected = publishedCochleagrams()[name];
        const auto sound = publishedSound(type).requires_grad_();
        const auto loss = cochleagramOf(sound).square().sum();
        const auto gradient = torch::autograd::grad({loss}, {sound})[0][0];
        EXPECT_NEAR(gradient.norm().item<double>() / expected["norm"].get<double>(), 1, tolerance);
        for (const auto& [at, value] : expected["samples"].items()) {
            // Relative to the sample, or where that is small, to a typical one.
            const double size = std::max(std::abs(value.get<double>()), 0.01);
            EXPECT_NEAR(gradient[std::stoi(at)].item<double>(), value.get<double>(),
                        tolerance * size)
                << at;
        }
    }
}

} // namespace
} // namespace mlab::stimuli
