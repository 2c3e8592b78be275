// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random_stream.h"
#include "stimuli/graphs/rewiring/colour_refinement.h"

#include <cstdint>
#include <optional>

namespace mlab::stimuli {

/// A double edge swap: the edges a - b and c - d become a - d and c - b. Every node keeps its
/// degree. If a and c have one colour, and b and d have one, every node also keeps the colours of
/// its neighbours.
struct EdgeSwap {
    int a = 0;
    int b = 0;
    int c = 0;
    int d = 0;
};

/// A graph that swaps have changed.
struct SwappedGraph {
    GraphStructure structure;
    std::int64_t swaps = 0; ///< how many were made
};

/// The structure after one swap. @throws InvalidArgument if the swap is not possible in it
GraphStructure swapped(const GraphStructure& structure, const EdgeSwap& swap);

/// Makes random swaps within colours. Edges are proposed in pairs, each pair of edges of one colour
/// pair with equal probability. Ends after `swaps` swaps or `proposals` proposals. With a fixed
/// number of proposals (`swaps` >= `proposals`) the walk's limit is uniform over the graphs that
/// swaps reach; if it ends after a number of swaps, graphs with more possible swaps are more
/// frequent.
/// @param colours one for each node; all the same: only degrees are kept
SwappedGraph swapEdges(const GraphStructure& structure, const Colours& colours, std::int64_t swaps,
                       std::int64_t proposals, RandomStream& stream);

/// A swap within stable colours, if there is any.
///
/// There is one exactly if some two colours P and Q (or P = Q) are joined by edges, but not every
/// node of P to every other of Q. Proof: let a in P and d in Q not be connected. Stable colours
/// give a as many neighbours in Q as every node of P has (q > 0), and d as many in P (p > 0). If
/// each neighbour b of a in Q were connected or equal to each neighbour c of d in P, then b would
/// have more neighbours in P than d. So some b and c can be swapped. Otherwise the colours
/// determine every edge, and no other graph on these nodes has them.
/// @param stable from stableColours() of this structure
std::optional<EdgeSwap> swapWithinColours(const GraphStructure& structure, const Colours& stable);

} // namespace mlab::stimuli
