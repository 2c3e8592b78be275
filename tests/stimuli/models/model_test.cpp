// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "stimuli/basis/basis_fit.h"
#include "stimuli/basis/coordinates.h"
#include "stimuli/catalog/model_info.h"
#include "stimuli/models/model.h"
#include "stimuli/probes/solver.h"
#include "stimuli/sources/builtin_images.h"
#include "stimuli/tensors/stimulus_tensor.h"

#include <gtest/gtest.h>
#include <torch/types.h>
#include <torch/utils.h>

#include <cmath>
#include <map>
#include <numbers>

namespace mlab::stimuli {
namespace {

constexpr int kSize = 64;
const ModelSpec kCompressive{.name = "gabor-compressive"};

BasisSpec smallBasis()
{
    return {.method = BasisMethod::pca,
            .components = 4,
            .pool = {.folder = {}, .count = 40, .seed = 3}};
}

// A grating of amplitude `amplitude` around mid-grey on all three channels.
torch::Tensor grating(double wavelengthPx, double degrees, double amplitude)
{
    const double theta = degrees * std::numbers::pi / 180;
    const auto x = torch::arange(kSize, torch::kFloat32).view({1, kSize});
    const auto y = torch::arange(kSize, torch::kFloat32).view({kSize, 1});
    const auto phase =
        (x * std::cos(theta) + y * std::sin(theta)) * (2 * std::numbers::pi / wavelengthPx);
    return (0.5 + amplitude * torch::cos(phase)).unsqueeze(0).repeat({3, 1, 1});
}

TEST(GaborScattering, LayersHaveTheDocumentedShapes)
{
    const auto model = makeModel({}, ImageFormat{kSize});
    const auto images =
        torch::stack({toTensor(builtinImage(1, 0, kSize)), toTensor(builtinImage(1, 1, kSize))});
    EXPECT_EQ(model->activations(images, "band").sizes(), (std::vector<std::int64_t>{2, 72, 8, 8}));
    EXPECT_EQ(model->activations(images, "texture").sizes(),
              (std::vector<std::int64_t>{2, 216, 8, 8}));
    EXPECT_EQ(model->activations(images, "pool").sizes(), (std::vector<std::int64_t>{2, 288}));
    EXPECT_EQ(modelInfo({}).layers, (std::vector<std::string>{"band", "texture", "pool"}));
}

TEST(GaborScattering, AUniformImageGivesNoResponse)
{
    for (const auto& spec : {ModelSpec{}, kCompressive}) {
        const auto model = makeModel(spec, ImageFormat{kSize});
        for (const auto& layer : modelInfo(spec).layers) {
            const auto response =
                activationMatrix(*model, torch::full({3, kSize, kSize}, 0.7F), layer);
            EXPECT_LT(response.abs().max().item<float>(), 1e-3F) << spec.name << " " << layer;
        }
    }
}

TEST(GaborCompressive, LayersHaveTheDocumentedShapes)
{
    const auto model = makeModel(kCompressive, ImageFormat{kSize});
    const auto images =
        torch::stack({toTensor(builtinImage(1, 0, kSize)), toTensor(builtinImage(1, 1, kSize))});
    const std::map<std::string, std::vector<std::int64_t>> shapes = {{"band", {2, 24, 2, 2}},
                                                                     {"colour", {2, 48, 2, 2}},
                                                                     {"texture", {2, 216, 2, 2}},
                                                                     {"pool", {2, 240}}};
    EXPECT_EQ(modelInfo(kCompressive).layers.size(), shapes.size());
    for (const auto& [layer, shape] : shapes) {
        EXPECT_EQ(model->activations(images, layer).sizes(), shape) << layer;
    }
    EXPECT_NE(model->sha256(), makeModel({}, ImageFormat{kSize})->sha256());
}

// The square of a response is the log of the modulus, which adds up: a grating of half the contrast
// has log 2 less where its modulus is far above the semi-saturation.
TEST(GaborCompressive, HalfTheContrastIsLogTwoLess)
{
    const auto model = makeModel(kCompressive, ImageFormat{kSize});
    const auto strongest = [&](double amplitude) {
        return activationMatrix(*model, grating(8, 30, amplitude), "band")
            .square()
            .mean(1)
            .max()
            .item<double>();
    };
    EXPECT_NEAR(strongest(0.4) - strongest(0.2), std::log(2), 0.06);
}

TEST(GaborCompressive, AGreyImageHasNoColourResponse)
{
    const auto model = makeModel(kCompressive, ImageFormat{kSize});
    EXPECT_LT(activationMatrix(*model, grating(8, 30, 0.3), "colour").abs().max().item<float>(),
              1e-3F);
}

TEST(GaborScattering, AGratingExcitesItsOwnScaleAndOrientationMost)
{
    const auto model = makeModel({}, ImageFormat{kSize});
    for (int scale = 0; scale < 3; ++scale) {
        for (int orientation = 0; orientation < 6; ++orientation) {
            const auto means =
                activationMatrix(*model, grating(4.0 * (1 << scale), 30.0 * orientation, 0.2),
                                 "band")
                    .mean(1);
            // Channels are ordered scale, colour axis, orientation; luminance is the first axis.
            const auto best = means.argmax().item<std::int64_t>();
            EXPECT_EQ(best, scale * 18 + orientation);
            if (scale == 0) {
                // An amplitude of 0.2 on three channels is 0.2 * sqrt(3) of luminance.
                EXPECT_NEAR(means[best].item<float>(), 0.2 * std::sqrt(3.0), 0.05);
            }
        }
    }
}

TEST(GaborScattering, AGreyImageHasNoColourResponse)
{
    const auto model = makeModel({}, ImageFormat{kSize});
    const auto band = activationMatrix(*model, grating(8, 30, 0.3), "band").view({4, 3, 6, 64});
    EXPECT_LT(band.narrow(1, 1, 2).abs().max().item<float>(), 1e-4F);
}

class GaborGradients : public testing::TestWithParam<ModelSpec> {};

INSTANTIATE_TEST_SUITE_P(Both, GaborGradients, testing::Values(ModelSpec{}, kCompressive),
                         [](const auto& spec) {
                             return spec.param.name == kCompressive.name ? "Compressive"
                                                                         : "Scattering";
                         });

TEST_P(GaborGradients, AreThoseOfFiniteDifferences)
{
    const auto model = makeModel(GetParam(), ImageFormat{kSize});
    const auto bases = fitBases(*model, modelInfo(GetParam()).layers, smallBasis(),
                                ImageFormat{kSize}, [](int, int) {}, {});
    const auto image = toTensor(builtinImage(2, 3, kSize));
    torch::manual_seed(1);
    for (const auto& basis : bases) {
        const CoordinateMap map(*model, basis);
        const auto [z, gradients] = map.withGradients(image);
        for (int trial = 0; trial < 5; ++trial) {
            const auto direction = torch::randn({3, kSize, kSize});
            const double h = GetParam().name == kCompressive.name ? 3e-4 : 2e-3; // it curves more
            const auto difference =
                (map.at(image + h * direction) - map.at(image - h * direction)) / (2 * h);
            const auto predicted = torch::mv(gradients, direction.flatten()).to(torch::kFloat64);
            const double error = (difference - predicted).norm().item<double>();
            EXPECT_LT(error, 0.01 * gradients.norm().item<double>()) << basis.layer;
        }
        const auto weights = torch::tensor({0.3, -1.0, 0.5, 2.0}, torch::kFloat64);
        const auto combined =
            map.withCombinedGradient(image, [&](const torch::Tensor&) { return weights; }).second;
        const auto expected = torch::mv(gradients.t(), weights.to(torch::kFloat32));
        EXPECT_LT((combined.flatten() - expected).norm().item<float>(),
                  1e-4F * expected.norm().item<float>());
    }
}

// sqrt(m^2 + smoothing^2) has the slope m / smoothing where smoothing is much larger than m.
TEST(GaborCompressive, SmoothingChangesGradientsAsARoundedModulusDoesAndLeavesActivations)
{
    const auto model = makeModel(kCompressive, ImageFormat{kSize});
    const auto image = toTensor(builtinImage(2, 3, kSize)).unsqueeze(0);
    const auto gradientOf = [&](const std::string& layer, double smoothing) {
        const auto input = image.clone().requires_grad_();
        const auto activations = model->activations(input, layer, {LastRelu::identity, smoothing});
        EXPECT_TRUE(torch::equal(activations.detach(), model->activations(image, layer)));
        return torch::autograd::grad({activations.sum()}, {input})[0];
    };
    const auto relativeError = [](const torch::Tensor& value, const torch::Tensor& expected) {
        return ((value - expected).norm() / expected.norm()).item<double>();
    };
    for (const std::string layer : {"band", "colour"}) {
        EXPECT_LT(relativeError(gradientOf(layer, 1e-6), gradientOf(layer, 0)), 1e-4) << layer;
        EXPECT_LT(relativeError(2 * gradientOf(layer, 200), gradientOf(layer, 100)), 1e-4) << layer;
    }
    // In second-order layers both moduli are smoothed.
    EXPECT_LT(relativeError(4 * gradientOf("texture", 200), gradientOf("texture", 100)), 1e-4);
}

TEST(BasisFit, CoordinatesOverThePoolHaveMeanZeroUnitVarianceAndNoCorrelation)
{
    const auto model = makeModel({}, ImageFormat{kSize});
    const auto bases = fitBases(*model, {"band", "texture", "pool"}, smallBasis(),
                                ImageFormat{kSize}, [](int, int) {}, {});
    for (const auto& basis : bases) {
        const CoordinateMap map(*model, basis);
        std::vector<torch::Tensor> rows;
        for (int i = 0; i < 40; ++i) {
            rows.push_back(map.at(toTensor(builtinImage(3, i, kSize))));
        }
        const auto z = torch::stack(rows);
        const auto covariance = torch::mm(z.t(), z) / 40;
        EXPECT_LT(z.mean(0).abs().max().item<double>(), 1e-3) << basis.layer;
        EXPECT_LT((covariance - torch::eye(4, torch::kFloat64)).abs().max().item<double>(), 5e-3)
            << basis.layer;
        for (std::size_t k = 1; k < 4; ++k) {
            EXPECT_LE(basis.explainedVariance[k], basis.explainedVariance[k - 1]);
        }
    }
}

TEST(BasisFit, TheSamePoolGivesTheSameBasisBitForBit)
{
    const auto model = makeModel({}, ImageFormat{kSize});
    const auto fit = [&] {
        return fitBases(*model, {"band"}, smallBasis(), ImageFormat{kSize}, [](int, int) {}, {})
            .front();
    };
    const auto one = fit();
    const auto two = fit();
    EXPECT_EQ(one.components, two.components);
    EXPECT_EQ(one.mean, two.mean);
}

Basis fitted(const BasisSpec& spec, const char* layer)
{
    const auto model = makeModel({}, ImageFormat{kSize});
    return fitBases(*model, {layer}, spec, ImageFormat{kSize}, [](int, int) {}, {}).front();
}

TEST(BasisFit, PoolCoordinatesAreThoseOfThePoolsImages)
{
    const auto model = makeModel({}, ImageFormat{kSize});
    auto spec = smallBasis();
    for (const auto method : {BasisMethod::pca, BasisMethod::ica}) {
        spec.method = method;
        spec.candidates = 8;
        const auto basis = fitted(spec, "texture");
        const CoordinateMap map(*model, basis);
        for (const int i : {0, 7, 39}) {
            const auto z = map.at(toTensor(builtinImage(3, i, kSize)));
            for (int k = 0; k < 4; ++k) {
                EXPECT_NEAR(basis.poolCoordinates[static_cast<std::size_t>(4 * i + k)],
                            z[k].item<double>(), 2e-3)
                    << toString(method);
            }
        }
    }
}

TEST(BasisFit, ASelectionIsThoseCandidatesInThatOrder)
{
    auto spec = smallBasis();
    spec.candidates = 8;
    for (const auto method : {BasisMethod::pca, BasisMethod::ica}) {
        spec.method = method;
        spec.components = 8;
        spec.select.clear();
        const auto all = fitted(spec, "band");
        spec.select = {7, 1, 4};
        spec.components = 3;
        const auto chosen = fitted(spec, "band");
        EXPECT_EQ(chosen.ranks, spec.select);
        EXPECT_EQ(all.ranks, (std::vector<int>{1, 2, 3, 4, 5, 6, 7, 8}));
        const auto size = static_cast<std::ptrdiff_t>(all.mean.size());
        for (std::size_t k = 0; k < 3; ++k) {
            const auto rank = static_cast<std::size_t>(spec.select[k] - 1);
            EXPECT_EQ(chosen.explainedVariance[k], all.explainedVariance[rank]) << toString(method);
            const auto component = [size](const Basis& basis, std::size_t place) {
                const auto first =
                    basis.components.begin() + size * static_cast<std::ptrdiff_t>(place);
                return torch::tensor(std::vector<float>(first, first + size));
            };
            EXPECT_LT((component(chosen, k) - component(all, rank)).norm().item<float>(),
                      1e-4F * component(all, rank).norm().item<float>())
                << toString(method);
        }
    }
}

TEST(BasisFit, IcaIsAFunctionOfItsSeedAndSaysHowItEnded)
{
    auto spec = smallBasis();
    spec.method = BasisMethod::ica;
    spec.candidates = 5;
    const auto one = fitted(spec, "band");
    EXPECT_EQ(one.components, fitted(spec, "band").components);
    EXPECT_EQ(one.method, BasisMethod::ica);
    EXPECT_EQ(one.candidates, 5);
    EXPECT_GT(one.icaIterations, 0);
    for (std::size_t k = 1; k < 4; ++k) {
        EXPECT_LE(one.explainedVariance[k], one.explainedVariance[k - 1]);
    }
    spec.seed = 2;
    EXPECT_NE(one.components, fitted(spec, "band").components);
}

TEST(BasisFit, SettingsThatCannotBeMetAreRefused)
{
    const auto refused = [](BasisSpec spec) {
        EXPECT_THROW(fitted(spec, "band"), InvalidArgument);
    };
    auto spec = smallBasis();
    EXPECT_FALSE(basisMethodNamed("nmf"));
    spec.select = {1, 2};
    refused(spec); // four are to be retained
    spec.select = {1, 2, 3, 3};
    refused(spec);
    spec.select = {1, 2, 3, 101};
    refused(spec); // of 100 candidates
    spec.select = {1, 2, 3, 0};
    refused(spec);
    spec.select = {1, 2, 3, 40};
    refused(spec); // of a pool of 40
    spec = smallBasis();
    spec.method = BasisMethod::ica; // 100 candidates
    refused(spec);
}

TEST(CoordinateMap, RefusesABasisOfAnotherModel)
{
    const auto model = makeModel({}, ImageFormat{kSize});
    auto basis =
        fitBases(*model, {"band"}, smallBasis(), ImageFormat{kSize}, [](int, int) {}, {}).front();
    basis.modelSha256 = "another";
    EXPECT_THROW(CoordinateMap(*model, basis), InvalidArgument);
}

class SolverTest : public testing::Test {
protected:
    SolverTest()
        : model_(makeModel({}, ImageFormat{kSize})),
          basis_(fitBases(*model_, {"band"}, smallBasis(), ImageFormat{kSize}, [](int, int) {}, {})
                     .front()),
          map_(*model_, basis_),
          reference_(map_, std::make_shared<const RgbImage>(builtinImage(7, 0, kSize)),
                     ProbeSolver::minimumNorm)
    {
    }

