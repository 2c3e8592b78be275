// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/graph_source.h"
#include "stimuli/graphs/graph/graph.h"

namespace mlab::stimuli {

/// `bag-of-words`: a graph drawn from the model, with binary features.
/// @throws InvalidArgument if a number is out of range
Graph bagOfWords(const BagOfWords& model);

} // namespace mlab::stimuli
