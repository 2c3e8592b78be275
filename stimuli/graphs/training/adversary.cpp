// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/graphs/training/adversary.h"

#include <torch/autograd.h>
#include <torch/types.h>

#include <limits>

namespace mlab::stimuli {
namespace {

at::Tensor rowNorms(const at::Tensor& rows)
{
    return rows.norm(2, /*dim=*/1, /*keepdim=*/true);
}

} // namespace

at::Tensor worseFeatures(const at::Tensor& x, const GraphAdversary& adversary,
                         const std::function<at::Tensor(const at::Tensor& features)>& loss)
{
    constexpr double kPathInRadii = 2.5; // as Madry et al.: the steps can go round the ball
    constexpr float kTiny = std::numeric_limits<float>::min();
    const auto radius = adversary.epsilon * rowNorms(x).mean();
    auto change = torch::zeros_like(x);
    for (int step = 0; step < adversary.steps; ++step) {
        const auto features = (x + change).requires_grad_();
        const auto gradient = torch::autograd::grad({loss(features)}, {features})[0];
        const auto direction = gradient / rowNorms(gradient).clamp_min(kTiny);
        change = change + kPathInRadii / adversary.steps * radius * direction;
        change = change * (radius / rowNorms(change).clamp_min(kTiny)).clamp_max(1);
    }
    return x + change;
}

} // namespace mlab::stimuli
