// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>

namespace at {
class Tensor;
}

/// Internal to stimuli/. What the synthesis of model metamers minimises: one number for each item
/// of a batch, differentiable to the activations.
namespace mlab::stimuli {

enum class MatchLoss {
    normalised,           ///< ||a - a*|| / ||a*|| (Feather et al. 2023)
    relativeSquaredError, ///< its square
    squaredError,         ///< ||a - a*||^2 (Feather et al. 2019)
    meanSquaredError,     ///< the squared error over the number of units
    l2,                   ///< ||a - a*||
};

/// The loss of activations [N, ...features] -> [N] against `target`, [N, ...features] or, one for
/// all items, [1, ...features]. At an exact match the gradient of the norms is 0.
/// @throws NumericError where the target is not finite or, for the two relative losses, all zero:
/// nothing can be measured relative to a layer that does not respond
std::function<at::Tensor(const at::Tensor&)> matchLoss(MatchLoss kind, const at::Tensor& target);

/// By how much the values of each item leave [minimum, maximum], squared and summed.
/// [N, ...] -> [N]
at::Tensor rangePenalty(const at::Tensor& values, double minimum, double maximum);

/// max(x, minimum) whose gradient passes unchanged, as if it were not there: a unit that is silent
/// in the metamer but not in the original can still be moved (Feather et al. 2023).
at::Tensor identityGradientClampMin(const at::Tensor& values, double minimum);

/// The rectifier of that kind, in place of a layer's own last one.
at::Tensor identityGradientRelu(const at::Tensor& values);

} // namespace mlab::stimuli
