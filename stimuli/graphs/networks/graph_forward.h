// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/graphs/architectures/graph_network.h"
#include "stimuli/graphs/graph/graph_structure.h"
#include "stimuli/graphs/networks/network_tensors.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

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

    /// So many copies of the nodes side by side, with no message between copies: node v of copy i
    /// is i * nodes + v. Of messages without weights.
    GraphMessages copies(std::int64_t count) const;

    struct Tensors;
    const Tensors& tensors() const { return *tensors_; }

private:
    explicit GraphMessages(Tensors tensors);

    std::shared_ptr<const Tensors> tensors_;
};

/// Internal to stimuli/. What is done to the input of each layer, from 1, before the layer sees it:
/// dropout in training.
using EachInput = std::function<NodeRows(const NodeRows& input, int layer)>;

/// Internal to stimuli/. Z and H of a layer, each [nodes, outputs], with gradients for what has
/// them.
/// @param x features, [nodes, inputs]
/// @param layer from 1
/// @throws NumericError if a number is not finite
std::pair<at::Tensor, at::Tensor> layerValues(const NetworkTensors& network,
                                              const GraphMessages& messages, NodeRows x, int layer,
                                              const EachInput& changed = {});
/// The same, in the type of x.
std::pair<at::Tensor, at::Tensor> layerValues(const GraphNetwork& network,
                                              const GraphMessages& messages, const at::Tensor& x,
                                              int layer);

} // namespace mlab::stimuli
