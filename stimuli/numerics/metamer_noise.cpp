// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/numerics/metamer_noise.h"

#include "core/base/random_stream.h"

#include <algorithm>

namespace mlab::stimuli {

std::vector<float> metamerNoise(MetamerNoise kind, std::uint64_t seed, std::uint64_t item,
                                std::size_t size)
{
    RandomStream stream(seed, "metamer-noise", item);
    std::vector<float> values(size);
    for (float& value : values) {
        if (kind == MetamerNoise::gaussian) {
            value = static_cast<float>(std::clamp(0.5 + stream.normal() / 20, 0.0, 1.0));
        } else {
            value = std::min(static_cast<float>(stream.uniform()), 0x1.fffffep-1F);
        }
    }
    return values;
}

} // namespace mlab::stimuli
