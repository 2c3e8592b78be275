// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "stimuli/metamers/metamer_losses.h"
#include "stimuli/store/metamer_settings.h"
#include "stimuli/tensors/last_relu.h"
#include "stimuli/tensors/power_compression.h"
#include "tests/conformance/synthesis/inputs.h"
#include "tests/conformance/synthesis/tensors.h"

#include <gtest/gtest.h>
#include <torch/autograd.h>
#include <torch/types.h>
#include <torch/utils.h>

namespace mlab::stimuli {
namespace {

using conformance::largestDifference;
using conformance::tensorOf;
using nlohmann::json;
using torch::Tensor;

Tensor leaf(const json& values)
{
    return tensorOf(values).requires_grad_();
}

Tensor gradientOf(const Tensor& output, const Tensor& input, const Tensor& weights)
{
    return torch::autograd::grad({output}, {input}, {weights})[0];
}

class PublishedLosses : public testing::TestWithParam<std::pair<MatchLoss, const char*>> {};

TEST_P(PublishedLosses, HaveTheirValueAndGradient)
{
    const auto [kind, name] = GetParam();
    const auto data = conformance::synthesisData("losses.json");
    for (const auto& [type, tolerance] :
         {std::pair(torch::kFloat64, 1e-10), std::pair(torch::kFloat32, 1e-6)}) {
        const auto x = tensorOf(data["x"]).to(type).requires_grad_();
        const auto loss = matchLoss(kind, tensorOf(data["ref"]).to(type))(x);
        ASSERT_EQ(loss.sizes(), (std::vector<std::int64_t>{1}));
        EXPECT_LE(largestDifference(loss, data[name]["value"]), tolerance);
        EXPECT_LE(largestDifference(gradientOf(loss, x, torch::ones_like(loss)),
                                    data[name]["grad_wrt_x"]),
                  tolerance);
    }
}

INSTANTIATE_TEST_SUITE_P(All, PublishedLosses,
                         testing::Values(std::pair(MatchLoss::meanSquaredError, "mse"),
                                         std::pair(MatchLoss::l2, "l2_norm"),
                                         std::pair(MatchLoss::relativeSquaredError, "relative_sse"),
                                         std::pair(MatchLoss::normalised,
                                                   "feather_normalized_inversion")),
                         [](const auto& loss) { return std::string(loss.param.second); });

TEST(MetamerLosses, IdentityGradientsAreThePublishedOnes)
{
    const auto data = conformance::synthesisData("losses.json")["gradient_surgery"];
    for (const auto& [name, minimum] :
         {std::pair("fake_relu", 0.0), std::pair("fake_clamp_min_1e-6", 1e-6)}) {
        SCOPED_TRACE(name);
        const auto& expected = data[name];
        const auto x = leaf(expected["x"]);
        const auto y = identityGradientClampMin(x, minimum);
        EXPECT_LE(largestDifference(y, expected["forward"]), 0);
        EXPECT_LE(largestDifference(gradientOf(y, x, tensorOf(expected["grad_in"])),
                                    expected["grad_out"]),
                  0);
    }
    const auto& relu = data["fake_relu"];
    const auto x = leaf(relu["x"]);
    EXPECT_TRUE(torch::equal(identityGradientRelu(x), torch::relu(x)));
    EXPECT_LE(largestDifference(gradientOf(torch::relu(x), x, tensorOf(relu["grad_in"])),
                                relu["plain_relu_grad_out"]),
              0);
}

TEST(PowerCompression, IsThatOfChcochleagram)
{
    const auto data = conformance::synthesisData("losses.json")["clipped_grad_power_compression"];
    ASSERT_EQ(data["cases"].size(), 24U);
    for (const auto& entry : data["cases"]) {
        SCOPED_TRACE(entry.dump());
        const auto x = leaf(json::array({entry["x"]}));
        const auto y = clippedPowerCompression(x, 0.3, entry["clip_value"].get<double>());
        EXPECT_LE(largestDifference(y, entry["y"]), 1e-10);
        EXPECT_LE(largestDifference(gradientOf(y, x, torch::ones_like(y)), entry["grad"]), 1e-10);
    }
}

TEST(MetamerLosses, EachItemHasItsOwnLoss)
{
    torch::manual_seed(1);
    const auto a = torch::randn({3, 4, 2}, torch::kFloat64);
    const auto target = torch::randn({3, 4, 2}, torch::kFloat64);
    const auto together = matchLoss(MatchLoss::squaredError, target)(a);
    const auto toFirst = matchLoss(MatchLoss::squaredError, target.slice(0, 0, 1))(a);
    for (std::int64_t i = 0; i < 3; ++i) {
        EXPECT_NEAR(together[i].item<double>(), (a[i] - target[i]).square().sum().item<double>(),
                    1e-12);
        EXPECT_NEAR(toFirst[i].item<double>(), (a[i] - target[0]).square().sum().item<double>(),
                    1e-12);
    }
}

TEST(MetamerLosses, AnExactMatchHasNoGradient)
{
    const auto target = torch::ones({2, 5}, torch::kFloat64);
    const auto x = target.clone().requires_grad_();
    const auto loss = matchLoss(MatchLoss::normalised, target)(x);
    EXPECT_EQ(loss.sum().item<double>(), 0);
    EXPECT_TRUE(torch::equal(gradientOf(loss, x, torch::ones_like(loss)),
                             torch::zeros({2, 5}, torch::kFloat64)));
}

TEST(MetamerLosses, ASilentLayerIsRefusedWhereTheLossIsRelativeToIt)
{
    const auto silent = torch::zeros({1, 5});
    EXPECT_THROW(matchLoss(MatchLoss::normalised, silent), NumericError);
    EXPECT_THROW(matchLoss(MatchLoss::relativeSquaredError, silent), NumericError);
    EXPECT_THROW(matchLoss(MatchLoss::squaredError, silent / 0), NumericError);
    EXPECT_NO_THROW(matchLoss(MatchLoss::squaredError, silent));
}

} // namespace
} // namespace mlab::stimuli
