// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>

namespace at {
class Tensor;
}

namespace mlab::stimuli {

/// Internal to stimuli/. Shares rows 0 to count - 1 among the cores in pieces that are small enough
/// to stay in a core's cache on their way through several operations; on a GPU all rows are one
/// piece. `work` must write to its own rows alone, so that the result is the same however many
/// cores there are. No gradients are recorded in it.
/// @param data decides by its device
void forPieces(const at::Tensor& data, std::int64_t count, std::int64_t piece,
               const std::function<void(std::int64_t first, std::int64_t count)>& work);

} // namespace mlab::stimuli
