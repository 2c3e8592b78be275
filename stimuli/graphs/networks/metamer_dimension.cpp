// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/graphs/networks/metamer_dimension.h"

#include "stimuli/graphs/networks/feature_tensor.h"
#include "stimuli/graphs/networks/graph_forward.h"

#include <torch/autograd.h>
#include <torch/types.h>

#include <algorithm>
#include <limits>
#include <set>

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
Tensor positiveSingularValues(const Tensor& matrix)
{
    const auto values = at::linalg_svdvals(matrix);
    const double tolerance = static_cast<double>(std::max(matrix.size(0), matrix.size(1))) *
                             std::numeric_limits<double>::epsilon();
    return values.masked_select(values > tolerance * values.max());
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

NodeDimension metamerDimension(const GraphNetwork& network, const Graph& graph, int layer, int node)
{
    const auto field = fieldOf(graph.structure, {node}, depthOf(network, layer));
    const GraphMessages messages(graph.structure, field);
    const auto x = featureTensor(graph.features, field).requires_grad_();
    const auto [z, h] = layerValues(network, messages, x, layer);
    const auto active = jacobian(h[0], x);
    const auto before = positiveSingularValues(jacobian(z[0], x).flatten(1));
    const auto after = positiveSingularValues(active.flatten(1));
    NodeDimension out;
    out.rankField = after.numel();
    out.rankOwn = positiveSingularValues(active.select(1, 0)).numel();
    out.field = x.numel() - out.rankField;
    out.own = x.size(1) - out.rankOwn;
    const auto nodes = x.size(0);
    const auto aggregators = aggregatorsOf(network, graph.structure, layer, node, nodes);
    out.aggregation = (nodes - aggregators) * x.size(1);
    out.width = aggregators * x.size(1) - before.numel();
    out.activation = before.numel() - after.numel();
    if (out.activation == 0) {
        out.logVolumeChange = (before.log().sum() - after.log().sum()).item<double>();
    }
    return out;
}

GraphDimension wholeGraphDimension(const GraphNetwork& network, const Graph& graph, int layer)
{
    const auto x = featureTensor(graph.features).requires_grad_();
    const auto h = layerValues(network, GraphMessages(graph.structure), x, layer).second;
    const auto rank = positiveSingularValues(jacobian(h.flatten(), x).flatten(1)).numel();
    return {.dimension = x.numel() - rank, .rank = rank};
}

} // namespace mlab::stimuli
