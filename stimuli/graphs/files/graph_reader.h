// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/graphs/graph/graph.h"

#include <filesystem>
#include <string>
#include <vector>

namespace mlab::stimuli {

/// The files of one graph.
struct GraphFiles {
    /// An edge list (.csv, .tsv, .txt, .edges), NumPy's .npz, .graphml, .gml, or .cites of LINQS
    std::filesystem::path graph;
    std::filesystem::path features = {}; ///< of an edge list; empty: no features
    std::filesystem::path nodes = {};    ///< of an edge list: names, labels, split; empty: none
};

struct ReadGraph {
    Graph graph;                    ///< whole
    std::vector<std::string> notes; ///< what was changed on reading, a sentence each
};

/// Reads a graph; the ending of `graph` says in which format. docs/graphs.md describes all.
/// @throws IoError with file and line if a file cannot be used as it is meant; InvalidArgument for
///         an unknown ending, a pickle, or tables beside a format that has its own
ReadGraph readGraph(const GraphFiles& files);

} // namespace mlab::stimuli
