// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/graph_source.h"
#include "stimuli/graphs/graph/graph.h"

namespace mlab::stimuli {

/// Whether the classes can be recovered better than by chance in a large graph:
/// lambda^2 + mu^2 p / n > 1.
bool recoverable(const ContextualSbm& model);

/// `contextual-sbm`: a graph drawn from the model.
/// @throws InvalidArgument if a number is out of range
Graph contextualSbm(const ContextualSbm& model);

} // namespace mlab::stimuli
