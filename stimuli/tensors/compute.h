// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/worker/compute_options.h"

namespace mlab::stimuli {

/// Replaces "auto" and 0 threads by actual values, and sets LibTorch's number of threads.
/// @throws DeviceError if this machine or this LibTorch has no such device, or it cannot do half
///         precision
ComputeOptions resolved(ComputeOptions options);

/// As long as it exists, LibTorch uses one thread. Sums are then always computed in the same order,
/// whatever number of threads was asked for.
class OneThread {
public:
    OneThread();
    ~OneThread();
    OneThread(const OneThread&) = delete;
    OneThread& operator=(const OneThread&) = delete;

private:
    int before_;
};

} // namespace mlab::stimuli
