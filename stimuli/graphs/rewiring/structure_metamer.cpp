// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/graphs/rewiring/structure_metamer.h"

#include "stimuli/graphs/rewiring/edge_swaps.h"

#include <utility>

namespace mlab::stimuli {

StructureMetamer exactStructureMetamer(const Graph& reference, std::int64_t swaps,
                                       std::uint64_t seed)
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
    constexpr std::int64_t kProposals = 100; // for each swap
    auto walk =
        swapEdges(swapped(structure, *first), colours, swaps - 1, kProposals * (swaps - 1), stream);
    if (walk.structure == structure) { // the walk came back
        walk = {.structure = swapped(structure, *first), .swaps = 0};
    }
    out.swaps = walk.swaps + 1;
    out.structure = std::move(walk.structure);
    out.statement = "an exact structure metamer, " + std::to_string(out.swaps) +
                    " swaps within stable colours from the reference";
    return out;
}

} // namespace mlab::stimuli
