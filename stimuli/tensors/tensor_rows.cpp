// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/tensors/tensor_rows.h"

#include <torch/types.h>

namespace mlab::stimuli {

torch::Tensor rowDots(const torch::Tensor& a, const torch::Tensor& b)
{
    return torch::bmm(a.unsqueeze(1), b.unsqueeze(2)).view({a.size(0)});
}

} // namespace mlab::stimuli
