// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace mlab::stimuli {

/// Where and how the numbers are computed. These options are not part of a stimulus's identity:
/// devices and numbers of threads agree up to float32 rounding, which is a grey level in a few
/// pixels. Only the same device and number of threads give bit-identical results, so runs record
/// both. Half precision differs more, so it is part of a probe's key.
struct ComputeOptions {
    std::string device = "auto"; ///< "cpu", "cuda", "cuda:1", or "auto": the GPU if there is one
    int threads = 0;             ///< of LibTorch within one operation; 0: one for each core
    bool halfPrecision = false;  ///< activations in float16, on a GPU only
};

} // namespace mlab::stimuli
