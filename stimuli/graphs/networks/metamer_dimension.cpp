// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/graphs/networks/metamer_dimension.h"

#include "stimuli/graphs/networks/feature_tensor.h"
#include "stimuli/graphs/networks/graph_forward.h"
#include "stimuli/graphs/networks/network_tensors.h"

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

/// Derivatives of the first node of a part of a graph.
struct FirstNode {
    Tensor z;      ///< [outputs]
    Tensor before; ///< dz / dx [outputs, nodes, columns of x]
    Tensor after;  ///< dh / dx, the same
};

/// Each output is computed on a copy of the part, so that one pass gives the derivatives of many.
/// @param values Z and H on some messages and x
template <class Values>
FirstNode firstNodeJacobians(const GraphMessages& messages, const Tensor& x, std::int64_t outputs,
                             const Values& values)
{
    constexpr std::int64_t kMostNumbers = 1 << 22U; // of the copies of x or of a layer
    const auto nodes = x.size(0);
    const auto most =
        std::max<std::int64_t>(1, kMostNumbers / (nodes * std::max(x.size(1), outputs)));
    FirstNode out;
    std::vector<Tensor> before;
    std::vector<Tensor> after;
    for (std::int64_t begin = 0; begin < outputs; begin += most) {
        const auto count = std::min(most, outputs - begin);
        const auto copies = x.repeat({count, 1}).requires_grad_();
        const auto [z, h] = values(messages.copies(count), copies);
        const auto derivative = [&](const Tensor& y) {
            const auto own = y.reshape({count, nodes, outputs}).select(1, 0).diagonal(begin).sum();
            return torch::autograd::grad({own}, {copies}, {}, /*retain_graph=*/true)[0].reshape(
                {count, nodes, x.size(1)});
        };
        before.push_back(derivative(z));
        after.push_back(derivative(h));
        out.z = z[0].detach();
    }
    out.before = torch::cat(before);
    out.after = torch::cat(after);
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

/// @param columns of the Jacobian with respect to all features, of which this has those that differ
///        from 0
Spectrum spectrumOf(const Tensor& matrix, std::int64_t columns)
{
    if (matrix.numel() == 0) {
        return {.positive = torch::empty({0}, matrix.options())};
    }
    const auto values = at::linalg_svdvals(matrix);
    const double tolerance = static_cast<double>(std::max(matrix.size(0), columns)) *
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
    static std::int64_t rank(const Tensor& matrix)
    {
        return spectrumOf(matrix, matrix.size(1)).rank();
    }
};

/// @param x what is varied @param inputs how many numbers vary with it
GraphDimension dimensionOf(const Tensor& z, const Tensor& h, const Tensor& x, std::int64_t inputs)
{
    const auto before = spectrumOf(jacobian(z.flatten(), x).flatten(1), inputs);
    const auto after =
        h.is_same(z) ? before : spectrumOf(jacobian(h.flatten(), x).flatten(1), inputs);
    GraphDimension out{.dimension = inputs - after.rank(),
                       .rank = after.rank(),
                       .rankBefore = before.rank(),
                       .tolerance = after.tolerance};
    if (before.rank() == after.rank()) {
        out.logVolumeChange = before.logProduct() - after.logProduct();
    }
    return out;
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

MetamerDimensions::MetamerDimensions(const GraphNetwork& network, const Graph& graph, int layer,
                                     LayerValues values)
    : network_(network), graph_(graph), layer_(layer), values_(values), seen_(network)
{
    for (const auto& one : tensorsOf(network, torch::kFloat64).layers) {
        ranks_.push_back(std::visit(RankOfWeights(), one));
    }
}

/// Z, and what is in the place of H.
std::pair<Tensor, Tensor> MetamerDimensions::chosen(std::pair<Tensor, Tensor> ofLayer) const
{
    if (values_ == LayerValues::preActivations) {
        ofLayer.second = ofLayer.first;
    }
    return ofLayer;
}

std::int64_t MetamerDimensions::aggregatorsOf(int node, std::int64_t field) const
{
    const auto sumsOf = [&](int i) -> std::int64_t {
        const auto& one = network_.layers[static_cast<std::size_t>(i) - 1];
        const auto* gat = std::get_if<GatLayer>(&one);
        const std::int64_t own = gat != nullptr                           ? gat->heads()
                                 : std::holds_alternative<SageLayer>(one) ? 2
                                                                          : 1;
        return own + (i < layer_ && hasResidual(network_, i) ? 1 : 0);
    };
    // Behind a nonlinear activation, and under attention, each node of the first layer has its own.
    if (layer_ > 1 && (network_.activation != GraphActivation::linear ||
                       std::holds_alternative<GatLayer>(network_.layers.front()))) {
        const auto first =
            fieldOf(graph_.structure, {node}, depthOf(network_, layer_) - depthOf(network_, 1))
                .size();
        return std::min(sumsOf(1) * static_cast<std::int64_t>(first), field);
    }
    std::int64_t out = 1;
    for (int i = 1; i <= layer_; ++i) {
        out = std::min(out * sumsOf(i), field);
    }
    return out;
}

std::int64_t MetamerDimensions::formulaRank(int node, const Tensor& z) const
{
    const auto nodesWithin = [&](int depth) {
        return static_cast<std::int64_t>(fieldOf(graph_.structure, {node}, depth).size());
    };
    const std::int64_t features = columnsOf(graph_.features);
    const auto depth = depthOf(network_, layer_);
    const auto inputs = nodesWithin(depth) * features;
    std::int64_t bound = inputs;
    for (int i = 1; i <= layer_; ++i) {
        const auto nodes = nodesWithin(depth - depthOf(network_, i));
        bound = std::min(bound, nodes * ranks_[static_cast<std::size_t>(i) - 1]);
        if (hasResidual(network_, i) && (i < layer_ || values_ == LayerValues::activations)) {
            const auto width = inputsOf(network_.layers[static_cast<std::size_t>(i) - 1]);
            bound = std::min(inputs, bound + nodes * width);
        }
    }
    const bool flat = values_ == LayerValues::activations &&
                      network_.activation == GraphActivation::relu &&
                      !hasResidual(network_, layer_);
    return std::min(bound, flat ? z.gt(0).sum().item<std::int64_t>() : z.numel());
}

NodeDimension MetamerDimensions::ofNode(int node) const
{
    const auto field = fieldOf(graph_.structure, {node}, depthOf(network_, layer_));
    const auto nodes = static_cast<std::int64_t>(field.size());
    const auto x = seen_.coordinates(featureTensor(graph_.features, field));
    const auto of = firstNodeJacobians(
        GraphMessages(graph_.structure, field), x,
        outputsOf(network_.layers[static_cast<std::size_t>(layer_) - 1]),
        [&](const GraphMessages& messages, const Tensor& some) {
            return chosen(layerValues(seen_.network(), messages, {.dense = some}, layer_));
        });
    const std::int64_t features = columnsOf(graph_.features);
    const auto before = spectrumOf(of.before.flatten(1), nodes * features);
    const auto after = spectrumOf(of.after.flatten(1), nodes * features);
    NodeDimension out;
    out.rankField = after.rank();
    out.rankOwn = spectrumOf(of.after.select(1, 0), features).rank();
    out.field = nodes * features - out.rankField;
    out.own = features - out.rankOwn;
    const auto aggregators = aggregatorsOf(node, nodes);
    out.aggregation = (nodes - aggregators) * features;
    out.width = aggregators * features - before.rank();
    out.activation = before.rank() - after.rank();
    if (out.activation == 0) {
        out.logVolumeChange = before.logProduct() - after.logProduct();
    }
    out.formulaRank = formulaRank(node, of.z);
    out.tolerance = after.tolerance;
    return out;
}

bool MetamerDimensions::jacobianFits(std::int64_t columns) const
{
    const auto rows =
        graph_.structure.nodes() * outputsOf(network_.layers[static_cast<std::size_t>(layer_) - 1]);
    return rows <= kMostJacobianNumbers && columns <= kMostJacobianNumbers &&
           rows * columns <= kMostJacobianNumbers;
}

std::optional<GraphDimension> MetamerDimensions::ofFeatures() const
{
    const std::int64_t nodes = graph_.structure.nodes();
    if (!jacobianFits(nodes * seen_.columns())) {
        return std::nullopt;
    }
    const auto x = seen_.coordinates(featureTensor(graph_.features)).requires_grad_();
    const auto [z, h] =
        chosen(layerValues(seen_.network(), GraphMessages(graph_.structure), {.dense = x}, layer_));
    return dimensionOf(z, h, x, nodes * columnsOf(graph_.features));
}

std::optional<GraphDimension> MetamerDimensions::ofEdges() const
{
    const std::int64_t nodes = graph_.structure.nodes();
    if (!jacobianFits(nodes * (nodes - 1) / 2)) {
        return std::nullopt;
    }
    const auto pairs = completeStructure(graph_.structure.nodes());
    std::vector<double> present;
    for (const auto& pair : pairs.edges()) {
        present.push_back(graph_.structure.connected(pair.first, pair.second) ? 1 : 0);
    }
    const auto weights = torch::tensor(present, torch::dtype(torch::kFloat64)).requires_grad_();
    const auto [z, h] =
        chosen(layerValues(seen_.network(), GraphMessages(pairs).weighted(weights),
                           {.dense = seen_.coordinates(featureTensor(graph_.features))}, layer_));
    return dimensionOf(z, h, weights, weights.numel());
}

} // namespace mlab::stimuli
