// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/enum_names.h"

#include <cstdint>
#include <string>

namespace mlab {

/// How nodes are coloured in a drawing.
enum class NodeColours {
    gray,
    classes, ///< each class its own colour; nodes without a class are gray
};
inline constexpr EnumNames<NodeColours, 2> kNodeColours{
    {{NodeColours::gray, "gray"}, {NodeColours::classes, "classes"}}};

/// How the graphs of a design are drawn.
struct GraphDrawingSpec {
    std::uint64_t layoutSeed = 1; ///< of the first layout; the next has the next seed
    int layouts = 4;              ///< of each graph; each is a reference
    NodeColours nodes = NodeColours::gray;
    double nodePx = 9;   ///< diameter
    double edgePx = 1.5; ///< width

    bool operator==(const GraphDrawingSpec&) const = default;
};

/// "karate/1": the id of the drawing of a graph in the layout of that seed.
inline std::string drawingId(const std::string& graph, std::uint64_t layoutSeed)
{
    return graph + "/" + std::to_string(layoutSeed);
}

/// The graph of a drawing with that id.
inline std::string graphOfDrawing(const std::string& drawingId)
{
    return drawingId.substr(0, drawingId.rfind('/'));
}

} // namespace mlab
