// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/enum_names.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

namespace mlab {

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
    std::optional<int> hops = {}; ///< of sgc, > 0; absent for the others
    bool residual = false;        ///< H = phi(Z) + the layer's input, in layers that keep the width
};

/// The layers of a network that is trained here. The last one has an output for each class.
struct GraphNetworkShape {
    GraphArchitecture architecture = GraphArchitecture::gcn;
    GraphActivation activation = GraphActivation::relu;
    bool residual = false;          ///< as in GraphNetworkSpec
    std::vector<int> hidden = {16}; ///< outputs of each hidden layer
    int heads = 8; ///< of each hidden layer of gat, which divides its outputs among them
    int hops = 2;  ///< of each layer of sgc

    bool operator==(const GraphNetworkShape&) const = default;
};

/// Adversarial training on features (Madry et al. 2018): the loss at features that projected
/// gradient steps have made worse, within a ball around those of the graph.
struct GraphAdversary {
    double epsilon = 0.1; ///< L2 norm of the change of a node, relative to the mean of the norms
    int steps = 5;

    bool operator==(const GraphAdversary&) const = default;
};

/// How a network learns to classify nodes: full batches, Adam and cross-entropy of the training
/// nodes. The defaults are those of Kipf & Welling (2017) but for patience, theirs is 10. They also
/// divide the features of a node by their sum (GraphSource::normaliseFeatures), have no bias, and
/// keep the weights of the last epoch, not of the best one.
struct GraphTrainingSpec {
    GraphNetworkShape network = {};
    double learningRate = 0.01;
    double weightDecay = 5e-4; ///< of the first layer, added to the gradient as L2 norm
    double dropout = 0.5;      ///< share of the inputs of each layer that are 0 in a step
    int epochs = 200;
    int patience = 50; ///< epochs without a smaller validation loss before training stops
    std::optional<GraphAdversary> adversarial = {};
    std::uint64_t seed = 1;

    bool operator==(const GraphTrainingSpec&) const = default;
};

} // namespace mlab
