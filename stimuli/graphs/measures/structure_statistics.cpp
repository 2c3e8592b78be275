// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/graphs/measures/structure_statistics.h"

#include "stimuli/graphs/igraph/igraph_graph.h"

#include <algorithm>
#include <cmath>

namespace mlab::stimuli {

StructureStatistics structureStatistics(const GraphStructure& structure)
{
    StructureStatistics out;
    if (structure.nodes() == 0) {
        return out;
    }
    out.meanDegree = 2.0 * static_cast<double>(structure.edges().size()) / structure.nodes();
    IgraphGraph graph(structure);
    IgraphVector triangles;
    callIgraph("triangles", [&] {
        return igraph_adjacent_triangles(graph.get(), triangles.get(), igraph_vss_all());
    });
    double corners = 0;
    for (const auto count : triangles.values()) {
        corners += count;
    }
    out.triangles = std::llround(corners / 3);
    callIgraph("clustering", [&] {
        return igraph_transitivity_avglocal_undirected(graph.get(), &out.meanClustering,
                                                       IGRAPH_TRANSITIVITY_ZERO);
    });
    const auto components = componentsOf(structure);
    std::vector<int> sizes;
    for (const auto component : components) {
        sizes.resize(std::max(sizes.size(), static_cast<std::size_t>(component) + 1));
        ++sizes[static_cast<std::size_t>(component)];
    }
    out.components = static_cast<int>(sizes.size());
    out.largestComponent = *std::ranges::max_element(sizes);
    return out;
}

std::vector<int> componentsOf(const GraphStructure& structure)
{
    IgraphGraph graph(structure);
    IgraphIndices members;
    callIgraph("components", [&] {
        return igraph_connected_components(graph.get(), members.get(), nullptr, nullptr,
                                           IGRAPH_WEAK);
    });
    return members.values();
}

std::optional<double> edgeHomophily(const Graph& graph)
{
    if (graph.labels.empty()) {
        return std::nullopt;
    }
    std::int64_t known = 0;
    std::int64_t same = 0;
    for (const auto& edge : graph.structure.edges()) {
        const auto first = graph.labels[static_cast<std::size_t>(edge.first)];
        const auto second = graph.labels[static_cast<std::size_t>(edge.second)];
        if (first != kUnknownLabel && second != kUnknownLabel) {
            ++known;
            same += first == second ? 1 : 0;
        }
    }
    if (known == 0) {
        return std::nullopt;
    }
    return static_cast<double>(same) / static_cast<double>(known);
}

} // namespace mlab::stimuli
