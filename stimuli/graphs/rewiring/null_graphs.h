// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/graphs/graph/graph.h"

#include <cstdint>

namespace mlab::stimuli {

/// The graph with its rows of features permuted over the nodes. Edges, labels and names stay.
Graph withPermutedFeatures(const Graph& graph, std::uint64_t seed, std::uint64_t index);

/// The graph with other edges and the same degrees, after 10 proposals of a double edge swap for
/// each edge.
Graph withRandomEdges(const Graph& graph, std::uint64_t seed, std::uint64_t index);

} // namespace mlab::stimuli
