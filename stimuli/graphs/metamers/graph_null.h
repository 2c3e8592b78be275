// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/engine/graph_metamer_engine.h"

#include <stop_token>
#include <vector>

namespace mlab::stimuli {

/// Internal to stimuli/. See GraphNull. Counted streams of seed 1: the same for every metamer.
/// @throws Cancelled when `stop` is requested; NumericError as ActivationTarget
GraphNull graphNull(const GraphNetwork& network, const Graph& graph, int layer,
                    const std::vector<int>& nodes, const std::stop_token& stop);

} // namespace mlab::stimuli
