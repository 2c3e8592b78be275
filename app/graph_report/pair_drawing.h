// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/graphs/graph/graph.h"

#include <cstdint>
#include <string>

namespace mlab::app {

/// A reference and its metamer beside each other, nodes in the same places.
struct PairDrawing {
    std::string svg;
    std::string part; ///< a sentence that says which nodes are drawn
};

/// In the layout of the reference. Edges that only the reference has are drawn in one colour, those
/// that only the metamer has in another; nodes are darker the less alike their features are. Of
/// more than 300 nodes, the neighbourhood of the node that changed most is drawn.
/// @param seed of the layout
PairDrawing drawPair(const stimuli::Graph& reference, const stimuli::Graph& metamer,
                     const std::string& title, std::uint64_t seed);

} // namespace mlab::app
