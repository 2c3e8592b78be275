// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/enum_names.h"
#include "stimuli/graphs/architectures/graph_layers.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace mlab::stimuli {

enum class GraphArchitecture { gcn, sage, gat, gin, sgc };

inline constexpr EnumNames<GraphArchitecture, 5> kGraphArchitectures = {
    {{GraphArchitecture::gcn, "gcn"},
     {GraphArchitecture::sage, "sage"},
     {GraphArchitecture::gat, "gat"},
     {GraphArchitecture::gin, "gin"},
     {GraphArchitecture::sgc, "sgc"}}};

/// phi in H = phi(Z). ELU has alpha 1, leaky ReLU the slope 0.01, GELU is the exact one.
enum class GraphActivation { linear, relu, elu, tanh, leakyRelu, gelu, silu };

inline constexpr EnumNames<GraphActivation, 7> kGraphActivations = {
    {{GraphActivation::linear, "linear"},
     {GraphActivation::relu, "relu"},
     {GraphActivation::elu, "elu"},
     {GraphActivation::tanh, "tanh"},
     {GraphActivation::leakyRelu, "leaky-relu"},
     {GraphActivation::gelu, "gelu"},
     {GraphActivation::silu, "silu"}}};

/// Which network a file of weights is for.
struct GraphNetworkSpec {
    GraphArchitecture architecture = GraphArchitecture::gcn;
    GraphActivation activation = GraphActivation::relu;
    std::filesystem::path weights;
    std::optional<int> hops; ///< of sgc, > 0; absent for the others
    bool residual = false;   ///< H = phi(Z) + the layer's input, in layers that keep the width
};

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
