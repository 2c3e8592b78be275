// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/graphs/graph/graph.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace mlab::stimuli {

/// Statistics of the edges of a graph.
struct StructureStatistics {
    double meanDegree = 0; ///< 0 for a graph without nodes
    std::int64_t triangles = 0;
    double meanClustering =
        0; ///< mean over nodes; 0 for nodes of degree below 2 (Watts & Strogatz 1998)
    int components = 0;
    int largestComponent = 0; ///< nodes
};

StructureStatistics structureStatistics(const GraphStructure& structure);

/// The component of each node, numbered from 0.
std::vector<int> componentsOf(const GraphStructure& structure);

/// Share of edges between nodes of one class, among edges whose two classes are known. Absent
/// without such edges.
std::optional<double> edgeHomophily(const Graph& graph);

} // namespace mlab::stimuli
