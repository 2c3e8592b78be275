// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/graph_source.h"
#include "experiments/json/json_node.h"
#include "experiments/json/key_problem.h"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace mlab::experiments {

/// Reads a graph that the schema's `graph_source` has accepted.
/// @param file  paths are relative to its folder
/// @param problems  gets what the schema cannot know: keys of another kind of graph, files that do
/// not
///        exist. Parameters that exclude each other are found when the graph is made.
GraphSource readGraphSource(const JsonNode& node, const std::filesystem::path& file,
                            std::vector<KeyProblem>& problems);

/// The graphs of the member "graphs", by name, of a study or design.
/// @param problems  gets names that no folder can have, too
std::map<std::string, GraphSource> readGraphSources(const JsonNode& parent,
                                                    const std::filesystem::path& file,
                                                    std::vector<KeyProblem>& problems);

} // namespace mlab::experiments
