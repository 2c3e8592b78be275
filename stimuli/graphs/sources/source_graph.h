// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/graph_source.h"
#include "stimuli/graphs/files/graph_reader.h"
#include "stimuli/graphs/graph/graph.h"

#include <vector>

namespace mlab::stimuli {

/// Makes or reads the graph that a study or design names.
/// @throws InvalidArgument for parameters that exclude each other, identity features of a graph
///         that has features, a split of a graph that has one, and as splitNodes() and
///         normalisedFeatures(); else as readGraph()
ReadGraph sourceGraph(const GraphSource& source);

/// Node v has a one in column v: what tells nodes apart that have no features.
BinaryFeatures identityFeatures(int nodes);

/// Each row divided by its sum (Kipf & Welling 2017). A row of zeros stays one, as theirs do.
/// @throws InvalidArgument if there are no features, one is negative, or the sum of a row is not
///         finite; as dense()
DenseFeatures normalisedFeatures(const Features& features);

/// Draws which nodes train and validate; the other labelled nodes test.
/// @throws InvalidArgument if the graph has no labels, a class has fewer than trainPerClass nodes,
///         or no node is left to test
std::vector<Split> splitNodes(const Graph& graph, const GraphSplitSpec& spec);

} // namespace mlab::stimuli
