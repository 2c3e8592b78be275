// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "stimuli/distortions/extremal_eigenvector.h"
#include "stimuli/distortions/unit_vectors.h"

#include <gtest/gtest.h>
#include <torch/types.h>

#include <cmath>

namespace mlab::stimuli {
namespace {

// A linear network: its Jacobian, [units, values].
torch::Tensor linearNetwork(std::int64_t units, std::int64_t values)
{
    return randomUnitVector(units * values, 5, "linear network").view({units, values});
}

SymmetricProduct informationOf(const torch::Tensor& jacobian)
{
    return [jacobian](const torch::Tensor& v) {
        return torch::mv(jacobian.t(), torch::mv(jacobian, v));
    };
}

TEST(ExtremalEigenvector, OfALinearNetworkAreItsSingularVectors)
{
    const auto jacobian = linearNetwork(80, 60);
    const auto svd = torch::linalg_svd(jacobian, /*full_matrices=*/false);
    const auto& values = std::get<1>(svd); // descending
    const auto& vectors = std::get<2>(svd);
    const EigenvectorOptions exact{.tolerance = 1e-9, .mostProducts = 2000};
    for (const auto extreme : {Extreme::largest, Extreme::smallest}) {
        const auto place = extreme == Extreme::largest ? 0 : 59;
        const auto found = extremalEigenvector(informationOf(jacobian), 60, extreme, exact, {});
        EXPECT_TRUE(found.converged) << found.residual;
        const double expected = std::pow(values[place].item<double>(), 2);
        EXPECT_NEAR(found.value, expected, 1e-9 * values[0].item<double>());
        const auto vector = vectorOf(found.vector);
        EXPECT_NEAR(std::abs(torch::dot(vector, vectors[place]).item<double>()), 1, 1e-6);
        EXPECT_GT(vector[vector.abs().argmax()].item<double>(), 0);
        EXPECT_NEAR(found.largest, std::pow(values[0].item<double>(), 2), 1e-3 * found.largest);
    }
}

TEST(ExtremalEigenvector, SaysThatItHasNotConverged)
{
    const auto product = informationOf(linearNetwork(80, 60));
    const auto found = extremalEigenvector(product, 60, Extreme::smallest,
                                           {.tolerance = 1e-9, .mostProducts = 5}, {});
    EXPECT_FALSE(found.converged);
    EXPECT_EQ(found.products, 5);
    const auto vector = vectorOf(found.vector);
    const auto residual = product(vector) - found.value * vector;
    EXPECT_NEAR(found.residual, residual.norm().item<double>() / found.largest, 1e-9);
}

TEST(ExtremalEigenvector, FindsAChangeThatANetworkDoesNotSee)
{
    const auto found = extremalEigenvector(informationOf(linearNetwork(20, 60)), 60,
                                           Extreme::smallest, {.tolerance = 1e-9}, {});
    EXPECT_TRUE(found.converged);
    EXPECT_NEAR(found.value, 0, 1e-9 * found.largest);
}

TEST(ExtremalEigenvector, ANetworkThatSeesNothingHasTheValue0)
{
    const auto found = extremalEigenvector([](const torch::Tensor& v) { return 0 * v; }, 10,
                                           Extreme::largest, {}, {});
    EXPECT_TRUE(found.converged);
    EXPECT_EQ(found.value, 0);
}

TEST(ExtremalEigenvector, StopsWhenItIsAskedTo)
{
    std::stop_source source;
    source.request_stop();
    EXPECT_THROW(extremalEigenvector(informationOf(linearNetwork(80, 60)), 60, Extreme::largest, {},
                                     source.get_token()),
                 Cancelled);
}

} // namespace
} // namespace mlab::stimuli
