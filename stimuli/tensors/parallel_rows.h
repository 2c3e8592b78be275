// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>

namespace at {
class Tensor;
}

namespace mlab::stimuli {

/// Internal to stimuli/. Divides rows 0 to count - 1 among the cores in blocks that are small
/// enough to stay in a core's cache through several operations; on a GPU all rows form one block.
/// `work` must write to its own rows only, so that the result does not depend on the number of
/// cores. It runs without recording gradients.
/// @param data its device decides
/// @param blockRows rows of a block
void forRowBlocks(const at::Tensor& data, std::int64_t count, std::int64_t blockRows,
                  const std::function<void(std::int64_t first, std::int64_t count)>& work);

} // namespace mlab::stimuli
