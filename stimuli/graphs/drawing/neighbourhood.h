// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/graphs/graph/graph_structure.h"

#include <vector>

namespace mlab::stimuli {

/// The nodes nearest to `start` along edges, itself first, at most `count`: fewer if no more are
/// connected with it. Of equally near ones, those with small numbers come first.
/// @throws InvalidArgument if `start` is not a node of the graph
std::vector<int> neighbourhood(const GraphStructure& structure, int start, int count);

/// The edges between the nodes of a part, which are numbered in its order.
/// @param part different nodes of the graph
GraphStructure partOf(const GraphStructure& structure, const std::vector<int>& part);

} // namespace mlab::stimuli
