// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>

namespace at {
class Tensor;
}

namespace mlab::stimuli {

/// Internal to stimuli/. v -> A v for a symmetric, positive semi-definite matrix A that is too
/// large to be formed: [n] -> [n], float64 on the host.
using SymmetricProduct = std::function<at::Tensor(const at::Tensor&)>;

} // namespace mlab::stimuli
