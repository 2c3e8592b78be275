// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/graph_report/graph_results.h"

#include <vector>

namespace mlab::app {

/// Runs networks on graphs. An interface, so that what is computed from runs can be tested without
/// networks.
class NetworkRuns {
public:
    NetworkRuns() = default;
    NetworkRuns(const NetworkRuns&) = delete;
    NetworkRuns& operator=(const NetworkRuns&) = delete;
    virtual ~NetworkRuns() = default;

    /// Of each of the layers, [nodes, outputs]. @throws mlab::Error
    virtual std::vector<stimuli::DenseFeatures> activations(const ResultNetwork& network,
                                                            const stimuli::Graph& graph,
                                                            const std::vector<int>& layers) = 0;
    /// The class of each node. @throws mlab::Error
    virtual std::vector<int> classes(const ResultNetwork& network, const stimuli::Graph& graph) = 0;
};

/// By the engine of this process.
class EngineRuns final : public NetworkRuns {
public:
    std::vector<stimuli::DenseFeatures> activations(const ResultNetwork& network,
                                                    const stimuli::Graph& graph,
                                                    const std::vector<int>& layers) override;
    std::vector<int> classes(const ResultNetwork& network, const stimuli::Graph& graph) override;
};

} // namespace mlab::app
