// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/engine/graph_metamer_engine.h"

#include <algorithm>

namespace mlab::stimuli {

bool accepted(const GraphMatch& match, const GraphNull& null)
{
    constexpr double kSameClass = 0.99;
    const auto isBelow = [&](double quantile) {
        return match.loss < std::max(quantile, kExactLoss);
    };
    return isBelow(null.permuted) && (!null.nodes || isBelow(*null.nodes)) && match.sameClass >= kSameClass;
}

} // namespace mlab::stimuli
