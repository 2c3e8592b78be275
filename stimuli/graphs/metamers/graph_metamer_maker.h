// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/engine/graph_metamer_engine.h"

namespace mlab::stimuli {

/// Metamers of one graph for one network.
class GraphMetamerMaker final : public GraphMetamerEngine {
public:
    /// @throws as NetworkOnGraph
    GraphMetamerMaker(const GraphNetworkSpec& spec, Graph graph);

    const GraphNetwork& network() const override { return network_; }
    GraphMetamer make(const GraphMetamerSpec& spec, const Progress& progress,
                      const std::stop_token& stop) const override;
    GraphMatch match(int layer, const std::vector<int>& nodes, const Graph& graph) const override;
    GraphNull null(int layer, const std::vector<int>& nodes,
                   const std::stop_token& stop) const override;

private:
    GraphMatch matchOf(int layer, const std::vector<int>& nodes, const Graph& graph) const;

    GraphNetwork network_;
    Graph graph_;
};

} // namespace mlab::stimuli
