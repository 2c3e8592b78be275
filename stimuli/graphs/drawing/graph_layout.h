// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/graphs/graph/graph_structure.h"

#include <cstdint>
#include <vector>

namespace mlab::stimuli {

/// The most nodes that graphLayout() places: it keeps the distances of all pairs.
inline constexpr int kMostDrawnNodes = 1000;

/// A place in the unit square: x to the right, y down, each 0 to 1.
struct Position {
    double x = 0;
    double y = 0;

    bool operator==(const Position&) const = default;
};

/// The least distance between two nodes of a layout: nodes drawn with a diameter up to this do not
/// overlap. Smaller for more nodes, so that they fit.
double nodeSpacing(int nodes);

/// A place for each node, so that distances in the drawing are like distances along edges (Kamada &
/// Kawai 1989, by libigraph). Fills the longer side of the unit square; nodes stay at least
/// nodeSpacing() apart. The start is drawn from a counted stream, nothing else is random: the same
/// graph and seed give the same layout. Edges should be drawn in the layout of one graph, the
/// reference, to compare several on the same nodes.
/// @throws InvalidArgument for more than kMostDrawnNodes
std::vector<Position> graphLayout(const GraphStructure& structure, std::uint64_t seed);

} // namespace mlab::stimuli
