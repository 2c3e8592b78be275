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

/// Internal to stimuli/. Along which edges a network sends messages.
class GraphMessages {
public:
    /// Between all nodes.
    explicit GraphMessages(const GraphStructure& structure);
    /// Between the nodes of a part, numbered in its order. Degrees stay those of the whole graph,
    /// so a node whose neighbours within reach are all in the part gets the same values.
    GraphMessages(const GraphStructure& structure, const std::vector<int>& part);
    ~GraphMessages();
    GraphMessages(const GraphMessages&) = delete;
    GraphMessages& operator=(const GraphMessages&) = delete;

    struct Tensors;
    const Tensors& tensors() const { return *tensors_; }

private:
    std::unique_ptr<const Tensors> tensors_;
};

/// Internal to stimuli/. Z and H of a layer, each [nodes, outputs] float64, with gradients if x has
/// them.
/// @param x features, [nodes, inputs] float64
/// @param layer from 1
std::pair<at::Tensor, at::Tensor> layerValues(const GraphNetwork& network,
                                              const GraphMessages& messages, const at::Tensor& x,
                                              int layer);

} // namespace mlab::stimuli
