// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/last_relu.h"

#include "stimuli/metamer_losses.h"

#include <torch/torch.h>

namespace mlab::stimuli {

torch::Tensor lastRelu(const torch::Tensor& x, LastRelu kind)
{
    return kind == LastRelu::plain ? torch::relu(x) : identityGradientRelu(x);
}

} // namespace mlab::stimuli
