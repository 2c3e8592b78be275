// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/graphs/graph/graph.h"

#include <cstddef>
#include <cstdint>
#include <span>

namespace mlab::stimuli {

/// The graph with other rows of features: node i gets that of node from[i]. Edges, labels and names
/// stay.
/// @param from a node for each node
Graph withFeaturesFrom(const Graph& graph, std::span<const std::size_t> from);

/// The graph with its rows of features permuted over the nodes. Edges, labels and names stay.
Graph withPermutedFeatures(const Graph& graph, std::uint64_t seed, std::uint64_t index);

/// The graph with other edges and the same degrees, after 10 proposals of a double edge swap for
/// each edge.
Graph withRandomEdges(const Graph& graph, std::uint64_t seed, std::uint64_t index);

} // namespace mlab::stimuli
