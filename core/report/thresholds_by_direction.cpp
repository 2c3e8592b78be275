// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/thresholds_by_direction.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace mlab {

std::optional<DirectionComparison> compareDirections(std::span<const ParticipantReport> all)
{
    constexpr std::uint64_t kSeed = 1; // the same report every time
    DirectionComparison out;
    std::vector<double> ofParticipants;
    for (const auto& participant : all) {
        std::vector<double> logRatios;
        for (const auto& plus : participant.dimensions) {
            auto opposite = plus.dimension;
            opposite.direction = Direction::minus;
            const auto minus =
                std::ranges::find(participant.dimensions, opposite, &DimensionReport::dimension);
            if (plus.dimension.direction == Direction::plus && plus.located &&
                minus != participant.dimensions.end() && minus->located) {
                logRatios.push_back(std::log(plus.estimate->parameters.threshold /
                                             minus->estimate->parameters.threshold));
            }
        }
        out.pairs += static_cast<int>(logRatios.size());
        if (const auto mean = meanOf(logRatios)) {
            ofParticipants.push_back(mean->mean);
        }
    }
    const auto mean = meanOf(ofParticipants);
    if (!mean) {
        return std::nullopt;
    }
    out.logRatio = *mean;
    out.test = signFlipTest(ofParticipants, kSeed);
    return out;
}

} // namespace mlab
