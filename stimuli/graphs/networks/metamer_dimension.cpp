// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/graphs/networks/metamer_dimension.h"

#include "stimuli/graphs/networks/feature_tensor.h"
#include "stimuli/graphs/networks/graph_forward.h"

#include <torch/autograd.h>
#include <torch/types.h>

#include <algorithm>
#include <limits>
#include <set>
#include <utility>
#include <variant>

namespace mlab::stimuli {
namespace {

using torch::Tensor;

/// dz / dx of a vector z, [outputs, nodes of x, columns of x].
Tensor jacobian(const Tensor& z, const Tensor& x)
{
    std::vector<Tensor> rows;
    rows.reserve(static_cast<std::size_t>(z.size(0)));
    for (std::int64_t unit = 0; unit < z.size(0); ++unit) {
        rows.push_back(torch::autograd::grad({z[unit]}, {x}, {}, /*retain_graph=*/true)[0]);
    }
    return torch::stack(rows);
}

/// How many different weighted sums of its field's rows a node's Z may depend on.
std::int64_t aggregatorsOf(const GraphNetwork& network, const GraphStructure& structure, int layer,
                           int node, std::int64_t field)
{
    const auto sumsOf = [&](int i) -> std::int64_t {
        const auto& one = network.layers[static_cast<std::size_t>(i) - 1];
        const auto* gat = std::get_if<GatLayer>(&one);
        const std::int64_t own = gat != nullptr                           ? gat->heads()
                                 : std::holds_alternative<SageLayer>(one) ? 2
                                                                          : 1;
        return own + (i < layer && hasResidual(network, i) ? 1 : 0);
    };
    // Behind a nonlinear activation, and under attention, each node of the first layer has its own.
    if (layer > 1 && (network.activation != GraphActivation::linear ||
                      std::holds_alternative<GatLayer>(network.layers.front()))) {
        const auto first =
            fieldOf(structure, {node}, depthOf(network, layer) - depthOf(network, 1)).size();
        return std::min(sumsOf(1) * static_cast<std::int64_t>(first), field);
    }
    std::int64_t out = 1;
    for (int i = 1; i <= layer; ++i) {
        out = std::min(out * sumsOf(i), field);
    }
    return out;
}

/// The singular values of a matrix that count as above 0.
struct Spectrum {
    Tensor positive;
    double tolerance = 0; ///< up to which they count as 0

