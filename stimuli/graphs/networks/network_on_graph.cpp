// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/graphs/networks/network_on_graph.h"

#include "core/base/error.h"
#include "stimuli/graphs/networks/feature_tensor.h"
#include "stimuli/graphs/networks/graph_forward.h"
#include "stimuli/graphs/networks/metamer_dimension.h"

#include <torch/types.h>
#include <torch/utils.h>

#include <string>
#include <utility>

namespace mlab::stimuli {

GraphNetwork loadNetworkFor(const GraphNetworkSpec& spec, const Graph& graph)
{
    auto network = loadGraphNetwork(spec);
    requireWhole(graph);
    if (graph.structure.nodes() == 0) {
        throw InvalidArgument("the graph has no nodes");
    }
    const auto taken = inputsOf(network.layers.front());
    if (taken != columnsOf(graph.features)) {
        throw InvalidArgument(
            "the nodes have " + std::to_string(columnsOf(graph.features)) +
            " features, and the network of " + spec.weights.string() + " takes " +
            std::to_string(taken) +
            "; a file of ones can say how many there are: # columns: " + std::to_string(taken));
    }
    return network;
}

NetworkOnGraph::NetworkOnGraph(const GraphNetworkSpec& spec, Graph graph)
    : network_(loadNetworkFor(spec, graph)), graph_(std::move(graph))
{
}

DenseFeatures NetworkOnGraph::activations(int layer, LayerValues values) const
{
    requireLayer(layer);
    const torch::NoGradGuard noGradients;
    const auto x = featureTensor(graph_.features);
    const auto [z, h] = layerValues(network_, GraphMessages(graph_.structure), x, layer);
    return featuresOf(values == LayerValues::preActivations ? z : h);
}

std::vector<NodeDimension> NetworkOnGraph::dimensions(int layer, LayerValues values,
                                                      const Progress& progress,
                                                      const std::stop_token& stop) const
{
    requireLayer(layer);
    std::vector<NodeDimension> out;
    const int nodes = graph_.structure.nodes();
    for (int node = 0; node < nodes; ++node) {
        if (stop.stop_requested()) {
            throw Cancelled();
        }
        out.push_back(metamerDimension(network_, graph_, layer, node, values));
        progress("dimensions of the nodes", (node + 1.0) / nodes);
    }
    return out;
}

bool NetworkOnGraph::jacobianFits(int layer, std::int64_t inputs) const
{
    constexpr std::int64_t kMostNumbers = std::int64_t{1} << 25U;
    const auto outputs =
        graph_.structure.nodes() * outputsOf(network_.layers[static_cast<std::size_t>(layer) - 1]);
    return outputs <= kMostNumbers && inputs <= kMostNumbers && outputs * inputs <= kMostNumbers;
}

std::optional<GraphDimension> NetworkOnGraph::graphDimension(int layer, LayerValues values) const
{
    requireLayer(layer);
    const std::int64_t nodes = graph_.structure.nodes();
    if (!jacobianFits(layer, nodes * columnsOf(graph_.features))) {
        return std::nullopt;
    }
    return wholeGraphDimension(network_, graph_, layer, values);
}

std::optional<GraphDimension> NetworkOnGraph::structureDimension(int layer,
                                                                 LayerValues values) const
{
    requireLayer(layer);
    const std::int64_t nodes = graph_.structure.nodes();
    if (!jacobianFits(layer, nodes * (nodes - 1) / 2)) {
        return std::nullopt;
    }
    return wholeStructureDimension(network_, graph_, layer, values);
}

void NetworkOnGraph::requireLayer(int layer) const
{
    if (layer < 1 || layer > static_cast<int>(network_.layers.size())) {
        throw InvalidArgument("the network has layers 1 to " +
                              std::to_string(network_.layers.size()) + ", no layer " +
                              std::to_string(layer));
    }
}

} // namespace mlab::stimuli
