// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/engine/graph_metamer_engine.h"

#include <algorithm>

namespace mlab::stimuli {

bool accepted(const GraphMatch& match, const GraphNull& null)
{
    const auto isBelow = [&](double quantile) {
        return match.loss < std::max(quantile, kExactLoss);
    };
    return isBelow(null.permuted) && (!null.nodes || isBelow(*null.nodes)) && match.sameClass == 1;
}

} // namespace mlab::stimuli
