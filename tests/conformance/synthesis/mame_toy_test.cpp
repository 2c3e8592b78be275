// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/basis/gram_coordinates.h"
#include "stimuli/probes/mame_adam.h"
#include "tests/conformance/synthesis/inputs.h"
#include "tests/conformance/synthesis/tensors.h"

#include <gtest/gtest.h>
#include <torch/autograd.h>
#include <torch/types.h>

namespace mlab::stimuli {
namespace {

using conformance::largestDifference;
using conformance::tensorOf;
using torch::Tensor;

// The toy of mame_toy.json: one convolution, three components, two moves.
TEST(MameToy, MakesThePublishedMoves)
{
    const auto data = conformance::synthesisData("mame_toy.json");
    const auto weight = tensorOf(data["conv_weight_4x3x3x3"]).view({4, 3, 3, 3});
    const auto activations = [&](const Tensor& image) {
        return torch::conv2d(image.unsqueeze(0), weight).flatten(2)[0];
    };
    const auto image = tensorOf(data["image_1x3x8x8"]).view({3, 8, 8});
    const auto positions = activations(image).size(1);

    // Their Gram matrix is the sum over positions, ours the mean. Their components and mean are not
    // symmetric, as those of real Gram matrices are: the antisymmetric part adds a constant.
    const auto mean = tensorOf(data["ica_mean_16"]);
    std::vector<Tensor> rows;
    std::vector<double> constants;
    for (const auto& row : data["ica_components_3x16"]) {
        const auto component = tensorOf(row).view({4, 4});
        const auto symmetric = (component + component.t()) / 2;
        rows.push_back(symmetric * static_cast<double>(positions));
        constants.push_back(torch::dot((symmetric - component).flatten(), mean).item<double>());
    }
    const GramCoordinates ours(torch::stack(rows), mean.view({4, 4}) / positions);
    const auto constant = torch::tensor(at::ArrayRef<double>(constants), torch::kFloat64);
    const auto coordinates = [&](const Tensor& values) { return ours.of(values) + constant; };
    EXPECT_LE(largestDifference(torch::mm(activations(image), activations(image).t()),
                                data["gram_of_image"]),
              1e-8);
    const auto start = coordinates(activations(image));
    EXPECT_LE(largestDifference(start, data["coordinates_of_image"]), 1e-8);

    for (const auto& run : data["runs"]) {
        auto target = start.clone();
        target[run["component"].get<int>()] += run["signed_shift"].get<double>();
        std::vector<double> losses;
        const auto gradientOf = [&](const Tensor& at) {
            const auto input = at.detach().clone().requires_grad_();
            const auto values = activations(input);
            const auto missing = coordinates(values.detach()) - target;
            losses.push_back(missing.square().mean().item<double>());
            const auto cotangent = ours.combinedGradient(values.detach(), missing * (2.0 / 3.0));
            return torch::autograd::grad({values}, {input}, {cotangent})[0];
        };
        const auto probe = mameAdam(image, run["adam_lr"].get<double>(), gradientOf,
                                    [](Tensor values) { return values.clamp_(0, 1); });
        const auto reached = coordinates(activations(probe));
        // The list holds the losses before each of the first 49 updates, then the one at the end.
        EXPECT_NEAR(losses.front(), run["loss_before"].get<double>(), 1e-8);
        losses.back() = (reached - target).square().mean().item<double>();
        EXPECT_LE(largestDifference(torch::tensor(at::ArrayRef<double>(losses), torch::kFloat64),
                                    run["loss_list_len50"]),
                  1e-8);
        EXPECT_LE(largestDifference(reached, run["final_coordinates"]), 1e-8);
        EXPECT_LE(largestDifference(probe, run["final_image"]), 1e-8);
    }
}

} // namespace
} // namespace mlab::stimuli
