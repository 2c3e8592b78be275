// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/graph_drawing_spec.h"
#include "core/stimulus/rgb_image.h"
#include "stimuli/graphs/drawing/graph_layout.h"
#include "stimuli/graphs/graph/graph.h"

#include <cstddef>
#include <vector>

namespace mlab::stimuli {

/// In a picture of more edges, no single one can be seen.
inline constexpr std::size_t kMostDrawnEdges = 2000;

/// Colours can tell so many classes apart.
inline constexpr int kMostDrawnClasses = 7;

/// @throws InvalidArgument if the graph has too many nodes or edges, colours cannot tell its
/// classes apart,
///         or nodes would touch in a picture of that size
void requireDrawable(const Graph& graph, const GraphDrawingSpec& drawing, int sizePx);

/// A square drawing as people see it in a session: edges as gray lines on white, nodes as discs on
/// top of them, both with soft edges. Computed with additions, multiplications, divisions and
/// square roots alone from places rounded to an eighth of a pixel, so that machines draw the same
/// pixels.
/// @param edges drawn between the places; of the graph, or of it rewired
/// @param graph whose classes colour the nodes
/// @param places one for each node, of graphLayout() of the reference
/// @throws InvalidArgument as requireDrawable()
RgbImage graphPicture(const GraphStructure& edges, const Graph& graph,
                      const std::vector<Position>& places, const GraphDrawingSpec& drawing,
                      int sizePx);

} // namespace mlab::stimuli
