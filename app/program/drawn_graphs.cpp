// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/program/drawn_graphs.h"

#include "core/base/error.h"
#include "stimuli/graphs/drawing/graph_picture.h"
#include "stimuli/graphs/sources/source_graph.h"
#include "stimuli/worker/engine_info.h"

#include <utility>

namespace mlab::app {

std::vector<stimuli::NamedGraph> readGraphs(const experiments::DrawnGraphs& drawn)
{
    std::vector<stimuli::NamedGraph> graphs;
    for (const auto& [name, source] : drawn.graphs) {
        const std::string about = "graph " + name + ": ";
        try {
            auto read = stimuli::sourceGraph(source);
            for (const auto& note : read.notes) {
                stimuli::warnOnStderr(about + note);
            }
            graphs.push_back({.name = name, .graph = std::move(read.graph)});
        } catch (const InvalidArgument& problem) {
            throw InvalidArgument(about + problem.what());
        }
    }
    return graphs;
}

std::unique_ptr<stimuli::RewiringMaker> rewiringMaker(const experiments::Design& design,
                                                      const std::filesystem::path& cacheFolder)
{
    return std::make_unique<stimuli::RewiringMaker>(
        stimuli::RewiringOptions{.graphs = readGraphs(*design.graphs),
                                 .drawing = design.graphs->drawing,
                                 .sizePx = std::get<ImageFormat>(design.synthesis.format).sizePx,
                                 .cacheFolder = cacheFolder});
}

std::string graphProblem(const GraphSource& source, const GraphDrawingSpec& drawing, int sizePx)
{
    try {
        const auto graph = stimuli::sourceGraph(source).graph;
        stimuli::requireDrawable(graph, drawing, sizePx);
        return {};
    } catch (const Error& problem) {
        return problem.what();
    }
}

} // namespace mlab::app
