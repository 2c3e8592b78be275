// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/graphs/graph/graph_structure.h"

#include "core/base/error.h"

#include <algorithm>
#include <numeric>
#include <string>
#include <utility>

namespace mlab::stimuli {
namespace {

std::string textOf(Edge edge)
{
    return std::to_string(edge.first) + " - " + std::to_string(edge.second);
}

} // namespace

GraphStructure::GraphStructure(int nodes, std::vector<Edge> edges)
    : nodes_(nodes), edges_(std::move(edges))
{
    if (nodes < 0 || nodes > kMostNodes) {
        throw InvalidArgument("a graph cannot have " + std::to_string(nodes) + " nodes: 0 to " +
                              std::to_string(kMostNodes) + " are accepted");
    }
    for (auto& edge : edges_) {
        edge = ordered(edge);
        if (edge.first < 0 || edge.second >= nodes) {
            throw InvalidArgument("the edge " + textOf(edge) + " leads to a node outside 0 to " +
                                  std::to_string(nodes - 1));
        }
        if (edge.first == edge.second) {
            throw InvalidArgument("the edge " + textOf(edge) + " is a loop; leave it out");
        }
    }
    std::ranges::sort(edges_);
    if (const auto twice = std::ranges::adjacent_find(edges_); twice != edges_.end()) {
        throw InvalidArgument("the edge " + textOf(*twice) + " is there twice; leave one out");
    }
    offsets_.assign(static_cast<std::size_t>(nodes) + 1, 0);
    for (const auto& edge : edges_) {
        ++offsets_[static_cast<std::size_t>(edge.first) + 1];
        ++offsets_[static_cast<std::size_t>(edge.second) + 1];
    }
    std::partial_sum(offsets_.begin(), offsets_.end(), offsets_.begin());
    auto next = offsets_;
    neighbours_.resize(2 * edges_.size());
    // The smaller neighbours first: so each row is ascending, since the edges are.
    for (const auto& edge : edges_) {
        neighbours_[next[static_cast<std::size_t>(edge.second)]++] = edge.first;
    }
    for (const auto& edge : edges_) {
        neighbours_[next[static_cast<std::size_t>(edge.first)]++] = edge.second;
    }
}

std::span<const int> GraphStructure::neighbours(int node) const
{
    const auto at = static_cast<std::size_t>(node);
    return std::span(neighbours_).subspan(offsets_[at], offsets_[at + 1] - offsets_[at]);
}

bool GraphStructure::connected(int a, int b) const
{
    return std::ranges::binary_search(neighbours(a), b);
}

} // namespace mlab::stimuli
