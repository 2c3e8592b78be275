// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/engine/graph_engine.h"
#include "stimuli/graphs/networks/seen_space.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace mlab::stimuli {

/// Internal to stimuli/. These nodes and all nodes that `depth` edges reach from them, nearest
/// first.
std::vector<int> fieldOf(const GraphStructure& structure, const std::vector<int>& nodes, int depth);

/// Internal to stimuli/. The local metamer dimensions of a network on a graph at one layer.
/// Features vary in the coordinates of SeenSpace: ranks and singular values above 0 are those of
/// all features, of Jacobians with far fewer columns.
class MetamerDimensions {
public:
    /// @param network, graph must outlive this
    /// @param layer from 1
    /// @param values of which; with preActivations Z is in the place of H
    MetamerDimensions(const GraphNetwork& network, const Graph& graph, int layer,
                      LayerValues values);

    /// From the Jacobians of the node's Z and H over its field, on that part of the graph alone.
    NodeDimension ofNode(int node) const;
    /// From the Jacobian of all H with respect to all X. Absent if it has more than
    /// kMostJacobianNumbers.
    std::optional<GraphDimension> ofFeatures() const;
    /// The same with respect to the weights of the edges between all pairs of nodes.
    std::optional<GraphDimension> ofEdges() const;

private:
    std::pair<at::Tensor, at::Tensor> chosen(std::pair<at::Tensor, at::Tensor> ofLayer) const;
    bool jacobianFits(std::int64_t columns) const;
    std::int64_t aggregatorsOf(int node, std::int64_t field) const;
    std::int64_t formulaRank(int node, const at::Tensor& z) const;

    const GraphNetwork& network_;
    const Graph& graph_;
    int layer_;
    LayerValues values_;
    SeenSpace seen_;
    std::vector<std::int64_t> ranks_; ///< of the weights of each layer
};

} // namespace mlab::stimuli
