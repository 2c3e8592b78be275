// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random_stream.h"
#include "stimuli/graphs/graph/graph_structure.h"

#include <vector>

namespace mlab::stimuli {

/// Edges of a stochastic block model: each pair of nodes is connected independently of the others,
/// pairs of one block more or less often than other pairs. Takes time in proportion to the nodes
/// and edges, not to the pairs (Batagelj & Brandes 2005).
/// @param blocks the block of each node
/// @param within, between probabilities of an edge, 0 to 1
std::vector<Edge> blockEdges(const std::vector<int>& blocks, double within, double between,
                             RandomStream& stream);

/// Blocks of equal size, or of sizes that differ by one, assigned to nodes at random.
std::vector<int> balancedBlocks(int nodes, int blocks, RandomStream& stream);

} // namespace mlab::stimuli
