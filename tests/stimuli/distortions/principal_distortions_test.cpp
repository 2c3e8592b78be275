// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "stimuli/distortions/principal_distortions.h"
#include "stimuli/distortions/unit_vectors.h"

#include <gtest/gtest.h>
#include <torch/types.h>

#include <cmath>

namespace mlab::stimuli {
namespace {

constexpr std::int64_t kSize = 12;

torch::Tensor definiteMatrix(std::uint64_t seed)
{
    const auto jacobian =
        randomUnitVector(2 * kSize * kSize, seed, "definite").view({2 * kSize, kSize});
    return torch::mm(jacobian.t(), jacobian);
}

SymmetricProduct productOf(const torch::Tensor& matrix)
{
    return [matrix](const torch::Tensor& v) { return torch::mv(matrix, v); };
}

double form(const torch::Tensor& matrix, const torch::Tensor& v)
{
    return (torch::dot(v, torch::mv(matrix, v)) / torch::dot(v, v)).item<double>();
}

double varianceOf(const std::vector<torch::Tensor>& matrices, const torch::Tensor& first,
                  const torch::Tensor& second)
{
    auto ratios = torch::empty({static_cast<std::int64_t>(matrices.size())}, torch::kFloat64);
    for (std::size_t n = 0; n < matrices.size(); ++n) {
        ratios[static_cast<std::int64_t>(n)] =
            std::log(form(matrices[n], first)) - std::log(form(matrices[n], second));
    }
    return ratios.var(/*unbiased=*/false).item<double>();
}

constexpr PrincipalOptions kExact{.tolerance = 1e-12, .mostSteps = 2000};

TEST(PrincipalDistortions, OfTwoNetworksAreTheExtremalGeneralisedEigenvectors)
{
    const auto a = definiteMatrix(1);
    const auto b = definiteMatrix(2);
    // A e = l B e: with B = L L^T, y = L^T e is an eigenvector of L^-1 A L^-T.
    const auto inverse = torch::linalg_inv(torch::linalg_cholesky(b));
    const auto eigen = torch::linalg_eigh(torch::mm(torch::mm(inverse, a), inverse.t()));
    const auto& values = std::get<0>(eigen); // ascending
    const auto vectors = torch::mm(inverse.t(), std::get<1>(eigen));
    const std::vector<SymmetricProduct> products = {productOf(a), productOf(b)};
    const auto found = principalDistortions(products, kSize, kExact, {});
    EXPECT_TRUE(found.converged);
    const auto cosine = [&](std::size_t which, std::int64_t column) {
        const auto expected = vectors.select(1, column);
        return std::abs(torch::dot(vectorOf(found.vectors[which]), expected).item<double>()) /
               expected.norm().item<double>();
    };
    EXPECT_NEAR(cosine(0, kSize - 1), 1, 1e-6); // the first network is the more sensitive one
    EXPECT_NEAR(cosine(1, 0), 1, 1e-6);
    const double ratio = std::log(values[-1].item<double>() / values[0].item<double>());
    EXPECT_NEAR(found.variance, ratio * ratio / 4, 1e-9);
    EXPECT_NEAR(found.sensitivities[1][0], form(b, vectorOf(found.vectors[0])), 1e-9);
    EXPECT_NEAR(found.sensitivities[0][1], form(a, vectorOf(found.vectors[1])), 1e-9);
}

TEST(PrincipalDistortions, OfThreeNetworksNoSmallChangeDisagreesMore)
{
    const std::vector<torch::Tensor> matrices = {definiteMatrix(1), definiteMatrix(2),
                                                 definiteMatrix(3)};
    const std::vector<SymmetricProduct> products = {productOf(matrices[0]), productOf(matrices[1]),
                                                    productOf(matrices[2])};
    const auto found = principalDistortions(products, kSize, kExact, {});
    EXPECT_TRUE(found.converged);
    const auto first = vectorOf(found.vectors[0]);
    const auto second = vectorOf(found.vectors[1]);
    EXPECT_NEAR(first.norm().item<double>(), 1, 1e-9);
    EXPECT_NEAR(found.variance, varianceOf(matrices, first, second), 1e-9);
    for (std::uint64_t i = 0; i < 40; ++i) {
        const auto other = randomUnitVector(kSize, i, "other direction");
        // The gradient is 0 and the curvature is not positive: differences along `other`.
        for (const double step : {-1e-2, 1e-2}) {
            EXPECT_LT(varianceOf(matrices, first + step * other, second), found.variance);
            EXPECT_LT(varianceOf(matrices, first, second + step * other), found.variance);
        }
        EXPECT_LT(varianceOf(matrices, other, randomUnitVector(kSize, i, "another direction")),
                  found.variance);
    }
}

TEST(PrincipalDistortions, SayThatTheyHaveNotConverged)
{
    const std::vector<SymmetricProduct> products = {productOf(definiteMatrix(1)),
                                                    productOf(definiteMatrix(2))};
    const auto found =
        principalDistortions(products, kSize, {.tolerance = 1e-12, .mostSteps = 3}, {});
    EXPECT_FALSE(found.converged);
    EXPECT_EQ(found.steps, 3);
}

TEST(PrincipalDistortions, NeedTwoNetworksThatRespond)
{
    const std::vector<SymmetricProduct> one = {productOf(definiteMatrix(1))};
    EXPECT_THROW(principalDistortions(one, kSize, {}, {}), InvalidArgument);
    const std::vector<SymmetricProduct> blind = {
        productOf(definiteMatrix(1)), productOf(torch::zeros({kSize, kSize}, torch::kFloat64))};
    EXPECT_THROW(principalDistortions(blind, kSize, {}, {}), NumericError);
}

} // namespace
} // namespace mlab::stimuli
