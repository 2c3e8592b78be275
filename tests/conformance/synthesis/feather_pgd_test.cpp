// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/metamers/metamer_losses.h"
#include "stimuli/metamers/metamer_solvers.h"
#include "stimuli/store/metamer_settings.h"
#include "stimuli/tensors/last_relu.h"
#include "tests/conformance/synthesis/inputs.h"
#include "tests/conformance/synthesis/tensors.h"

#include <gtest/gtest.h>
#include <torch/types.h>

namespace mlab::stimuli {
namespace {

using conformance::largestDifference;
using conformance::tensorOf;
using torch::Tensor;

class FeatherPgd : public testing::TestWithParam<const char*> {};

// The toy of feather_pgd_toy.json: ReLU(W x + b), 4 repetitions of 10 steps.
TEST_P(FeatherPgd, TakesThePublishedSteps)
{
    const auto data = conformance::synthesisData("feather_pgd_toy.json");
    const auto& expected = data[GetParam()];
    const bool identity = std::string(GetParam()) == "with_fake_relu";
    std::vector<Tensor> rows;
    for (const auto& row : data["W_6x12"]) {
        rows.push_back(tensorOf(row));
    }
    const auto weights = torch::stack(rows);
    const auto bias = tensorOf(data["b_6"]);
    const auto activations = [&](const Tensor& images) {
        const auto sum = torch::addmm(bias, images.flatten(1), weights.t());
        return identity ? identityGradientRelu(sum) : torch::relu(sum);
    };
    const auto imageOf = [&](const char* name) { return tensorOf(data[name]).view({1, 3, 2, 2}); };
    const auto target = activations(imageOf("x_orig"));
    EXPECT_LE(largestDifference(target, expected["target"][0]), 1e-9);
    const auto match = matchLoss(MatchLoss::normalised, target);
    const auto& boundaries = expected["loss_at_rep_boundaries"];
    const int perRepetition = data["iterations_per_rep"].get<int>();

    std::size_t compared = 0;
    const auto [best, outcomes] = solveMetamers(
        NormalisedGradientSpec{.firstStep = data["step0"].get<double>(),
                               .repetitions = data["reps"].get<int>(),
                               .stepsPerRepetition = perRepetition},
        [&](const Tensor& images) { return match(activations(images)); }, imageOf("x_init"), 0.0,
        [&](const MetamerProgress& progress) {
            if (const auto step = std::to_string(progress.done);
                expected["x_after_step"].contains(step)) {
                EXPECT_LE(largestDifference(progress.stimuli, expected["x_after_step"][step]),
                          1e-9);
                ++compared;
            }
            if (progress.done % perRepetition == 0) {
                const auto repetition = static_cast<std::size_t>(progress.done / perRepetition);
                EXPECT_LE(
                    largestDifference(progress.stimuli, expected["x_after_rep"][repetition - 1]),
                    1e-9);
                ++compared;
            }
        },
        {});
    EXPECT_EQ(compared, expected["x_after_step"].size() + expected["x_after_rep"].size());
    const auto& history = outcomes[0].history;
    ASSERT_EQ(history.size(), 41U);
    for (std::size_t repetition = 0; repetition < boundaries.size(); ++repetition) {
        const auto& sample = history[repetition * static_cast<std::size_t>(perRepetition)];
        EXPECT_NEAR(sample.loss, boundaries[repetition].get<double>(), 1e-9);
    }
    EXPECT_EQ(outcomes[0].status, MetamerStatus::maxSteps);
}

INSTANTIATE_TEST_SUITE_P(BothRectifiers, FeatherPgd,
                         testing::Values("with_fake_relu", "with_plain_relu"));

} // namespace
} // namespace mlab::stimuli
