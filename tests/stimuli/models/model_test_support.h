// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/files.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <torch/types.h>

#include <cmath>
#include <filesystem>
#include <string>

namespace mlab::stimuli {

/// A file that make_models.py wrote.
inline std::filesystem::path madeModel(const std::string& name)
{
    return std::filesystem::path(MLAB_TEST_MODELS) / name;
}

/// make_models.py's image, [1, 3, size, size].
inline torch::Tensor formulaImage(int size)
{
    const auto axis = torch::arange(size);
    const auto plane = 7 * axis.view({1, size}) + 13 * axis.view({size, 1});
    return torch::stack({plane, plane + 5, plane + 10})
        .remainder(256)
        .to(torch::kFloat32)
        .div(255.0)
        .unsqueeze(0);
}

/// Compares with what make_models.py printed of a layer: mean, RMS, sine-weighted mean.
inline void expectFingerprint(const torch::Tensor& values, const nlohmann::json& expected,
                              const std::string& what)
{
    const auto flat = values.detach().to(torch::kFloat64).flatten();
    const double rms = flat.square().mean().sqrt().item<double>();
    const double tolerance = 2e-5 * rms;
    EXPECT_NEAR(flat.mean().item<double>(), expected.at(0).get<double>(), tolerance) << what;
    EXPECT_NEAR(rms, expected.at(1).get<double>(), tolerance) << what;
    const auto weights = torch::sin(torch::arange(flat.numel()).to(torch::kFloat64));
    EXPECT_NEAR((flat * weights).mean().item<double>(), expected.at(2).get<double>(), tolerance)
        << what;
}

} // namespace mlab::stimuli
