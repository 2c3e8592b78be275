// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/graph_network_spec.h"

#include <ATen/core/Tensor.h>

#include <functional>

namespace mlab::stimuli {

/// Internal to stimuli/. Features near x at which the loss is larger: projected gradient ascent
/// from x (Madry et al. 2018). Each row stays in a ball around its row of x, whose radius is
/// epsilon times the mean norm of the rows; a step goes 2.5 radii / steps along the row's gradient.
/// @param x [nodes, features]
/// @param loss of features, a number; it must have gradients
at::Tensor worseFeatures(const at::Tensor& x, const GraphAdversary& adversary,
                         const std::function<at::Tensor(const at::Tensor& features)>& loss);

} // namespace mlab::stimuli
