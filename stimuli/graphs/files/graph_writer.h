// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/graphs/graph/graph.h"

#include <filesystem>
#include <map>
#include <string>

namespace mlab::stimuli {

/// The files of a graph, by name: `edges.csv`, `features.csv` if it has features, `nodes.csv`,
/// `graph.graphml` unless it has more than a million real features, and the record `graph.json`
/// with sizes and the SHA-256 of the others. readGraph() makes the same graph of edges.csv,
/// features.csv and nodes.csv.
/// @throws InvalidArgument if the graph is not whole
std::map<std::string, std::string> encodeGraph(const Graph& graph);

/// What names a graph in records: the SHA-256 of a line for each of `edges.csv`, `features.csv` and
/// `nodes.csv`, its SHA-256 or "none".
/// @param hashes SHA-256 by the name of the file, as in `graph.json`
std::string graphSha256(const std::map<std::string, std::string>& hashes);

} // namespace mlab::stimuli
