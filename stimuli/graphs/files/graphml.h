// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/graphs/graph/graph.h"

#include <filesystem>
#include <string>
#include <vector>

namespace mlab::stimuli {

/// Reads GraphML or GML with libigraph. Of the nodes' attributes, `name` is the name of the
/// node (else `label` in GML, else its id in the file), `class` its label, `split` its split; all
/// others that are numbers in every node are features, in the order in which the file declares
/// them.
/// @param notes gets what was changed or not used: directed edges, other attributes
/// @throws IoError naming the file, with the line where libigraph says it
Graph readGraphml(const std::filesystem::path& file, std::vector<std::string>& notes);
Graph readGml(const std::filesystem::path& file, std::vector<std::string>& notes);

/// The edges with the attributes `name`, `class` and `split` of the nodes, as GraphML. Features are
/// not written: thousands of columns do not fit the format.
std::string encodeGraphml(const Graph& graph);

} // namespace mlab::stimuli
