// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json.hpp>
#include <torch/types.h>

#include <vector>

/// The numbers of the conformance data in this folder as tensors.
namespace mlab::conformance {

/// A nested array, or one number, in its own shape, as float64.
inline torch::Tensor tensorOf(const nlohmann::json& values)
{
    if (values.is_number()) {
        return torch::tensor(values.get<double>(), torch::kFloat64);
    }
    std::vector<torch::Tensor> parts;
    for (const auto& part : values) {
        parts.push_back(tensorOf(part));
    }
    return torch::stack(parts);
}

/// Of the numbers in order, for any shapes.
inline double largestDifference(const torch::Tensor& actual, const nlohmann::json& expected)
{
    return (actual.detach().flatten() - tensorOf(expected).flatten()).abs().max().item<double>();
}

} // namespace mlab::conformance
