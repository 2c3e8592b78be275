// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/graphs/rewiring/structure_metamer.h"

#include "stimuli/graphs/rewiring/edge_swaps.h"

#include <algorithm>
#include <utility>

namespace mlab::stimuli {

StructureMetamer exactStructureMetamer(const Graph& reference, std::int64_t swaps,
                                       std::uint64_t seed,
                                       const std::function<void(double share)>& told)
{
    const auto& structure = reference.structure;
    const auto colours = stableColours(structure, featureColours(reference.features));
    StructureMetamer out;
    out.colours = countOf(colours);
    const auto first = swapWithinColours(structure, colours);
    if (!first) {
        out.statement =
            "no other edges give the same activations in every message-passing network: the " +
            std::to_string(out.colours) + " stable colours of the " +
            std::to_string(structure.nodes()) + " nodes determine every edge";
        return out;
    }
    // The first swap is given, so that one is made even where few pairs of edges can be swapped.
    RandomStream stream(seed, "exact structure metamer");
    const std::int64_t proposals = 100 * (swaps - 1);
    constexpr std::int64_t kBlock = 1'000'000; // proposals, about a second
    SwappedGraph walk{.structure = swapped(structure, *first), .swaps = 1};
    for (std::int64_t made = 0; made < proposals && walk.swaps < swaps; made += kBlock) {
        if (told) {
            told(static_cast<double>(made) / static_cast<double>(proposals));
        }
        auto next = swapEdges(walk.structure, colours, swaps - walk.swaps,
                              std::min(kBlock, proposals - made), stream);
        walk = {.structure = std::move(next.structure), .swaps = walk.swaps + next.swaps};
    }
    if (walk.structure == structure) { // the walk came back
        walk = {.structure = swapped(structure, *first), .swaps = 1};
    }
    out.swaps = walk.swaps;
    out.structure = std::move(walk.structure);
    out.statement = "an exact structure metamer, " + std::to_string(out.swaps) +
                    " swaps within stable colours from the reference";
    return out;
}

} // namespace mlab::stimuli
