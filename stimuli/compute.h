// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace mlab::stimuli {

/// Where and how the numbers are computed. Nothing of this is part of what a stimulus is: CPU and
/// GPU agree to float32 rounding. Half precision does not, so it is part of a probe's key.
struct ComputeOptions {
    std::string device = "auto"; ///< "cpu", "cuda", "cuda:1", or "auto": the GPU if there is one
    int threads = 0;             ///< of LibTorch within one operation; 0: one for each core
    bool halfPrecision = false;  ///< activations in float16, on a GPU only
};

/// With "auto" decided and LibTorch's threads set.
/// @throws DeviceError if this machine or this LibTorch has no such device, or it cannot do half
///         precision
ComputeOptions resolved(ComputeOptions options);

} // namespace mlab::stimuli
