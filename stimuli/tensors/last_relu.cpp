// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/tensors/last_relu.h"

#include <torch/autograd.h>
#include <torch/types.h>

namespace mlab::stimuli {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::Function;
using torch::autograd::tensor_list;

struct IdentityGradientClampMin : Function<IdentityGradientClampMin> {
    static torch::Tensor forward(AutogradContext* /*context*/, const torch::Tensor& values,
                                 double minimum)
    {
        return values.clamp_min(minimum);
    }

    static tensor_list backward(AutogradContext* /*context*/, tensor_list gradients)
    {
        return {gradients[0], torch::Tensor()};
    }
};

} // namespace

torch::Tensor lastRelu(const torch::Tensor& x, LastRelu kind)
{
    return kind == LastRelu::plain ? torch::relu(x) : identityGradientRelu(x);
}

torch::Tensor identityGradientClampMin(const torch::Tensor& values, double minimum)
{
    return IdentityGradientClampMin::apply(values, minimum);
}

torch::Tensor identityGradientRelu(const torch::Tensor& values)
{
    return identityGradientClampMin(values, 0);
}

} // namespace mlab::stimuli
