// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/power_compression.h"

#include <torch/torch.h>

namespace mlab::stimuli {
namespace {

constexpr double kExponent = 0.3;
constexpr double kOffset = 1e-8;

struct PowerCompression : torch::autograd::Function<PowerCompression> {
    static torch::Tensor forward(torch::autograd::AutogradContext* context,
                                 const torch::Tensor& envelopes, double steepest)
    {
        const auto base = envelopes.clamp_min(0).add_(kOffset);
        context->save_for_backward({base});
        context->saved_data["steepest"] = steepest;
        return base.pow(kExponent);
    }

    static torch::autograd::tensor_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::tensor_list gradients)
    {
        const auto base = context->get_saved_variables()[0];
        const double steepest = context->saved_data["steepest"].toDouble();
        const auto slope = base.pow(kExponent - 1).mul_(kExponent).clamp_max_(steepest);
        return {gradients[0] * slope, torch::Tensor()};
    }
};

} // namespace

torch::Tensor powerCompression(const torch::Tensor& envelopes, double steepest)
{
    return PowerCompression::apply(envelopes, steepest);
}

} // namespace mlab::stimuli
