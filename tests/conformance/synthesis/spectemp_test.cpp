// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/cochlea/cochleagram.h"
#include "stimuli/cochlea/modulation_filters.h"
#include "stimuli/tensors/power_compression.h"
#include "tests/conformance/synthesis/inputs.h"

#include <gtest/gtest.h>
#include <torch/types.h>
#include <torch/utils.h>

namespace mlab::stimuli {
namespace {

using torch::Tensor;

constexpr std::int64_t kChannels = 211;
constexpr std::int64_t kFrames = 390;
constexpr double kTolerance = 1e-5; // relative

nlohmann::json publishedModulations()
{
    return conformance::synthesisData("spectemp.json");
}

Tensor cochleagram(torch::ScalarType type)
{
    const CochleaSpec spec;
    const auto samples = conformance::sound();
    const auto sound =
        torch::tensor(at::ArrayRef<double>(samples), torch::kFloat64).to(type).unsqueeze(0);
    const CochlearEnvelopes envelopes(spec, sound.size(1), sound);
    return powerCompression(envelopes(torch::fft_rfft(sound)), spec.exponent);
}

TEST(PublishedModulationFilters, AreTunedToTheirRates)
{
    const auto expected = publishedModulations()["rates_temporal_spectral"];
    const auto rates = modulationRates(CochleaSpec{});
    ASSERT_EQ(rates.size(), publishedModulations()["n_filters"].get<std::size_t>());
    for (std::size_t i = 0; i < rates.size(); ++i) {
        EXPECT_EQ(rates[i], (ModulationRate{.temporalHz = expected[i][0].get<double>(),
                                            .spectralPerErb = expected[i][1].get<double>()}));
    }
}

TEST(PublishedModulationFilters, HaveTheirTransferFunctions)
{
    const CochleaSpec spec;
    const auto rates = modulationRates(spec);
    const auto energies = publishedModulations()["filter_energy"];
    const auto samples = publishedModulations()["samples"];
    const auto shape = publishedModulations()["padded_shape"].get<std::vector<std::int64_t>>();
    for (std::size_t i = 0; i < rates.size(); ++i) {
        const auto transfer = modulationTransfer(spec, rates[i], kChannels, kFrames);
        ASSERT_EQ(transfer.sizes(), shape);
        EXPECT_NEAR(transfer.abs().square().sum().item<double>() / energies[i].get<double>(), 1,
                    kTolerance)
            << i;
        for (const auto& sample : samples) {
            if (sample["filter"] == i) {
                const auto value =
                    torch::view_as_real(transfer[sample["kf"].get<int>()][sample["kt"].get<int>()]);
                EXPECT_NEAR(value[0].item<double>(), sample["re"].get<double>(), kTolerance);
                EXPECT_NEAR(value[1].item<double>(), sample["im"].get<double>(), kTolerance);
            }
        }
    }
}

class PublishedModulationPower : public testing::TestWithParam<torch::ScalarType> {};

TEST_P(PublishedModulationPower, IsThatOfTheSound)
{
    const auto input = cochleagram(GetParam());
    const ModulationFilters filters(CochleaSpec{}, kChannels, kFrames, input);
    const auto power = filters(input);
    ASSERT_EQ(power.sizes(), (std::vector<std::int64_t>{1, 111, kChannels, kFrames}));
    const auto averages = power[0].to(torch::kFloat64).mean(2);
    const auto means = averages.mean(1);
    const auto expected = publishedModulations()["mean_power_per_filter"];
    for (std::size_t i = 0; i < expected.size(); ++i) {
        EXPECT_NEAR(means[static_cast<std::int64_t>(i)].item<double>() / expected[i].get<double>(),
                    1, kTolerance)
            << i;
    }
    for (const auto& sample : publishedModulations()["avgpool_samples"]) {
        EXPECT_NEAR(averages[sample["filter"].get<int>()][sample["ch"].get<int>()].item<double>() /
                        sample["value"].get<double>(),
                    1, kTolerance)
            << sample;
    }
}

INSTANTIATE_TEST_SUITE_P(Types, PublishedModulationPower,
                         testing::Values(torch::kFloat64, torch::kFloat32));

// Every output, not only averages: against the two-dimensional transform itself, for a size that is
// quick, and one where the padded time has no Nyquist frequency.
TEST(ModulationFilters, AreWhatTheTwoDimensionalTransformGives)
{
    torch::manual_seed(3);
    for (const std::int64_t frames : {40, 41}) {
        const std::int64_t channels = 24;
        const CochleaSpec spec;
        const auto input = torch::rand({2, channels, frames}, torch::kFloat64);
        const auto power = ModulationFilters(spec, channels, frames, input)(input);
        const auto transform =
            torch::fft_fft2(100 * input, std::vector<std::int64_t>{2 * channels, 3 * frames});
        const auto rates = modulationRates(spec);
        for (std::size_t i = 0; i < rates.size(); ++i) {
            const auto transfer = modulationTransfer(spec, rates[i], channels, frames);
            const auto output = torch::real(torch::fft_ifft2(transform * transfer))
                                    .narrow(1, 0, channels)
                                    .narrow(2, 0, frames);
            EXPECT_LT(
                (power.select(1, static_cast<std::int64_t>(i)) - output.square().clamp_min(1e-8))
                    .abs()
                    .max()
                    .item<double>(),
                1e-9)
                << i;
        }
    }
}

} // namespace
} // namespace mlab::stimuli