    std::unique_ptr<Model> model_;
    Basis basis_;
    CoordinateMap map_;
    ReferencePoint reference_;
};

const std::vector<std::uint8_t>& pixelsOf(const Stimulus& stimulus)
{
    return std::get<ImagePtr>(stimulus)->pixels;
}

TEST_F(SolverTest, MinimumNormChangesThePixelsLessThanAdam)
{
    const auto change = [&](ProbeSolver solver) {
        const auto solution =
            solve({.type = solver, .toleranceSd = 0.01}, map_, reference_, 0, 0.5, {});
        double sum = 0;
        for (std::size_t i = 0; i < pixelsOf(solution.stimulus).size(); ++i) {
            const double d = double{static_cast<double>(pixelsOf(solution.stimulus)[i])} -
                             static_cast<double>(pixelsOf(reference_.stimulus())[i]);
            sum += d * d;
        }
        EXPECT_NEAR(solution.levelAchieved, 0.5, 0.2) << toString(solver);
        return sum;
    };
    EXPECT_LT(change(ProbeSolver::minimumNorm), change(ProbeSolver::adam));
}

TEST_F(SolverTest, RelativeNormChangesBlankPartsLess)
{
    auto picture = builtinImage(7, 0, kSize);
    for (std::size_t i = 0; i < picture.pixels.size(); ++i) {
        if (i % (3 * kSize) >= 3 * kSize / 2) {
            picture.pixels[i] = 128; // the right half
        }
    }
    const Stimulus half = std::make_shared<const RgbImage>(picture);
    const auto shareInBlank = [&](ProbeSolver solver) {
        const ReferencePoint reference(map_, half, solver);
        const auto solution =
            solve({.type = solver, .toleranceSd = 0.01}, map_, reference, 0, 0.3, {});
        EXPECT_TRUE(solution.converged) << toString(solver);
        const auto change = (toTensor(solution.stimulus) - toTensor(half)).square();
        // Some way from the border, which has contrast.
        return (change.narrow(2, kSize / 2 + 8, kSize / 2 - 8).sum() / change.sum()).item<double>();
    };
    EXPECT_LT(shareInBlank(ProbeSolver::relativeNorm),
              0.5 * shareInBlank(ProbeSolver::minimumNorm));
}

TEST_F(SolverTest, ASmallMoveIsTheSmallestThatFirstOrderAllows)
{
    // |dx| can not be below |dz| / |gradient of the component, others held|.
    const auto [z, gradients] = map_.withGradients(toTensor(reference_.stimulus()));
    const auto normal = torch::mm(gradients, gradients.t()).to(torch::kFloat64);
    const double level = 0.3;
    const double smallest =
        level * std::sqrt(torch::linalg_inv(normal)[0][0].item<double>()); // in [0, 1] units
    const auto solution = solve({.type = ProbeSolver::minimumNorm, .toleranceSd = 0.01}, map_,
                                reference_, 0, level, {});
    ASSERT_TRUE(solution.converged);
    const double moved =
        (toTensor(solution.stimulus) - toTensor(reference_.stimulus())).norm().item<double>();
    // Rounding to whole grey levels adds at most half a level rms to it.
    const double rounding = 0.5 / 255 * std::sqrt(3.0 * kSize * kSize);
    EXPECT_LT(moved, std::sqrt(1.1 * 1.1 * smallest * smallest + rounding * rounding));
    EXPECT_GT(moved, 0.8 * smallest);
}

TEST_F(SolverTest, TheCoordinatesReportedAreThoseOfTheRoundedPixels)
{
    for (const auto solver : {ProbeSolver::minimumNorm, ProbeSolver::adam}) {
        const auto solution =
            solve({.type = solver, .toleranceSd = 0.01}, map_, reference_, 1, -0.4, {});
        const auto z = map_.at(toTensor(solution.stimulus));
        for (std::size_t k = 0; k < solution.coordinates.size(); ++k) {
            EXPECT_EQ(solution.coordinates[k], z[static_cast<std::int64_t>(k)].item<double>());
        }
        EXPECT_EQ(solution.levelAchieved, -(solution.coordinates[1] - reference_.coordinates()[1]));
    }
}

TEST_F(SolverTest, AMoveBelowAGreyLevelSurvivesTheRounding)
{
    const auto solution = solve({.type = ProbeSolver::minimumNorm, .toleranceSd = 0.01}, map_,
                                reference_, 0, 0.02, {});
    ASSERT_TRUE(solution.converged);
    EXPECT_NEAR(solution.levelAchieved, 0.02, 0.005);
    int largest = 0;
    for (std::size_t i = 0; i < pixelsOf(solution.stimulus).size(); ++i) {
        largest = std::max(largest, std::abs(int{pixelsOf(solution.stimulus)[i]} -
                                             int{pixelsOf(reference_.stimulus())[i]}));
    }
    EXPECT_LE(largest, 3);
}

} // namespace
} // namespace mlab::stimuli
