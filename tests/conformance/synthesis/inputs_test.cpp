// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/conformance/synthesis/inputs.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

namespace mlab::conformance {
namespace {

constexpr double kTolerance = 1e-12;

void expectBegins(const std::vector<double>& values, const nlohmann::json& expected)
{
    ASSERT_FALSE(expected.empty());
    for (std::size_t i = 0; i < expected.size(); ++i) {
        EXPECT_NEAR(values[i], expected[i].get<double>(), kTolerance) << i;
    }
}

TEST(SynthesisInputs, TheStreamIsThePublishedOne)
{
    Lcg u(12345);
    const auto data = synthesisData("inputs.json")["lcg"]["seed_12345_u"];
    for (const auto& expected : data) {
        EXPECT_NEAR(u(), expected.get<double>(), kTolerance);
    }
}

TEST(SynthesisInputs, TheImagesAreThePublishedOnes)
{
    const auto data = synthesisData("inputs.json")["image_N"];
    for (const int side : {64, 256}) {
        const auto& expected = data["N" + std::to_string(side)];
        const auto image = imageN(side);
        const auto n = static_cast<double>(image.size());
        expectBegins(image, expected["first_row_first_8"]);
        EXPECT_NEAR(std::accumulate(image.begin(), image.end(), 0.0) / n,
                    expected["mean"].get<double>(), kTolerance);
        EXPECT_NEAR(*std::min_element(image.begin(), image.end()), expected["min"].get<double>(),
                    kTolerance);
        EXPECT_NEAR(*std::max_element(image.begin(), image.end()), expected["max"].get<double>(),
                    kTolerance);
        const double energy = std::inner_product(image.begin(), image.end(), image.begin(), 0.0);
        EXPECT_NEAR(energy / expected["sum_sq"].get<double>(), 1, kTolerance);
    }
}

TEST(SynthesisInputs, TheSoundIsThePublishedOne)
{
    const auto expected = synthesisData("inputs.json")["sound"];
    const auto samples = sound();
    expectBegins(samples, expected["first_8"]);
    EXPECT_NEAR(samples[20'000], expected["at_20000"].get<double>(), kTolerance);
    const auto [low, high] = std::minmax_element(samples.begin(), samples.end());
    EXPECT_NEAR(std::max(-*low, *high), expected["max_abs"].get<double>(), kTolerance);
}

} // namespace
} // namespace mlab::conformance
