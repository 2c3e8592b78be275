// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/worker/compute_options.h"

namespace mlab::stimuli {

/// Replaces "auto" and 0 threads by actual values, and sets LibTorch's number of threads.
/// @throws DeviceError if this machine or this LibTorch has no such device, or it cannot do half
///         precision
ComputeOptions resolved(ComputeOptions options);

} // namespace mlab::stimuli
