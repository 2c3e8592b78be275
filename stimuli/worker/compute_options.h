// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace mlab::stimuli {

/// Where and how the numbers are computed. Nothing of this is part of what a stimulus is: devices
/// and numbers of threads agree to float32 rounding, which is a grey level in a few pixels. Bit for
/// bit the same comes of the same device and threads only, so runs note both. Half precision is
/// farther off, so it is part of a probe's key.
struct ComputeOptions {
    std::string device = "auto"; ///< "cpu", "cuda", "cuda:1", or "auto": the GPU if there is one
    int threads = 0;             ///< of LibTorch within one operation; 0: one for each core
    bool halfPrecision = false;  ///< activations in float16, on a GPU only
};

} // namespace mlab::stimuli
