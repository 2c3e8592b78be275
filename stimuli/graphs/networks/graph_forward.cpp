// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/graphs/networks/graph_forward.h"

#include "core/base/error.h"
#include "stimuli/graphs/networks/message_sum.h"

#include <torch/types.h>

#include <algorithm>
#include <cstdint>
#include <unordered_map>
#include <utility>
#include <variant>

namespace mlab::stimuli {

using torch::Tensor;

struct GraphMessages::Tensors {
    MessageList list;
    Tensor edge;   ///< [messages] int64: the edge of each message; undefined for a part
    Tensor weight; ///< [messages, 1] float64; undefined: all 1
    Tensor degree; ///< [nodes, 1] float64

    std::int64_t nodes() const { return degree.size(0); }
};

namespace {

using Messages = GraphMessages::Tensors;

const auto kReal = torch::dtype(torch::kFloat64); // NOLINT: it never throws

Tensor tensorOf(const std::vector<float>& values, const std::vector<std::int64_t>& shape)
{
    return torch::tensor(at::ArrayRef<float>(values)).to(torch::kFloat64).reshape(shape);
}

Tensor tensorOf(const FloatArray& array)
{
    return tensorOf(array.values, array.shape);
}

Tensor withBias(const Tensor& x, const std::vector<float>& bias)
{
    return bias.empty() ? x : x + tensorOf(bias, {static_cast<std::int64_t>(bias.size())});
}

Tensor mapped(const LinearMap& map, const Tensor& x)
{
    return withBias(x.matmul(tensorOf(map.weight).t()), map.bias);
}

Tensor sumOfNeighbours(const Messages& messages, const Tensor& x)
{
    return messageSum(messages.list, messages.weight, x.unsqueeze(1)).squeeze(1);
}

/// The largest score that arrives at each node or is its own, in each head, without gradients.
/// @param scores [messages, heads]
/// @param own [nodes, heads]
Tensor largestOf(const Messages& messages, const Tensor& scores, const Tensor& own)
{
    auto out = own.detach().clone();
    const auto from = scores.detach();
    const auto values = from.accessor<double, 2>();
    const auto target = messages.list.target.accessor<std::int64_t, 1>();
    const auto* weight = messages.weight.defined() ? messages.weight.data_ptr<double>() : nullptr;
    auto largest = out.accessor<double, 2>();
    for (std::int64_t i = 0; i < from.size(0); ++i) {
        if (weight != nullptr && weight[i] == 0) {
            continue;
        }
        for (std::int64_t head = 0; head < from.size(1); ++head) {
            auto& kept = largest[target[i]][head];
            kept = std::max(kept, values[i][head]);
        }
    }
    return out;
}

/// S x with S = D^-1/2 (A + I) D^-1/2, D the degrees with the loops.
Tensor normalisedSum(const Messages& messages, const Tensor& x)
{
    const auto scale = (messages.degree + 1).rsqrt();
    const auto scaled = x * scale;
    return scale * (sumOfNeighbours(messages, scaled) + scaled);
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

// What each layer first multiplies its input with, [units, inputs].

Tensor inputWeights(const GcnLayer& layer)
{
    return tensorOf(layer.map.weight);
}

Tensor inputWeights(const SageLayer& layer)
{
    return torch::cat({tensorOf(layer.neighbours.weight), tensorOf(layer.root.weight)});
}

Tensor inputWeights(const GatLayer& layer)
{
    return tensorOf(layer.map.weight);
}

Tensor inputWeights(const GinLayer& layer)
{
    return tensorOf(layer.maps.front().weight);
}

Tensor inputWeights(const SgcLayer& layer)
{
    return tensorOf(layer.map.weight);
}

// Z from these products, [nodes, units].

Tensor forward(const GcnLayer& layer, const Messages& messages, const Tensor& products,
               GraphActivation /*activation*/)
{
    return withBias(normalisedSum(messages, products), layer.map.bias);
}

Tensor forward(const SageLayer& layer, const Messages& messages, const Tensor& products,
               GraphActivation /*activation*/)
{
    const auto outputs = layer.neighbours.outputs();
    const auto sums = sumOfNeighbours(messages, products.slice(1, 0, outputs));
    const auto mean = sums / messages.degree.clamp_min(1);
    return withBias(mean, layer.neighbours.bias) +
           withBias(products.slice(1, outputs), layer.root.bias);
}

Tensor forward(const GatLayer& layer, const Messages& messages, const Tensor& products,
               GraphActivation /*activation*/)
{
    constexpr double kSlope = 0.2;
    const auto values = products.reshape({messages.nodes(), layer.heads(), layer.width()});
    const auto fromSource = (values * tensorOf(layer.source)).sum(-1);
    const auto fromTarget = (values * tensorOf(layer.target)).sum(-1);
    // The sum of the two for each message, as a product of (target, 1) and (1, source).
    const auto ones = torch::ones_like(fromSource);
    const auto scores =
        torch::leaky_relu(messageProduct(messages.list, torch::stack({fromTarget, ones}, -1),
                                         torch::stack({ones, fromSource}, -1)),
                          kSlope);
    const auto own = torch::leaky_relu(fromTarget + fromSource, kSlope);
    // Softmax over the messages to each node and its own value, less the largest score so that
    // nothing overflows.
    const auto largest = largestOf(messages, scores, own);
    auto powers = (scores - largest.index_select(0, messages.list.target)).exp();
    if (messages.weight.defined()) {
        powers = powers * messages.weight;
    }
    const auto ownPowers = (own - largest).exp();
    const auto sums =
        messageSum(messages.list, powers, ones.unsqueeze(-1)) + ownPowers.unsqueeze(-1);
    const auto heads =
        (messageSum(messages.list, powers, values) + ownPowers.unsqueeze(-1) * values) / sums;
    return withBias(layer.averaged ? heads.mean(1) : heads.flatten(1), layer.bias);
}

Tensor forward(const GinLayer& layer, const Messages& messages, const Tensor& products,
               GraphActivation activation)
{
    auto out = withBias(products * (1.0 + layer.eps) + sumOfNeighbours(messages, products),
                        layer.maps.front().bias);
    for (std::size_t i = 1; i < layer.maps.size(); ++i) {
        out = mapped(layer.maps[i], activated(activation, out));
    }
    return out;
}

Tensor forward(const SgcLayer& layer, const Messages& messages, const Tensor& products,
               GraphActivation /*activation*/)
{
    auto out = products;
    for (int hop = 0; hop < layer.hops; ++hop) {
        out = normalisedSum(messages, out);
    }
    return withBias(out, layer.map.bias);
}

/// @param senders the neighbours of each node, by their numbers among the nodes here
GraphMessages::Tensors messagesOf(std::vector<std::vector<std::int64_t>> senders,
                                  const std::vector<double>& degree)
{
    std::vector<std::int64_t> begin = {0};
    std::vector<std::int64_t> source;
    std::vector<std::int64_t> target;
    for (std::size_t node = 0; node < senders.size(); ++node) {
        std::ranges::sort(senders[node]);
        source.insert(source.end(), senders[node].begin(), senders[node].end());
        target.resize(source.size(), static_cast<std::int64_t>(node));
        begin.push_back(static_cast<std::int64_t>(source.size()));
    }
    // Messages from a node are met in the order in which their answers lie in its own list.
    std::vector<std::int64_t> next(begin.begin(), begin.end() - 1);
    std::vector<std::int64_t> reverse;
    reverse.reserve(source.size());
    for (const auto node : source) {
        reverse.push_back(next[static_cast<std::size_t>(node)]++);
    }
    const auto whole = torch::dtype(torch::kInt64);
    return {.list = {.begin = torch::tensor(begin, whole),
                     .source = torch::tensor(source, whole),
                     .target = torch::tensor(target, whole),
                     .reverse = torch::tensor(reverse, whole)},
            .edge = {},
            .weight = {},
            .degree = torch::tensor(degree, kReal).unsqueeze(1)};
}

/// For each message between all nodes, the number of its edge in edges().
Tensor edgesOf(const MessageList& list)
{
    const auto isFirst = list.source.gt(list.target); // its target is the edge's first node
    const auto number = isFirst.to(torch::kInt64).cumsum(0) - 1;
    return torch::where(isFirst, number, number.index_select(0, list.reverse));
}

} // namespace

GraphMessages::GraphMessages(Tensors tensors)
    : tensors_(std::make_shared<const Tensors>(std::move(tensors)))
{
}

GraphMessages::GraphMessages(const GraphStructure& structure)
{
    std::vector<std::vector<std::int64_t>> senders;
    std::vector<double> degree;
    for (int node = 0; node < structure.nodes(); ++node) {
        const auto neighbours = structure.neighbours(node);
        senders.emplace_back(neighbours.begin(), neighbours.end());
        degree.push_back(structure.degree(node));
    }
    auto tensors = messagesOf(std::move(senders), degree);
    tensors.edge = edgesOf(tensors.list);
    *this = GraphMessages(std::move(tensors));
}

GraphMessages::GraphMessages(const GraphStructure& structure, const std::vector<int>& part)
{
    std::unordered_map<int, std::int64_t> places;
    for (const auto node : part) {
        places.emplace(node, static_cast<std::int64_t>(places.size()));
    }
    std::vector<std::vector<std::int64_t>> senders(part.size());
    std::vector<double> degree;
    for (std::size_t place = 0; place < part.size(); ++place) {
        degree.push_back(structure.degree(part[place]));
        for (const auto neighbour : structure.neighbours(part[place])) {
            if (const auto other = places.find(neighbour); other != places.end()) {
                senders[place].push_back(other->second);
            }
        }
    }
    *this = GraphMessages(messagesOf(std::move(senders), degree));
}

GraphMessages GraphMessages::weighted(const Tensor& weights) const
{
    auto tensors = *tensors_;
    tensors.weight = weights.index_select(0, tensors.edge).unsqueeze(1);
    tensors.degree = sumOfNeighbours(tensors, torch::ones({tensors.nodes(), 1}, kReal));
    return GraphMessages(std::move(tensors));
}

Tensor firstWeights(const GraphNetwork& network)
{
    return std::visit([](const auto& layer) { return inputWeights(layer); },
                      network.layers.front());
}

std::pair<Tensor, Tensor> layerValues(const GraphNetwork& network, const GraphMessages& messages,
                                      const Tensor& x, int layer)
{
    return layerValues(network, messages, x, x.matmul(firstWeights(network).t()), layer);
}

std::pair<Tensor, Tensor> layerValues(const GraphNetwork& network, const GraphMessages& messages,
                                      const Tensor& x, const Tensor& products, int layer)
{
    Tensor z;
    Tensor h = x;
    for (int i = 1; i <= layer; ++i) {
        const auto input = h;
        z = std::visit(
            [&](const auto& some) {
                return forward(some, messages.tensors(),
                               i == 1 ? products : input.matmul(inputWeights(some).t()),
                               network.activation);
            },
            network.layers[static_cast<std::size_t>(i) - 1]);
        h = activated(network.activation, z);
        if (hasResidual(network, i)) {
            h = h + input;
        }
        if (!z.isfinite().all().item<bool>() || !h.isfinite().all().item<bool>()) {
            throw NumericError("the activations of layer " + std::to_string(i) +
                               " are not all finite; check the features and weights for very large "
                               "numbers");
        }
    }
    return {z, h};
}

} // namespace mlab::stimuli
