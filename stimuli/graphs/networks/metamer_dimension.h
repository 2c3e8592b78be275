// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/engine/graph_engine.h"

#include <vector>

namespace mlab::stimuli {

/// Internal to stimuli/. These nodes and all nodes that `depth` edges reach from them, nearest
/// first.
std::vector<int> fieldOf(const GraphStructure& structure, const std::vector<int>& nodes, int depth);

/// Internal to stimuli/. From the Jacobians of the node's Z and H over its field, on that part of
/// the graph alone.
/// @param layer from 1
NodeDimension metamerDimension(const GraphNetwork& network, const Graph& graph, int layer,
                               int node);

/// Internal to stimuli/. From the Jacobian of all H with respect to all X, which must fit the
/// memory.
/// @param layer from 1
GraphDimension wholeGraphDimension(const GraphNetwork& network, const Graph& graph, int layer);

} // namespace mlab::stimuli
