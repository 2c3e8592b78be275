// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/graphs/networks/graph_forward.h"

#include "core/base/error.h"

#include <ATen/Dispatch.h>
#include <torch/types.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <numeric>
#include <unordered_map>
#include <variant>

namespace mlab::stimuli {

using torch::Tensor;

/// Messages are rows of the matrices `source` and `target`: each has a one in the column of the
/// node that it comes from or goes to. There is one for each direction of an edge, and then one
/// from each node to itself.
struct GraphMessages::Tensors {
    SparseMatrixPtr adjacency; ///< [nodes, nodes]
    SparseMatrixPtr source;    ///< [2 edges + nodes, nodes]
    SparseMatrixPtr target;    ///< [2 edges + nodes, nodes]
    Tensor degree;             ///< [nodes, 1] float64
    std::int64_t nodes = 0;
};

namespace {

using Messages = GraphMessages::Tensors;

Tensor withBias(const Tensor& x, const Tensor& bias)
{
    return bias.defined() ? x + bias : x;
}

/// The largest row that arrives at each node, number by number, without gradients.
Tensor largestOf(const Tensor& rows, const Messages& messages)
{
    const auto from = rows.detach().contiguous();
    const auto width = rows.size(1);
    auto out = torch::empty({messages.nodes, width}, from.options());
    const auto& arriving = messages.target->transposed();
    AT_DISPATCH_FLOATING_TYPES(from.scalar_type(), "largestOf", [&] {
        const auto* values = from.data_ptr<scalar_t>();
        auto* largest = out.data_ptr<scalar_t>();
        for (std::size_t node = 0; node < static_cast<std::size_t>(messages.nodes);
             ++node, largest += width) {
            std::fill_n(largest, width, -std::numeric_limits<scalar_t>::infinity());
            for (auto at = arriving.offsets[node]; at < arriving.offsets[node + 1]; ++at) {
                const auto* row = values + arriving.indices[static_cast<std::size_t>(at)] * width;
                std::transform(row, row + width, largest, largest,
                               [](scalar_t a, scalar_t b) { return std::max(a, b); });
            }
        }
    });
    return out;
}

/// S x with S = D^-1/2 (A + I) D^-1/2, D the degrees with the loops.
Tensor normalisedSum(const Messages& messages, const Tensor& x)
{
    const auto scale = (messages.degree + 1).rsqrt().to(x.scalar_type());
    const auto scaled = x * scale;
    return scale * (product(messages.adjacency, scaled) + scaled);
}

/// phi(z), elementwise.
Tensor activated(GraphActivation activation, const Tensor& z)
{
    switch (activation) {
    case GraphActivation::linear:
        return z;
    case GraphActivation::relu:
        return z.relu();
    case GraphActivation::elu:
        return torch::elu(z);
    case GraphActivation::tanh:
        return z.tanh();
    case GraphActivation::leakyRelu:
        return torch::leaky_relu(z);
    case GraphActivation::gelu:
        return torch::gelu(z);
    case GraphActivation::silu:
        return torch::silu(z);
    }
    throw InternalError("an unknown activation of graph networks");
}

Tensor forward(const GcnTensors& layer, const Messages& messages, const NodeRows& x,
               GraphActivation /*activation*/)
{
    return withBias(normalisedSum(messages, x.times(layer.map.weight)), layer.map.bias);
}

Tensor forward(const SageTensors& layer, const Messages& messages, const NodeRows& x,
               GraphActivation /*activation*/)
{
    const auto products = x.times(layer.neighbours.weight);
    const auto mean = product(messages.adjacency, products) /
                      messages.degree.clamp_min(1).to(products.scalar_type());
    return withBias(mean, layer.neighbours.bias) +
           withBias(x.times(layer.root.weight), layer.root.bias);
}

Tensor forward(const GatTensors& layer, const Messages& messages, const NodeRows& x,
               GraphActivation /*activation*/)
{
    constexpr double kSlope = 0.2;
    const auto values = x.times(layer.map.weight)
                            .reshape({messages.nodes, layer.source.size(0), layer.source.size(1)});
    const auto fromSource = (values * layer.source).sum(-1);
    const auto fromTarget = (values * layer.target).sum(-1);
    const auto scores = torch::leaky_relu(
        product(messages.target, fromTarget) + product(messages.source, fromSource), kSlope);
    // Softmax over the messages to each node, less the largest score so that nothing overflows.
    const auto largest = largestOf(scores, messages);
    const auto powers = (scores - product(messages.target, largest)).exp();
    const auto sums = transposedProduct(messages.target, powers);
    const auto attention = powers / product(messages.target, sums);
    const auto heads = transposedProduct(messages.target, attention.unsqueeze(-1) *
                                                              product(messages.source, values));
    return withBias(layer.averaged ? heads.mean(1) : heads.flatten(1), layer.bias);
}

Tensor forward(const GinTensors& layer, const Messages& messages, const NodeRows& x,
               GraphActivation activation)
{
    // The first map before the sum: the same numbers, with shorter rows to sum.
    const auto products = x.times(layer.maps.front().weight);
    auto out = withBias(products * (1.0 + layer.eps) + product(messages.adjacency, products),
                        layer.maps.front().bias);
    for (std::size_t i = 1; i < layer.maps.size(); ++i) {
        out = withBias(activated(activation, out).matmul(layer.maps[i].weight.t()),
                       layer.maps[i].bias);
    }
    return out;
}

Tensor forward(const SgcTensors& layer, const Messages& messages, const NodeRows& x,
               GraphActivation /*activation*/)
{
    auto out = x.times(layer.map.weight);
    for (int hop = 0; hop < layer.hops; ++hop) {
        out = normalisedSum(messages, out);
    }
    return withBias(out, layer.map.bias);
}

std::vector<int> allNodes(const GraphStructure& structure)
{
    std::vector<int> out(static_cast<std::size_t>(structure.nodes()));
    std::iota(out.begin(), out.end(), 0);
    return out;
}

} // namespace

GraphMessages::GraphMessages(const GraphStructure& structure)
    : GraphMessages(structure, allNodes(structure))
{
}

GraphMessages::GraphMessages(const GraphStructure& structure, const std::vector<int>& part)
{
    std::unordered_map<int, std::int64_t> places;
    for (const auto node : part) {
        places.emplace(node, static_cast<std::int64_t>(places.size()));
    }
    const auto nodes = static_cast<std::int64_t>(part.size());
    SparseRows adjacency{.columns = nodes, .indices = {}};
    SparseRows source{.columns = nodes, .indices = {}};
    SparseRows target{.columns = nodes, .indices = {}};
    const auto send = [&](std::int64_t from, std::int64_t to) {
        source.indices.push_back(from);
        target.indices.push_back(to);
    };
    std::vector<double> degree;
    for (std::int64_t place = 0; place < nodes; ++place) {
        const int node = part[static_cast<std::size_t>(place)];
        degree.push_back(structure.degree(node));
        for (const auto neighbour : structure.neighbours(node)) {
            if (const auto other = places.find(neighbour); other != places.end()) {
                adjacency.indices.push_back(other->second);
                send(other->second, place);
            }
        }
        adjacency.offsets.push_back(static_cast<std::int64_t>(adjacency.indices.size()));
    }
    for (std::int64_t place = 0; place < nodes; ++place) {
        send(place, place);
    }
    source.offsets.resize(source.indices.size() + 1);
    std::iota(source.offsets.begin(), source.offsets.end(), std::int64_t{0});
    target.offsets = source.offsets;
    tensors_ = std::make_unique<const Tensors>(
        Tensors{.adjacency = std::make_shared<SparseMatrix>(std::move(adjacency)),
                .source = std::make_shared<SparseMatrix>(std::move(source)),
                .target = std::make_shared<SparseMatrix>(std::move(target)),
                .degree = torch::tensor(degree, torch::dtype(torch::kFloat64)).unsqueeze(1),
                .nodes = nodes});
}

GraphMessages::~GraphMessages() = default;

std::pair<Tensor, Tensor> layerValues(const NetworkTensors& network, const GraphMessages& messages,
                                      NodeRows x, int layer, const EachInput& changed)
{
    Tensor z;
    for (int i = 1; i <= layer; ++i) {
        const auto at = static_cast<std::size_t>(i) - 1;
        const auto input = changed ? changed(x, i) : x;
        z = std::visit(
            [&](const auto& some) {
                return forward(some, messages.tensors(), input, network.activation);
            },
            network.layers[at]);
        auto h = activated(network.activation, z);
        if (network.residual[at]) {
            h = h + x.denseAs(z);
        }
        if (!z.isfinite().all().item<bool>() || !h.isfinite().all().item<bool>()) {
            throw NumericError("the activations of layer " + std::to_string(i) +
                               " are not all finite; check the features and weights for very large "
                               "numbers");
        }
        x = {.dense = std::move(h)};
    }
    return {z, x.dense};
}

std::pair<Tensor, Tensor> layerValues(const GraphNetwork& network, const GraphMessages& messages,
                                      const Tensor& x, int layer)
{
    return layerValues(tensorsOf(network, x.scalar_type()), messages, {.dense = x}, layer);
}

} // namespace mlab::stimuli
