// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>

namespace at {
class Tensor;
}

namespace mlab::stimuli {

/// Internal to stimuli/. MAME's published optimisation (Kamao et al. 2025): 50 steps of Adam on the
/// pixels (beta 0.9 and 0.999, epsilon 1e-8), which are brought back into their range after each.
/// @param start the reference
/// @param gradientOf of the loss, the mean squared error of the coordinates, at a stimulus
/// @param admitted brings values into their range; may overwrite its argument
at::Tensor mameAdam(const at::Tensor& start, double learningRate,
                    const std::function<at::Tensor(const at::Tensor&)>& gradientOf,
                    const std::function<at::Tensor(at::Tensor)>& admitted);

} // namespace mlab::stimuli
