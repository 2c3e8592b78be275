// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/graphs/networks/graph_forward.h"

#include "core/base/error.h"
#include "stimuli/graphs/networks/message_sum.h"

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

struct GraphMessages::Tensors {
    MessageList list;
    Tensor edge;   ///< [messages] int64: the edge of each message; undefined for a part
    Tensor weight; ///< [messages, 1] float64; undefined: all 1
    Tensor degree; ///< [nodes, 1] float64

    std::int64_t nodes() const { return degree.size(0); }
};

namespace {

using Messages = GraphMessages::Tensors;

Tensor withBias(const Tensor& x, const Tensor& bias)
{
    return bias.defined() ? x + bias : x;
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
    const auto from = scores.detach().contiguous();
    const auto heads = from.size(1);
    const auto* target = messages.list.target.data_ptr<std::int64_t>();
    const auto* weight = messages.weight.defined() ? messages.weight.data_ptr<double>() : nullptr;
    AT_DISPATCH_FLOATING_TYPES(from.scalar_type(), "largestOf", [&] {
        const auto* values = from.data_ptr<scalar_t>();
        auto* largest = out.data_ptr<scalar_t>();
        for (std::int64_t i = 0; i < from.size(0); ++i, values += heads) {
            if (weight == nullptr || weight[i] != 0) {
                auto* kept = largest + target[i] * heads;
                std::transform(values, values + heads, kept, kept,
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

Tensor forward(const GcnTensors& layer, const Messages& messages, const NodeRows& x,
               GraphActivation /*activation*/)
{
    return withBias(normalisedSum(messages, x.times(layer.map.weight)), layer.map.bias);
}

Tensor forward(const SageTensors& layer, const Messages& messages, const NodeRows& x,
               GraphActivation /*activation*/)
{
    const auto products = x.times(layer.neighbours.weight);
    const auto mean = sumOfNeighbours(messages, products) /
                      messages.degree.clamp_min(1).to(products.scalar_type());
    return withBias(mean, layer.neighbours.bias) +
           withBias(x.times(layer.root.weight), layer.root.bias);
}

Tensor forward(const GatTensors& layer, const Messages& messages, const NodeRows& x,
               GraphActivation /*activation*/)
{
    constexpr double kSlope = 0.2;
    const auto values =
        x.times(layer.map.weight)
            .reshape({messages.nodes(), layer.source.size(0), layer.source.size(1)});
    const auto fromSource = (values * layer.source).sum(-1);
    const auto fromTarget = (values * layer.target).sum(-1);
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

Tensor forward(const GinTensors& layer, const Messages& messages, const NodeRows& x,
               GraphActivation activation)
{
    // The first map before the sum: the same numbers, with shorter rows to sum.
    const auto products = x.times(layer.maps.front().weight);
    auto out = withBias(products * (1.0 + layer.eps) + sumOfNeighbours(messages, products),
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
            .degree = torch::tensor(degree, torch::kFloat64).unsqueeze(1)};
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
    tensors.degree = sumOfNeighbours(tensors, torch::ones({tensors.nodes(), 1}, torch::kFloat64));
    return GraphMessages(std::move(tensors));
}

GraphMessages GraphMessages::copies(std::int64_t count) const
{
    const auto& list = tensors_->list;
    const auto nodes = tensors_->nodes();
    const auto messages = list.source.size(0);
    const auto copied = [&](const Tensor& numbers, std::int64_t step) {
        const auto shift = torch::arange(count).unsqueeze(1) * step;
        return (numbers.unsqueeze(0) + shift).flatten();
    };
    const auto begin = copied(list.begin.slice(0, 0, nodes), messages);
    return GraphMessages(
        Tensors{.list = {.begin = torch::cat({begin, torch::tensor({count * messages})}),
                         .source = copied(list.source, nodes),
                         .target = copied(list.target, nodes),
                         .reverse = copied(list.reverse, messages)},
                .edge = {},
                .weight = {},
                .degree = tensors_->degree.repeat({count, 1})});
}

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
