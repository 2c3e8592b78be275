// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/graphs/graph/graph.h"

#include <cstddef>
#include <vector>

namespace mlab::stimuli {

/// A colour for each node, numbered from 0 in the order of their first nodes.
using Colours = std::vector<int>;

inline int colourOf(const Colours& colours, int node)
{
    return colours[static_cast<std::size_t>(node)];
}

/// Nodes have the same colour if their features are equal; without features all have one.
Colours featureColours(const Features& features);

/// One round of colour refinement (1-WL, Weisfeiler & Leman 1968): nodes keep the same colour if
/// they had it and their neighbours have the same multiset of colours.
Colours refinedColours(const GraphStructure& structure, const Colours& colours);

/// Refines until no colour splits. Then nodes of one colour have equally many neighbours of each
/// colour, and the same activations in every layer of every message-passing network (Xu K et al.
/// 2019; Morris et al. 2019).
Colours stableColours(const GraphStructure& structure, Colours colours);

/// How many colours there are.
int countOf(const Colours& colours);

} // namespace mlab::stimuli
