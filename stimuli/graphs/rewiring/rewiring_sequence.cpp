// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/graphs/rewiring/rewiring_sequence.h"

#include "core/base/error.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <set>
#include <string>
#include <utility>

namespace mlab::stimuli {
namespace {

std::array<Edge, 2> taken(const EdgeSwap& swap)
{
    return {ordered({.first = swap.a, .second = swap.b}),
            ordered({.first = swap.c, .second = swap.d})};
}

std::array<Edge, 2> added(const EdgeSwap& swap)
{
    return {ordered({.first = swap.a, .second = swap.d}),
            ordered({.first = swap.c, .second = swap.b})};
}

bool allowed(const GraphStructure& reference, const Colours& colours, const EdgeSwap& swap)
{
    return swap.a != swap.c && swap.a != swap.d && swap.b != swap.c && swap.b != swap.d &&
           colourOf(colours, swap.a) == colourOf(colours, swap.c) &&
           colourOf(colours, swap.b) == colourOf(colours, swap.d) &&
           !reference.connected(swap.a, swap.d) && !reference.connected(swap.c, swap.b);
}

/// All swaps that the reference allows, each once.
std::vector<EdgeSwap> allSwaps(const GraphStructure& reference, const Colours& colours)
{
    std::vector<EdgeSwap> swaps;
    const auto edges = reference.edges();
    for (std::size_t i = 0; i < edges.size(); ++i) {
        for (std::size_t j = i + 1; j < edges.size(); ++j) {
            const EdgeSwap one{.a = edges[i].first,
                               .b = edges[i].second,
                               .c = edges[j].first,
                               .d = edges[j].second};
            const EdgeSwap other{.a = one.a, .b = one.b, .c = one.d, .d = one.c};
            for (const auto& swap : {one, other}) {
                if (allowed(reference, colours, swap)) {
                    swaps.push_back(swap);
                }
            }
        }
    }
    return swaps;
}

} // namespace

std::vector<EdgeSwap> rewiringSequence(const GraphStructure& reference, const Colours& colours,
                                       RandomStream& stream)
{
    const auto all = allSwaps(reference, colours);
    std::set<Edge> used; // those taken and those added
    std::vector<EdgeSwap> sequence;
    // What is not possible now is not possible later, so that one pass in random order is enough.
    for (const auto index : stream.permutation(all.size())) {
        const auto& swap = all[index];
        const auto isUsed = [&](const Edge& edge) { return used.contains(edge); };
        if (std::ranges::any_of(taken(swap), isUsed) || std::ranges::any_of(added(swap), isUsed)) {
            continue;
        }
        for (const auto& edges : {taken(swap), added(swap)}) {
            used.insert(edges.begin(), edges.end());
        }
        sequence.push_back(swap);
    }
    return sequence;
}

GraphStructure rewired(const GraphStructure& reference, std::span<const EdgeSwap> swaps)
{
    std::set<Edge> edges(reference.edges().begin(), reference.edges().end());
    for (const auto& swap : swaps) {
        for (const auto& edge : taken(swap)) {
            if (edges.erase(edge) == 0) {
                throw InvalidArgument("a swap needs the edge between nodes " +
                                      std::to_string(edge.first) + " and " +
                                      std::to_string(edge.second) + ", which the graph lacks");
            }
        }
        const auto others = added(swap);
        edges.insert(others.begin(), others.end());
    }
    return {reference.nodes(), {edges.begin(), edges.end()}};
}

} // namespace mlab::stimuli
