// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/graphs/graph/graph.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace mlab::stimuli {

/// Other edges that no message-passing network can tell from those of the reference.
struct StructureMetamer {
    std::optional<GraphStructure> structure; ///< absent: none exists
    std::int64_t swaps = 0;                  ///< that lead from the reference to it
    int colours = 0;                         ///< stable colours of the reference
    std::string statement;                   ///< one sentence that says what was found, or why not
};

/// An exact structure metamer: the reference after a random walk of swaps within its stable
/// colours, which begin as its features. Every node keeps its activation in every layer of GCN,
/// GraphSAGE, GAT, GIN and SGC, whatever the weights. Exists unless the stable colours determine
/// every edge; see swapWithinColours().
/// @param swaps > 0: length of the walk
/// @param told the share of the walk that is made, after each million proposals; may throw to end
/// it
StructureMetamer exactStructureMetamer(const Graph& reference, std::int64_t swaps,
                                       std::uint64_t seed,
                                       const std::function<void(double share)>& told = {});

} // namespace mlab::stimuli
