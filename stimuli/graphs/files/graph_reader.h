// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/graph_source.h"
#include "stimuli/graphs/graph/graph.h"

#include <string>
#include <vector>

namespace mlab::stimuli {

struct ReadGraph {
    Graph graph;                         ///< whole
    std::vector<std::string> notes = {}; ///< what was changed on reading, a sentence each
};

/// Reads a graph; the ending of `graph` says in which format. docs/graphs.md describes all.
/// @throws IoError with file and line if a file cannot be used as it is meant; InvalidArgument for
///         an unknown ending, a pickle, or tables beside a format that has its own
ReadGraph readGraph(const GraphFiles& files);

} // namespace mlab::stimuli
