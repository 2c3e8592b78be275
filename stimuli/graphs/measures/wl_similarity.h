// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/graphs/graph/graph.h"

namespace mlab::stimuli {

/// How alike two graphs are to colour refinement: the Weisfeiler-Lehman subtree kernel
/// sum_{i=0..depth} sum_c n_i(c) n'_i(c) over the numbers of nodes of each colour after i rounds,
/// divided by the root of the kernels of each graph with itself (Shervashidze et al. 2011). 0 to 1,
/// and 1 for two empty graphs. It sees nothing that a message-passing network does not see.
/// @param first, second the colours begin as their features: equal rows have one colour
/// @throws InvalidArgument if the features have different numbers of columns
double wlSimilarity(const Graph& first, const Graph& second, int depth = 3);

} // namespace mlab::stimuli
