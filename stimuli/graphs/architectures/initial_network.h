// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/graph_network_spec.h"
#include "stimuli/graphs/architectures/graph_network.h"

#include <cstdint>
#include <string>
#include <vector>

namespace mlab::stimuli {

/// An array of a network's weights, with its name in files.
struct NamedArray {
    std::string name;                ///< as loadGraphNetwork() reads it
    std::vector<std::int64_t> shape; ///< in the file
    std::vector<float>* values;      ///< in the network
};

/// All weights of a network, layer by layer.
std::vector<NamedArray> arraysOf(GraphNetwork& network);
/// Those of one layer. @param layer from 1
std::vector<NamedArray> arraysOf(GraphNetwork& network, int layer);

/// The network before training. Its layers are conv1, conv2, ...; the last one has an output for
/// each class, and one head. A layer of gin has two maps, of equal width.
///
/// Weights are drawn as PyTorch Geometric draws them: gcn and gat uniformly within
/// +-sqrt(6 / (in + out)) with a bias of 0 (Glorot & Bengio 2010), the others and their biases
/// within +-1 / sqrt(in).
/// @param inputs features of a node
/// @param seed of the weights
GraphNetwork initialNetwork(const GraphNetworkShape& shape, std::int64_t inputs,
                            std::int64_t classes, std::uint64_t seed);

} // namespace mlab::stimuli
