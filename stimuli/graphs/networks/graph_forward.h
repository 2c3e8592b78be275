// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/graphs/architectures/graph_network.h"
#include "stimuli/graphs/graph/graph_structure.h"

#include <memory>
#include <utility>
#include <vector>

namespace at {
class Tensor;
}

namespace mlab::stimuli {

/// Internal to stimuli/. Along which edges a network sends messages. Copies share their tensors.
class GraphMessages {
public:
    /// Between all nodes.
    explicit GraphMessages(const GraphStructure& structure);
    /// Between the nodes of a part, numbered in its order. Degrees stay those of the whole graph,
    /// so a node whose neighbours within reach are all in the part gets the same values.
    GraphMessages(const GraphStructure& structure, const std::vector<int>& part);

    /// The messages of each edge times its weight, and degrees as sums of weights. An edge of
    /// weight 0 is none: in GAT its attention is 0, as the weight is a factor in its softmax.
    /// The values of a layer can be differentiated with respect to the weights.
    /// @param weights [edges] float64 >= 0, in the order of edges(); the messages must be those of
    ///        all nodes
    GraphMessages weighted(const at::Tensor& weights) const;

    struct Tensors;
    const Tensors& tensors() const { return *tensors_; }

private:
    explicit GraphMessages(Tensors tensors);

    std::shared_ptr<const Tensors> tensors_;
};

/// Internal to stimuli/. W of the first layer, [units, inputs] float64. The network depends on its
/// features x through the products x W^T alone, unless the first layer has a residual connection.
at::Tensor firstWeights(const GraphNetwork& network);

/// Internal to stimuli/. Z and H of a layer, each [nodes, outputs] float64, with gradients if x has
/// them.
/// @param x features, [nodes, inputs] float64
/// @param layer from 1
/// @throws NumericError if a number is not finite
std::pair<at::Tensor, at::Tensor> layerValues(const GraphNetwork& network,
                                              const GraphMessages& messages, const at::Tensor& x,
                                              int layer);

/// Internal to stimuli/. The same from the products x W^T of the first layer, [nodes, units].
/// @param x is used only where the first layer has a residual connection
std::pair<at::Tensor, at::Tensor> layerValues(const GraphNetwork& network,
                                              const GraphMessages& messages, const at::Tensor& x,
                                              const at::Tensor& products, int layer);

} // namespace mlab::stimuli
