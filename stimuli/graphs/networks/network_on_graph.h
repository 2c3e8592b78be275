// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/engine/graph_engine.h"

namespace mlab::stimuli {

/// Internal to stimuli/. The network, if it takes this graph.
/// @throws InvalidArgument if the graph has no nodes, or another number of features than the
///         network takes; mlab::Error as loadGraphNetwork() and requireWhole()
GraphNetwork loadNetworkFor(const GraphNetworkSpec& spec, const Graph& graph);

/// A network on one graph.
class NetworkOnGraph final : public GraphEngine {
public:
    /// @throws as loadNetworkFor()
    NetworkOnGraph(const GraphNetworkSpec& spec, Graph graph);

    const GraphNetwork& network() const override { return network_; }
    DenseFeatures activations(int layer, LayerValues values) const override;
    std::vector<NodeDimension> dimensions(int layer, LayerValues values, const Progress& progress,
                                          const std::stop_token& stop) const override;
    std::optional<GraphDimension> graphDimension(int layer, LayerValues values) const override;
    std::optional<GraphDimension> structureDimension(int layer, LayerValues values) const override;

private:
    /// What `compute` returns, on one thread, with LibTorch's errors as ours.
    template <class Compute> auto computed(int layer, const Compute& compute) const;

    GraphNetwork network_;
    Graph graph_;
};

} // namespace mlab::stimuli
