// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/graph_report/graph_results.h"

#include <functional>
#include <vector>

namespace mlab::app {

/// What a network makes of a graph.
struct NetworkRun {
    /// What metamers match at each layer that was asked for, [nodes, outputs]: activations, and of
    /// the last layer the logits.
    std::vector<stimuli::DenseFeatures> activations;
    std::vector<int> classes; ///< predicted, of each node
};

/// Runs a network. A function, so that what is computed from runs can be tested without networks.
/// @param layers from 1; may be empty
/// @throws mlab::Error
using RunNetwork = std::function<NetworkRun(
    const ResultNetwork& network, const stimuli::Graph& graph, const std::vector<int>& layers)>;

/// By the engine of this process.
NetworkRun runNetwork(const ResultNetwork& network, const stimuli::Graph& graph,
                      const std::vector<int>& layers);

} // namespace mlab::app
