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
/// @param values of which; with preActivations Z is in the place of H
NodeDimension metamerDimension(const GraphNetwork& network, const Graph& graph, int layer, int node,
                               LayerValues values);

/// Internal to stimuli/. From the Jacobian of all H with respect to all X, which must fit the
/// memory.
/// @param layer from 1
GraphDimension wholeGraphDimension(const GraphNetwork& network, const Graph& graph, int layer,
                                   LayerValues values);

/// Internal to stimuli/. The same with respect to the weights of the edges between all pairs of
/// nodes.
/// @param layer from 1
GraphDimension wholeStructureDimension(const GraphNetwork& network, const Graph& graph, int layer,
                                       LayerValues values);

} // namespace mlab::stimuli
