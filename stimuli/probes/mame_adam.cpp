// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/probes/mame_adam.h"

#include <torch/types.h>

#include <cmath>

namespace mlab::stimuli {

torch::Tensor mameAdam(const torch::Tensor& start, double learningRate,
                       const std::function<torch::Tensor(const torch::Tensor&)>& gradientOf,
                       const std::function<torch::Tensor(torch::Tensor)>& admitted)
{
    constexpr int kSteps = 50;
    constexpr double kBeta1 = 0.9;
    constexpr double kBeta2 = 0.999;
    constexpr double kEpsilon = 1e-8;
    auto values = start.clone();
    auto mean = torch::zeros_like(values);
    auto square = torch::zeros_like(values);
    for (int step = 1; step <= kSteps; ++step) {
        const auto gradient = gradientOf(values);
        mean.mul_(kBeta1).add_(gradient, 1 - kBeta1);
        square.mul_(kBeta2).addcmul_(gradient, gradient, 1 - kBeta2);
        const double bias1 = 1 - std::pow(kBeta1, step);
        const double bias2 = 1 - std::pow(kBeta2, step);
        values.addcdiv_(mean, square.div(bias2).sqrt_().add_(kEpsilon), -learningRate / bias1);
        values = admitted(values);
    }
    return values;
}

} // namespace mlab::stimuli
