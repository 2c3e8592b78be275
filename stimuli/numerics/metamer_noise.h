// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/store/metamer_settings.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace mlab::stimuli {

/// The noise that the synthesis of a metamer starts from: `size` values in [0, 1], a function of
/// its arguments alone, so that item 7 is the same in every batch and on every platform.
std::vector<float> metamerNoise(MetamerNoise kind, std::uint64_t seed, std::uint64_t item,
                                std::size_t size);

} // namespace mlab::stimuli
