// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/store/metamer_settings.h"

#include <functional>

namespace at {
class Tensor;
}

/// Internal to stimuli/. What the synthesis of model metamers minimises: one number for each item
/// of a batch, differentiable to the activations.
namespace mlab::stimuli {

/// The loss of activations [N, ...features] -> [N] against `target`, [N, ...features] or, one for
/// all items, [1, ...features]. At an exact match the gradient of the norms is 0.
/// @throws NumericError where the target is not finite or, for the two relative losses, all zero:
/// nothing can be measured relative to a layer that does not respond
std::function<at::Tensor(const at::Tensor&)> matchLoss(MatchLoss kind, const at::Tensor& target);

} // namespace mlab::stimuli
