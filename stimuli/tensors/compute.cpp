// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/tensors/compute.h"

#include "core/base/error.h"
#include "core/base/parallel.h"

#include <torch/cuda.h>
#include <torch/types.h>

#include <algorithm>

namespace mlab::stimuli {

ComputeOptions resolved(ComputeOptions options)
{
    const bool hasGpu = torch::cuda::is_available();
    if (options.device == "auto") {
        options.device = hasGpu ? "cuda" : "cpu";
    }
    const bool gpu = options.device.starts_with("cuda");
    if (!gpu && options.device != "cpu") {
        throw DeviceError("unknown device \"" + options.device +
                          "\": use cpu, cuda, cuda:N or auto");
    }
    if (gpu && !hasGpu) {
        throw DeviceError(options.device +
                          " cannot be used: LibTorch finds no CUDA GPU, or was built "
                          "without CUDA. Use --device cpu");
    }
    if (gpu) {
        try {
            const torch::Device device(options.device);
            if (device.index() >= static_cast<int>(torch::cuda::device_count())) {
                throw DeviceError(options.device + " does not exist: this machine has " +
                                  std::to_string(torch::cuda::device_count()) + " GPUs");
            }
        } catch (const c10::Error&) {
            throw DeviceError("\"" + options.device + "\" is not a device: use cuda or cuda:N");
        }
    }
    if (options.halfPrecision && !gpu) {
        throw DeviceError("half precision needs a GPU: LibTorch has no float16 convolutions on the "
                          "CPU");
    }
    const auto cores = static_cast<int>(allCores());
    options.threads = options.threads > 0 ? options.threads : cores;
    at::set_num_threads(options.threads);
    return options;
}

OneThread::OneThread() : before_(at::get_num_threads())
{
    at::set_num_threads(1);
}

OneThread::~OneThread()
{
    at::set_num_threads(before_);
}

} // namespace mlab::stimuli
