// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/graph_network_spec.h"
#include "stimuli/graphs/architectures/graph_layers.h"

#include <cstdint>
#include <string>
#include <vector>

namespace mlab::stimuli {

/// A network whose layers follow one another, with the activation after each and then, if it has
/// them, the residual connection.
struct GraphNetwork {
    GraphActivation activation = GraphActivation::relu;
    bool residual = false;
    std::vector<std::string> names; ///< of the layers: the modules' names in the file
    std::vector<GraphLayer> layers;
    std::string sha256; ///< of the file of weights
};

/// Numbers that a layer takes and gives for each node.
std::int64_t inputsOf(const GraphLayer& layer);
std::int64_t outputsOf(const GraphLayer& layer);

/// Whether the layer's input is added to its activations: it must be as wide as these.
/// @param layer from 1
bool hasResidual(const GraphNetwork& network, int layer);

/// How many edges the values of a node come from: the layers up to `layer`, and for sgc its hops.
/// @param layer from 1
int depthOf(const GraphNetwork& network, int layer);

/// Reads weights (loadWeights()) with the names of PyTorch Geometric and the module's name in
/// front: `conv1.lin.weight`, `conv1.bias` and so on; gcn also with `weight` of shape [in, out], as
/// DGL's GraphConv has it. Modules are layers in the order of their names, with numbers compared as
/// numbers.
/// @throws IoError naming the file and the array if an array is missing, unknown or of a wrong
///         shape, or a layer does not fit the one before; InvalidArgument if hops are missing for
///         sgc or given for another architecture, or if no layer can have a residual connection
GraphNetwork loadGraphNetwork(const GraphNetworkSpec& spec);

} // namespace mlab::stimuli