    std::int64_t rank() const { return positive.numel(); }
    /// ln of their product.
    double logProduct() const { return positive.log().sum().item<double>(); }
};

Spectrum spectrumOf(const Tensor& matrix)
{
    if (matrix.numel() == 0) {
        return {.positive = torch::empty({0}, matrix.options())};
    }
    const auto values = at::linalg_svdvals(matrix);
    const double tolerance = static_cast<double>(std::max(matrix.size(0), matrix.size(1))) *
                             std::numeric_limits<double>::epsilon() * values.max().item<double>();
    return {.positive = values.masked_select(values > tolerance), .tolerance = tolerance};
}

/// The rank of the weights through which a layer sees its input: at most as many numbers of a node
/// depend on it.
class RankOfWeights {
public:
    std::int64_t operator()(const GcnTensors& layer) const { return rank(layer.map.weight); }
    std::int64_t operator()(const SageTensors& layer) const
    {
        return rank(torch::cat({layer.neighbours.weight, layer.root.weight}, 1));
    }
    std::int64_t operator()(const GatTensors& layer) const
    {
        std::int64_t sum = 0;
        for (const auto& head : layer.map.weight.chunk(layer.source.size(0))) {
            sum += rank(head);
        }
        return sum;
    }
    std::int64_t operator()(const GinTensors& layer) const
    {
        auto smallest = rank(layer.maps.front().weight);
        for (const auto& map : layer.maps) {
            smallest = std::min(smallest, rank(map.weight));
        }
        return smallest;
    }
    std::int64_t operator()(const SgcTensors& layer) const { return rank(layer.map.weight); }

private:
    static std::int64_t rank(const Tensor& matrix) { return spectrumOf(matrix).rank(); }
};

/// NodeDimension::formulaRank.
/// @param z of the node at this layer
std::int64_t formulaRank(const GraphNetwork& network, const Graph& graph, int layer, int node,
                         const Tensor& z, LayerValues values)
{
    const auto tensors = tensorsOf(network, torch::kFloat64);
    const auto nodesWithin = [&](int depth) {
        return static_cast<std::int64_t>(fieldOf(graph.structure, {node}, depth).size());
    };
    const std::int64_t features = columnsOf(graph.features);
    const auto depth = depthOf(network, layer);
    std::int64_t bound = nodesWithin(depth) * features;
    for (int i = 1; i <= layer; ++i) {
        const auto rank =
            std::visit(RankOfWeights(), tensors.layers[static_cast<std::size_t>(i) - 1]);
        bound = std::min(bound, nodesWithin(depth - depthOf(network, i)) * rank);
        if (hasResidual(network, i) && (i < layer || values == LayerValues::activations)) {
            const auto nodes = nodesWithin(depth - depthOf(network, i));
            const auto input =
                i == 1 ? features : inputsOf(network.layers[static_cast<std::size_t>(i) - 1]);
            bound = std::min(nodesWithin(depth) * features, bound + nodes * input);
        }
    }
    const auto outputs = z.numel();
    const bool flat = values == LayerValues::activations &&
                      network.activation == GraphActivation::relu && !hasResidual(network, layer);
    return std::min(bound, flat ? z.gt(0).sum().item<std::int64_t>() : outputs);
}

GraphDimension dimensionOf(const Tensor& z, const Tensor& h, const Tensor& inputs)
{
    const auto before = spectrumOf(jacobian(z.flatten(), inputs).flatten(1));
    const auto after = spectrumOf(jacobian(h.flatten(), inputs).flatten(1));
    GraphDimension out{.dimension = inputs.numel() - after.rank(),
                       .rank = after.rank(),
                       .rankBefore = before.rank(),
                       .tolerance = after.tolerance};
    if (before.rank() == after.rank()) {
        out.logVolumeChange = before.logProduct() - after.logProduct();
    }
    return out;
}

/// Z, and what is in the place of H.
std::pair<Tensor, Tensor> chosen(const std::pair<Tensor, Tensor>& ofLayer, LayerValues values)
{
    return {ofLayer.first, values == LayerValues::activations ? ofLayer.second : ofLayer.first};
}

/// The edges between all pairs of nodes.
GraphStructure completeStructure(int nodes)
{
    std::vector<Edge> edges;
    for (int first = 0; first < nodes; ++first) {
        for (int second = first + 1; second < nodes; ++second) {
            edges.push_back({.first = first, .second = second});
        }
    }
    return {nodes, std::move(edges)};
}

} // namespace

std::vector<int> fieldOf(const GraphStructure& structure, const std::vector<int>& nodes, int depth)
{
    std::vector<int> out = nodes;
    std::set<int> seen(nodes.begin(), nodes.end());
    std::size_t begin = 0;
    for (int step = 0; step < depth; ++step) {
        const auto end = out.size();
        for (; begin < end; ++begin) {
            for (const auto neighbour : structure.neighbours(out[begin])) {
                if (seen.insert(neighbour).second) {
                    out.push_back(neighbour);
                }
            }
        }
    }
    return out;
}

NodeDimension metamerDimension(const GraphNetwork& network, const Graph& graph, int layer, int node,
                               LayerValues values)
{
    const auto field = fieldOf(graph.structure, {node}, depthOf(network, layer));
    const GraphMessages messages(graph.structure, field);
    const auto x = featureTensor(graph.features, field).requires_grad_();
    const auto [z, h] = chosen(layerValues(network, messages, x, layer), values);
    const auto active = jacobian(h[0], x);
    const auto before = spectrumOf(jacobian(z[0], x).flatten(1));
    const auto after = spectrumOf(active.flatten(1));
    NodeDimension out;
    out.rankField = after.rank();
    out.rankOwn = spectrumOf(active.select(1, 0)).rank();
    out.field = x.numel() - out.rankField;
    out.own = x.size(1) - out.rankOwn;
    const auto nodes = x.size(0);
    const auto aggregators = aggregatorsOf(network, graph.structure, layer, node, nodes);
    out.aggregation = (nodes - aggregators) * x.size(1);
    out.width = aggregators * x.size(1) - before.rank();
    out.activation = before.rank() - after.rank();
    if (out.activation == 0) {
        out.logVolumeChange = before.logProduct() - after.logProduct();
    }
    out.formulaRank = formulaRank(network, graph, layer, node, z[0], values);
    out.tolerance = after.tolerance;
    return out;
}

GraphDimension wholeGraphDimension(const GraphNetwork& network, const Graph& graph, int layer,
                                   LayerValues values)
{
    const auto x = featureTensor(graph.features).requires_grad_();
    const auto [z, h] =
        chosen(layerValues(network, GraphMessages(graph.structure), x, layer), values);
    return dimensionOf(z, h, x);
}

GraphDimension wholeStructureDimension(const GraphNetwork& network, const Graph& graph, int layer,
                                       LayerValues values)
{
    const auto pairs = completeStructure(graph.structure.nodes());
    std::vector<double> present;
    for (const auto& pair : pairs.edges()) {
        present.push_back(graph.structure.connected(pair.first, pair.second) ? 1 : 0);
    }
    const auto weights = torch::tensor(present, torch::dtype(torch::kFloat64)).requires_grad_();
    const auto [z, h] = chosen(layerValues(network, GraphMessages(pairs).weighted(weights),
                                           featureTensor(graph.features), layer),
                               values);
    return dimensionOf(z, h, weights);
}

} // namespace mlab::stimuli
