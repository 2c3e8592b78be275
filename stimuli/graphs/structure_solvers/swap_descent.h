// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random_stream.h"
#include "stimuli/graphs/feature_solvers/stop_rule.h"
#include "stimuli/graphs/graph/features.h"
#include "stimuli/graphs/graph/graph_structure.h"

#include <functional>

namespace mlab::stimuli {

/// Internal to stimuli/. The loss of other edges.
using StructureLossOf = std::function<double(const GraphStructure&)>;
/// Internal to stimuli/. What each node sends along its edges, [nodes, numbers].
using MessagesOf = std::function<DenseFeatures(const GraphStructure&)>;

/// Internal to stimuli/. Makes double edge swaps, which keep all degrees, while they lower the
/// loss. To first order the swap of a - b and c - d to a - d and c - b changes node a by the
/// difference of the messages of d and b, so of 32 random edges c - d the one is proposed whose d
/// sends what b sends most nearly. A step is the first of 20 proposals that lowers the loss.
/// @param messagesOf asked again after each swap
GraphStructure descendBySwaps(GraphStructure structure, const MessagesOf& messagesOf,
                              const StructureLossOf& lossOf, RandomStream& stream, StopRule& rule);

} // namespace mlab::stimuli
