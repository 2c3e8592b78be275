// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random_stream.h"
#include "stimuli/graphs/graph/graph_structure.h"

namespace mlab::stimuli {

/// Internal to stimuli/. The pairs of nodes among which other edges are looked for: all in a graph
/// of at most 500 nodes, otherwise its edges and four times as many random other pairs, so that
/// the work grows with the edges and not with the square of the nodes.
GraphStructure candidateEdges(const GraphStructure& structure, RandomStream& stream);

} // namespace mlab::stimuli
