// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/graphs/rewiring/edge_swaps.h"

#include "core/base/error.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <map>
#include <set>
#include <unordered_set>
#include <utility>
#include <vector>

namespace mlab::stimuli {
namespace {

using ColourPair = std::pair<int, int>;

/// Edges that can be looked up, taken away and added.
class EdgeSet {
public:
    explicit EdgeSet(const GraphStructure& structure)
    {
        keys_.reserve(structure.edges().size());
        for (const auto& edge : structure.edges()) {
            keys_.insert(keyOf(edge));
        }
    }

    bool has(int a, int b) const { return keys_.contains(keyOf({.first = a, .second = b})); }
    void replace(Edge old, Edge with)
    {
        keys_.erase(keyOf(old));
        keys_.insert(keyOf(with));
    }

private:
    static std::uint64_t keyOf(Edge edge)
    {
        const auto smallerFirst = ordered(edge);
        return std::uint64_t{static_cast<std::uint32_t>(smallerFirst.first)} << 32U |
               static_cast<std::uint32_t>(smallerFirst.second);
    }

    std::unordered_set<std::uint64_t> keys_;
};

/// The edges of a graph, grouped by the colours of their nodes, each with its smaller colour first.
struct ColouredEdges {
    std::vector<Edge> edges;
    std::vector<std::size_t> begin; ///< for each edge, where its group begins in `edges`
    std::vector<std::size_t> end;
};

ColouredEdges colouredEdges(const GraphStructure& structure, const Colours& colours)
{
    std::map<ColourPair, std::vector<Edge>> groups;
    for (auto edge : structure.edges()) {
        if (colourOf(colours, edge.first) > colourOf(colours, edge.second)) {
            std::swap(edge.first, edge.second);
        }
        groups[{colourOf(colours, edge.first), colourOf(colours, edge.second)}].push_back(edge);
    }
    ColouredEdges out;
    for (const auto& [pair, edges] : groups) {
        const auto begin = out.edges.size();
        out.edges.insert(out.edges.end(), edges.begin(), edges.end());
        out.begin.resize(out.edges.size(), begin);
        out.end.resize(out.edges.size(), out.edges.size());
    }
    return out;
}

bool possible(const EdgeSet& edges, const EdgeSwap& swap)
{
    return swap.a != swap.c && swap.b != swap.d && swap.a != swap.d && swap.b != swap.c &&
           !edges.has(swap.a, swap.d) && !edges.has(swap.c, swap.b);
}

void apply(EdgeSet& edges, const EdgeSwap& swap)
{
    edges.replace({.first = swap.a, .second = swap.b}, {.first = swap.a, .second = swap.d});
    edges.replace({.first = swap.c, .second = swap.d}, {.first = swap.c, .second = swap.b});
}

/// The first of these nodes other than `a` that is not a neighbour of a.
std::optional<int> stranger(const GraphStructure& structure, const std::vector<int>& members, int a)
{
    const auto found = std::ranges::find_if(
        members, [&](int node) { return node != a && !structure.connected(a, node); });
    return found == members.end() ? std::nullopt : std::optional(*found);
}

std::vector<int> neighboursOf(const GraphStructure& structure, const Colours& colours, int node,
                              int colour)
{
    std::vector<int> out;
    std::ranges::copy_if(structure.neighbours(node), std::back_inserter(out),
                         [&](int other) { return colourOf(colours, other) == colour; });
    return out;
}

/// Ends a swap of which a and d are known.
EdgeSwap completed(const GraphStructure& structure, const Colours& colours, int a, int d)
{
    const auto neighboursOfD = neighboursOf(structure, colours, d, colourOf(colours, a));
    for (const auto b : neighboursOf(structure, colours, a, colourOf(colours, d))) {
        for (const auto c : neighboursOfD) {
            if (b != c && !structure.connected(b, c)) {
                return {.a = a, .b = b, .c = c, .d = d};
            }
        }
    }
    throw InvalidArgument("the colours of the nodes are not stable: a swap was expected between "
                          "nodes " +
                          std::to_string(a) + " and " + std::to_string(d));
}

} // namespace

GraphStructure swapped(const GraphStructure& structure, const EdgeSwap& swap)
{
    const auto removed = [&](const Edge& edge) {
        return edge == ordered({.first = swap.a, .second = swap.b}) ||
               edge == ordered({.first = swap.c, .second = swap.d});
    };
    std::vector<Edge> edges(structure.edges().begin(), structure.edges().end());
    if (swap.a == swap.c || swap.b == swap.d || std::erase_if(edges, removed) != 2) {
        throw InvalidArgument("a swap needs two edges of the graph without a common node");
    }
    edges.push_back({.first = swap.a, .second = swap.d});
    edges.push_back({.first = swap.c, .second = swap.b});
    return {structure.nodes(), std::move(edges)};
}

SwappedGraph swapEdges(const GraphStructure& structure, const Colours& colours, std::int64_t swaps,
                       std::int64_t proposals, RandomStream& stream)
{
    auto [edges, begin, end] = colouredEdges(structure, colours);
    EdgeSet present(structure);
    std::int64_t made = 0;
    for (std::int64_t left = proposals; left > 0 && made < swaps && !edges.empty(); --left) {
        const auto first = static_cast<std::size_t>(stream.below(edges.size()));
        const auto second =
            begin[first] + static_cast<std::size_t>(stream.below(end[first] - begin[first]));
        Edge& one = edges[first];
        Edge& other = edges[second];
        if (colourOf(colours, one.first) == colourOf(colours, one.second) && stream.below(2) == 1) {
            std::swap(one.first, one.second);
        }
        const EdgeSwap swap{.a = one.first, .b = one.second, .c = other.first, .d = other.second};
        if (possible(present, swap)) {
            apply(present, swap);
            one.second = swap.d;
            other.second = swap.b;
            ++made;
        }
    }
    return {.structure = GraphStructure(structure.nodes(), std::move(edges)), .swaps = made};
}

std::optional<EdgeSwap> swapWithinColours(const GraphStructure& structure, const Colours& stable)
{
    std::vector<std::vector<int>> members(static_cast<std::size_t>(countOf(stable)));
    for (int node = 0; node < structure.nodes(); ++node) {
        members[static_cast<std::size_t>(colourOf(stable, node))].push_back(node);
    }
    std::set<ColourPair> seen;
    for (const auto& edge : structure.edges()) {
        // One edge shows for all of its colour pair whether the pair is complete.
        const ColourPair pair = {colourOf(stable, edge.first), colourOf(stable, edge.second)};
        if (seen.insert(pair).second) {
            const auto& others = members[static_cast<std::size_t>(pair.second)];
            if (const auto d = stranger(structure, others, edge.first)) {
                return completed(structure, stable, edge.first, *d);
            }
        }
    }
    return std::nullopt;
}

} // namespace mlab::stimuli
