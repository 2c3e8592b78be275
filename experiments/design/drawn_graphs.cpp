// SPDX-License-Identifier: GPL-3.0-or-later
#include "experiments/design/drawn_graphs.h"

#include "experiments/graph_source/graph_source_reader.h"

namespace mlab::experiments {

std::optional<DrawnGraphs> readDrawnGraphs(const JsonNode& root, const std::filesystem::path& file,
                                           std::vector<KeyProblem>& problems)
{
    if (!root.find("graphs")) {
        return std::nullopt;
    }
    DrawnGraphs out;
    out.graphs = readGraphSources(root, file, problems);
    if (const auto drawing = root.find("drawing")) {
        drawing->read("layout_seed", out.drawing.layoutSeed);
        drawing->read("layouts", out.drawing.layouts);
        if (const auto nodes = drawing->find("nodes")) {
            out.drawing.nodes = *valueIn(kNodeColours, nodes->as<std::string>());
        }
        drawing->read("node_px", out.drawing.nodePx);
        drawing->read("edge_px", out.drawing.edgePx);
    }
    return out;
}

} // namespace mlab::experiments
