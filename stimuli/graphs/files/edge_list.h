// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/graphs/files/node_ids.h"
#include "stimuli/graphs/graph/graph_structure.h"

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace mlab::stimuli {

/// The edges of a file and the nodes that they connect.
struct EdgeList {
    NodeIds ids{0};
    GraphStructure structure;
    std::size_t bothDirections = 0; ///< edges that are listed as u v and as v u
};

/// Reads lines `u v` or `u v 1`, after a heading `source,target` or without one. An edge may be
/// listed in both directions, as PyTorch Geometric's edge_index has it.
/// @param ids the nodes, if other files say which there are; otherwise they are those of the file:
///        0 to the largest number, or, if a name is not a number, in the order in which they occur
/// @throws IoError with file and line for a node that does not exist, a loop, an edge that is there
///         twice in one direction, a weight other than 1, and another heading
EdgeList readEdgeList(const std::filesystem::path& file, const std::optional<NodeIds>& ids);

/// Directed edges as undirected ones, each once.
struct UndirectedEdges {
    std::vector<Edge> undirected;
    std::size_t loops = 0; ///< how many edges from a node to itself were left out
};
UndirectedEdges withoutDirections(std::vector<Edge> directed);

} // namespace mlab::stimuli
