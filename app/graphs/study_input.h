// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "experiments/graph_study/graph_study.h"
#include "stimuli/graphs/graph/graph.h"

#include <filesystem>
#include <map>
#include <string>

namespace mlab::app {

/// A graph of a study, with what is needed to write and to name it.
struct StudyGraph {
    stimuli::Graph graph;
    std::map<std::string, std::string> files; ///< encodeGraph()
    std::string sha256;                       ///< stimuli::graphSha256()
};

/// A study of graph networks with its graphs.
struct GraphStudyInput {
    std::string text; ///< of the file
    experiments::GraphStudy study;
    std::map<std::string, StudyGraph> graphs;
};

/// Reads and checks a study of graph networks and its graphs; says on stderr what was changed on
/// reading them.
/// @throws BadInput with everything that is wrong, also that a graph cannot be made or trained on,
///         or that weights do not fit; IoError if the file cannot be read
GraphStudyInput loadGraphStudy(const std::filesystem::path& file);

/// Writes `study.json` and `graphs/NAME/...` into a folder of results. @throws IoError
void writeStudy(const GraphStudyInput& input, const std::filesystem::path& folder);

} // namespace mlab::app
