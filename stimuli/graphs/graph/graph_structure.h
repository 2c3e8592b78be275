// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <compare>
#include <cstddef>
#include <span>
#include <vector>

namespace mlab::stimuli {

/// The most nodes that a graph may have.
inline constexpr int kMostNodes = 10'000'000;

/// An undirected edge between two nodes, which are numbered from 0.
struct Edge {
    int first = 0;
    int second = 0;

    auto operator<=>(const Edge&) const = default; // NOLINT(modernize-use-nullptr)
};

/// The same edge with the smaller node first.
constexpr Edge ordered(Edge edge)
{
    return edge.first <= edge.second ? edge : Edge{.first = edge.second, .second = edge.first};
}

/// Which nodes are connected: undirected, without loops and without parallel edges. The neighbours
/// are kept in compressed sparse rows.
class GraphStructure {
public:
    GraphStructure() = default;
    /// @param nodes 0 to kMostNodes
    /// @param edges in any order; either node of an edge may come first
    /// @throws InvalidArgument for an edge to a node that does not exist, a loop, or an edge that
    ///         is there twice
    GraphStructure(int nodes, std::vector<Edge> edges);

    int nodes() const { return nodes_; }
    /// In ascending order, each with first < second.
    std::span<const Edge> edges() const { return edges_; }
    /// In ascending order.
    std::span<const int> neighbours(int node) const;
    int degree(int node) const { return static_cast<int>(neighbours(node).size()); }
    bool connected(int a, int b) const;

    bool operator==(const GraphStructure&) const = default;

private:
    int nodes_ = 0;
    std::vector<Edge> edges_;
    std::vector<std::size_t> offsets_ = {0};
    std::vector<int> neighbours_;
};

} // namespace mlab::stimuli
