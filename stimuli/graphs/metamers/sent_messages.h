// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/graphs/networks/graph_forward.h"

#include <ATen/core/Tensor.h>

namespace mlab::stimuli {

/// Internal to stimuli/. What each node sends to its neighbours in the layers up to `layer`: the
/// input of each layer times the weights of its messages, side by side, [nodes, numbers]. Each
/// layer's part has the norm 1, so that none outweighs the others. Of sgc it is what the first hop
/// sends.
/// @param x features, [nodes, inputs] float64
/// @param layer from 1
at::Tensor sentMessages(const NetworkTensors& network, const GraphMessages& messages,
                        const at::Tensor& x, int layer);

} // namespace mlab::stimuli
