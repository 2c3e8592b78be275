// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/graphs/architectures/graph_network.h"
#include "stimuli/graphs/networks/sparse_product.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <variant>
#include <vector>

namespace mlab::stimuli {

// The layers of stimuli/graphs/architectures with their numbers as tensors; graph_layers.h says
// what they compute. Internal to stimuli/.

struct MapTensors {
    at::Tensor weight; ///< [out, in]
    at::Tensor bias;   ///< [out]; undefined: none
};
struct GcnTensors {
    MapTensors map;
};
struct SageTensors {
    MapTensors neighbours;
    MapTensors root;
};
struct GatTensors {
    MapTensors map;    ///< without a bias
    at::Tensor source; ///< [heads, width]
    at::Tensor target; ///< [heads, width]
    at::Tensor bias;   ///< of the averaged or concatenated heads; undefined: none
    bool averaged = false;
};
struct GinTensors {
    std::vector<MapTensors> maps;
    double eps = 0;
};
struct SgcTensors {
    MapTensors map;
    int hops = 1;
};
using LayerTensors = std::variant<GcnTensors, SageTensors, GatTensors, GinTensors, SgcTensors>;

/// Internal to stimuli/. A network on tensors.
struct NetworkTensors {
    GraphActivation activation = GraphActivation::relu;
    std::vector<LayerTensors> layers;
    std::vector<bool> residual; ///< of each layer
};

/// @param type of the tensors: float32 or float64
NetworkTensors tensorsOf(const GraphNetwork& network, c10::ScalarType type);

/// The tensors of a layer in the order of arraysOf().
std::vector<at::Tensor> parametersOf(const LayerTensors& layer);

/// Internal to stimuli/. What a layer takes, one row for each node: dense or sparse.
struct NodeRows {
    at::Tensor dense = {};
    SparseMatrixPtr sparse = {}; ///< if there is no dense tensor

    /// x W^T. @param weight [out, in]
    at::Tensor times(const at::Tensor& weight) const;
    /// The rows as a tensor of the type of `like`.
    at::Tensor denseAs(const at::Tensor& like) const;
};

} // namespace mlab::stimuli
