// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace at {
class Tensor;
}

namespace mlab::stimuli {

/// Internal to stimuli/. Whether a gradient that is passed back is itself to be differentiated, as
/// Jacobian-vector products need it. A hand-written gradient must then consist of operations that
/// autograd records.
bool isRecorded(const at::Tensor& gradient);

} // namespace mlab::stimuli
