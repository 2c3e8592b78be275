// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/tensors/recorded_gradient.h"

#include <torch/types.h>
#include <torch/utils.h>

namespace mlab::stimuli {

bool isRecorded(const torch::Tensor& gradient)
{
    return torch::GradMode::is_enabled() && gradient.requires_grad();
}

} // namespace mlab::stimuli
