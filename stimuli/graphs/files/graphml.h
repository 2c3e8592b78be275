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
/// them: binary ones if all are boolean.
/// @param notes gets what was changed or not used: directed edges, other attributes
/// @throws IoError naming the file, with the line where libigraph says it
Graph readGraphml(const std::filesystem::path& file, std::vector<std::string>& notes);
Graph readGml(const std::filesystem::path& file, std::vector<std::string>& notes);

/// The edges with the attributes `name`, `class` and `split` of the nodes and their features `x0`,
/// `x1`, ..., as GraphML. Binary features are boolean with the default false, and only ones are
/// written, so that the words of a thousand documents are some megabytes. readGraphml() makes the
/// same graph of it, but numbers labels by the texts of their classes.
/// @throws InvalidArgument for a name or class with a control character, which XML cannot hold
std::string encodeGraphml(const Graph& graph);

} // namespace mlab::stimuli
