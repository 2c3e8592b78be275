// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/distortions/extremal_eigenvector.h"
#include "stimuli/distortions/fisher_information.h"
#include "stimuli/distortions/unit_vectors.h"
#include "stimuli/sources/builtin_images.h"
#include "stimuli/sources/builtin_sounds.h"
#include "stimuli/tensors/stimulus_tensor.h"
#include "tests/stimuli/models/model_test_support.h"

#include <gtest/gtest.h>
#include <torch/autograd.h>
#include <torch/types.h>
#include <torch/utils.h>

#include <cmath>

namespace mlab::stimuli {
namespace {

constexpr int kSidePx = 64;
const ComputeOptions kOneThread{.device = "cpu", .threads = 1};

ModelSpec compressive()
{
    ModelSpec spec;
    spec.name = "gabor-compressive";
    return spec;
}

torch::Tensor pictureValues(int sizePx = kSidePx)
{
    return toTensor(builtinImage(3, 1, sizePx));
}

torch::Tensor someChange(const torch::Tensor& values)
{
    return randomUnitVector(values.numel(), 2, "tested change");
}

// J v by central differences, float64.
torch::Tensor changeAlong(const Model& model, const std::string& layer, const torch::Tensor& values,
                          const torch::Tensor& v, double step)
{
    const torch::NoGradGuard noGradients;
    const auto change = v.to(torch::kFloat32).view(values.sizes()) * step;
    const auto up = model.activations((values + change).unsqueeze(0), layer);
    const auto down = model.activations((values - change).unsqueeze(0), layer);
    return (up - down).flatten().to(torch::kFloat64) / (2 * step);
}

// v^T I v = |J v|^2. The product of differences of two steps, whose rounding is independent, is not
// enlarged by it.
void expectAsByDifferences(const Model& model, const std::string& layer,
                           const torch::Tensor& values, const torch::Tensor& v, double step)
{
    const FisherInformation information(model, layer, values);
    const double byProduct = torch::dot(v, information.product(v)).item<double>();
    const double byDifferences = torch::dot(changeAlong(model, layer, values, v, step),
                                            changeAlong(model, layer, values, v, 1.3 * step))
                                     .item<double>();
    EXPECT_NEAR(byProduct, byDifferences, 0.02 * byDifferences)
        << model.info().name << " " << layer;
}

TEST(FisherInformation, IsThatOfADenseJacobian)
{
    const auto model = makeModel(compressive(), ImageFormat{kSidePx}, kOneThread);
    const FisherInformation information(*model, "pool", pictureValues());
    const auto input = pictureValues().requires_grad_();
    const auto activations = model->activations(input.unsqueeze(0), "pool").flatten();
    ASSERT_EQ(information.units(), activations.numel());
    std::vector<torch::Tensor> rows;
    for (std::int64_t unit = 0; unit < activations.numel(); ++unit) {
        rows.push_back(
            torch::autograd::grad({activations[unit]}, {input}, {}, /*retain_graph=*/true)[0]
                .flatten());
    }
    const auto jacobian = torch::stack(rows).to(torch::kFloat64);
    const auto v = randomUnitVector(jacobian.size(1), 1, "a change");
    const auto expected = torch::mv(jacobian.t(), torch::mv(jacobian, v));
    EXPECT_LT((information.product(v) - expected).norm().item<double>(),
              1e-4 * expected.norm().item<double>());

    // J J^T has the eigenvalues of J^T J, and fewer rows.
    const auto eigen = torch::linalg_eigh(torch::mm(jacobian, jacobian.t()));
    const auto found =
        extremalEigenvector([&](const torch::Tensor& step) { return information.product(step); },
                            information.size(), Extreme::largest, {}, {});
    EXPECT_TRUE(found.converged);
    const double largest = std::get<0>(eigen)[-1].item<double>();
    EXPECT_NEAR(found.value, largest, 1e-4 * largest);
    const auto vector = torch::mv(jacobian.t(), std::get<1>(eigen).select(1, -1));
    EXPECT_GT(std::abs(torch::dot(vectorOf(found.vector), vector / vector.norm()).item<double>()),
              0.999);
}

TEST(FisherInformation, OfEveryImageLayerAgreesWithFiniteDifferences)
{
    for (const auto& spec : {ModelSpec(), compressive()}) {
        const auto model = makeModel(spec, ImageFormat{kSidePx}, kOneThread);
        for (const auto& layer : model->info().layers) {
            expectAsByDifferences(*model, layer, pictureValues(), someChange(pictureValues()),
                                  0.02);
        }
    }
}

TEST(FisherInformation, OfEverySoundLayerAgreesWithFiniteDifferences)
{
    const SoundFormat format{.sampleRateHz = 16000, .durationMs = 300, .bits = 16};
    const auto values = toTensor(builtinSound(3, 0, format));
    // Slow modulation, in proportion to the power of every band and moment: compression makes what
    // is nearly silent far from linear.
    const auto along = values * torch::sin(torch::linspace(0, 7, values.numel()));
    const double length = values.norm().item<double>();
    for (const auto* preset : {"compressive", "published"}) {
        ModelSpec spec;
        spec.name = "cochlea-modulation";
        spec.cochlea = cochleaPreset(preset);
        const auto model = makeModel(spec, format, kOneThread);
        for (const auto& layer : model->info().layers) {
            expectAsByDifferences(*model, layer, values, along.to(torch::kFloat64) / along.norm(),
                                  3e-3 * length);
        }
    }
}

// Small convolutions have a gradient of their own.
TEST(FisherInformation, OfATorchScriptModelAgreesWithFiniteDifferences)
{
    ModelSpec spec;
    spec.name.clear();
    spec.file = madeModel("small.ts");
    const auto model = makeModel(spec, ImageFormat{16}, kOneThread);
    for (const auto& layer : model->info().layers) {
        expectAsByDifferences(*model, layer, pictureValues(16), someChange(pictureValues(16)),
                              0.01);
    }
}

} // namespace
} // namespace mlab::stimuli
