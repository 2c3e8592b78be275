// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace at {
class Tensor;
}

/// Internal to stimuli/.
namespace mlab::stimuli {

/// The dot product of each row of a with the same row of b: [N, D], [N, D] -> [N]. A row's result
/// does not depend on the number of rows, which Torch's own reductions do not guarantee.
at::Tensor rowDots(const at::Tensor& a, const at::Tensor& b);

} // namespace mlab::stimuli
