// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/tensors/parallel_rows.h"

#include <ATen/Parallel.h>
#include <torch/types.h>
#include <torch/utils.h>

#include <algorithm>

namespace mlab::stimuli {

void forRowBlocks(const torch::Tensor& data, std::int64_t count, std::int64_t blockRows,
                  const std::function<void(std::int64_t first, std::int64_t count)>& work)
{
    const auto size = data.device().is_cpu() ? blockRows : count;
    const auto blocks = (count + size - 1) / size;
    at::parallel_for(0, blocks, 1, [&](std::int64_t begin, std::int64_t end) {
        const torch::NoGradGuard noGradients; // a property of the thread
        for (auto at = begin; at < end; ++at) {
            work(at * size, std::min(size, count - at * size));
        }
    });
}

} // namespace mlab::stimuli
