// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/tensors/power_compression.h"

#include <torch/autograd.h>
#include <torch/types.h>

#include <cmath>

namespace mlab::stimuli {
namespace {

constexpr double kOffset = 1e-8;
// Where the square root begins to be one: its slope at 0 would be infinite.
constexpr double kRootFloor = 1e-3;

struct ClippedPower : torch::autograd::Function<ClippedPower> {
    static torch::Tensor forward(torch::autograd::AutogradContext* context,
                                 const torch::Tensor& envelopes, double exponent, double steepest)
    {
        const auto base = envelopes.clamp_min(0).add_(kOffset);
        context->save_for_backward({base});
        context->saved_data["exponent"] = exponent;
        context->saved_data["steepest"] = steepest;
        return base.pow(exponent);
    }

    static torch::autograd::tensor_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::tensor_list gradients)
    {
        const auto base = context->get_saved_variables()[0];
        const double exponent = context->saved_data["exponent"].toDouble();
        const double steepest = context->saved_data["steepest"].toDouble();
        const auto slope = base.pow(exponent - 1).mul_(exponent).clamp_max_(steepest);
        return {gradients[0] * slope, torch::Tensor(), torch::Tensor()};
    }
};

} // namespace

torch::Tensor powerCompression(const torch::Tensor& envelopes, double exponent, double offset)
{
    return (envelopes.clamp_min(0) + offset).pow(exponent);
}

torch::Tensor clippedPowerCompression(const torch::Tensor& envelopes, double exponent,
                                      double steepest)
{
    return ClippedPower::apply(envelopes, exponent, steepest);
}

torch::Tensor rootLogCompression(const torch::Tensor& moduli, double semiSaturation)
{
    return (torch::log1p(moduli / semiSaturation) + kRootFloor).sqrt() - std::sqrt(kRootFloor);
}

} // namespace mlab::stimuli
