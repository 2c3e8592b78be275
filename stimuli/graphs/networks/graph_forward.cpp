// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/graphs/networks/graph_forward.h"

#include "core/base/error.h"

#include <torch/types.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <numeric>
#include <unordered_map>
#include <variant>

namespace mlab::stimuli {

using torch::Tensor;

/// Each edge in both directions: message i leads from source[i] to target[i].
struct GraphMessages::Tensors {
    Tensor source; ///< [2 edges] int64
    Tensor target; ///< [2 edges] int64
    Tensor degree; ///< [nodes, 1] float64
    std::int64_t nodes = 0;
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

/// Sums the rows that arrive at each node.
Tensor gathered(const Tensor& rows, const Tensor& target, std::int64_t nodes)
{
    auto shape = rows.sizes().vec();
    shape[0] = nodes;
    return torch::zeros(shape, kReal).index_add(0, target, rows);
}

Tensor sumOfNeighbours(const Messages& messages, const Tensor& x)
{
    return gathered(x.index_select(0, messages.source), messages.target, messages.nodes);
}

/// The largest row that arrives at each node, number by number, without gradients. At least one row
/// must arrive. A loop, since LibTorch 1.13 warns of its own function for it (scatter_reduce).
Tensor largestOf(const Tensor& rows, const Tensor& target, std::int64_t nodes)
{
    auto out = torch::full({nodes, rows.size(1)}, -std::numeric_limits<double>::infinity(), kReal);
    const auto from = rows.detach();
    const auto values = from.accessor<double, 2>();
    const auto at = target.accessor<std::int64_t, 1>();
    auto largest = out.accessor<double, 2>();
    for (std::int64_t row = 0; row < rows.size(0); ++row) {
        for (std::int64_t column = 0; column < rows.size(1); ++column) {
            auto& kept = largest[at[row]][column];
            kept = std::max(kept, values[row][column]);
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

Tensor forward(const GcnLayer& layer, const Messages& messages, const Tensor& x,
               GraphActivation /*activation*/)
{
    const auto products = x.matmul(tensorOf(layer.map.weight).t());
    return withBias(normalisedSum(messages, products), layer.map.bias);
}

Tensor forward(const SageLayer& layer, const Messages& messages, const Tensor& x,
               GraphActivation /*activation*/)
{
    const auto products = x.matmul(tensorOf(layer.neighbours.weight).t());
    const auto mean = sumOfNeighbours(messages, products) / messages.degree.clamp_min(1);
    return withBias(mean, layer.neighbours.bias) + mapped(layer.root, x);
}

Tensor forward(const GatLayer& layer, const Messages& messages, const Tensor& x,
               GraphActivation /*activation*/)
{
    constexpr double kSlope = 0.2;
    const auto self = torch::arange(messages.nodes, torch::dtype(torch::kInt64));
    const auto source = torch::cat({messages.source, self});
    const auto target = torch::cat({messages.target, self});
    const auto values =
        mapped(layer.map, x).reshape({messages.nodes, layer.heads(), layer.width()});
    const auto fromSource = (values * tensorOf(layer.source)).sum(-1);
    const auto fromTarget = (values * tensorOf(layer.target)).sum(-1);
    const auto scores = torch::leaky_relu(
        fromTarget.index_select(0, target) + fromSource.index_select(0, source), kSlope);
    // Softmax over the messages to each node, less the largest score so that nothing overflows.
    const auto largest = largestOf(scores, target, messages.nodes);
    const auto powers = (scores - largest.index_select(0, target)).exp();
    const auto sums = gathered(powers, target, messages.nodes);
    const auto attention = powers / sums.index_select(0, target);
    const auto heads =
        gathered(attention.unsqueeze(-1) * values.index_select(0, source), target, messages.nodes);
    return withBias(layer.averaged ? heads.mean(1) : heads.flatten(1), layer.bias);
}

Tensor forward(const GinLayer& layer, const Messages& messages, const Tensor& x,
               GraphActivation activation)
{
    auto out = x * (1.0 + layer.eps) + sumOfNeighbours(messages, x);
    for (std::size_t i = 0; i < layer.maps.size(); ++i) {
        out = mapped(layer.maps[i], i == 0 ? out : activated(activation, out));
    }
    return out;
}

Tensor forward(const SgcLayer& layer, const Messages& messages, const Tensor& x,
               GraphActivation /*activation*/)
{
    auto out = x.matmul(tensorOf(layer.map.weight).t());
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
    std::vector<std::int64_t> source;
    std::vector<std::int64_t> target;
    std::vector<double> degree;
    for (std::size_t place = 0; place < part.size(); ++place) {
        degree.push_back(structure.degree(part[place]));
        for (const auto neighbour : structure.neighbours(part[place])) {
            if (const auto other = places.find(neighbour); other != places.end()) {
                source.push_back(other->second);
                target.push_back(static_cast<std::int64_t>(place));
            }
        }
    }
    tensors_ = std::make_unique<const Tensors>(
        Tensors{.source = torch::tensor(source, torch::dtype(torch::kInt64)),
                .target = torch::tensor(target, torch::dtype(torch::kInt64)),
                .degree = torch::tensor(degree, kReal).unsqueeze(1),
                .nodes = static_cast<std::int64_t>(part.size())});
}

GraphMessages::~GraphMessages() = default;

std::pair<Tensor, Tensor> layerValues(const GraphNetwork& network, const GraphMessages& messages,
                                      const Tensor& x, int layer)
{
    Tensor z;
    Tensor h = x;
    for (int i = 1; i <= layer; ++i) {
        const auto input = h;
        z = std::visit(
            [&](const auto& some) {
                return forward(some, messages.tensors(), input, network.activation);
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
