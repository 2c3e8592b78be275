// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/graphs/networks/network_on_graph.h"

#include "core/base/error.h"
#include "stimuli/graphs/networks/feature_tensor.h"
#include "stimuli/graphs/networks/graph_forward.h"
#include "stimuli/graphs/networks/metamer_dimension.h"
#include "stimuli/tensors/compute.h"
#include "stimuli/tensors/torch_errors.h"

#include <torch/types.h>
#include <torch/utils.h>

#include <string>
#include <utility>
#include <variant>

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
        const bool binary = std::holds_alternative<BinaryFeatures>(graph.features);
        throw InvalidArgument(
            "the nodes have " + std::to_string(columnsOf(graph.features)) +
            " features, and the network of " + spec.weights.string() + " takes " +
            std::to_string(taken) +
            (columnsOf(graph.features) == 0 ? "; name the file of features with --features"
             : binary ? "; a file of ones can say how many there are: # columns: " +
                            std::to_string(taken)
                      : ""));
    }
    return network;
}

NetworkOnGraph::NetworkOnGraph(const GraphNetworkSpec& spec, Graph graph)
    : network_(loadNetworkFor(spec, graph)), graph_(std::move(graph))
{
}

template <class Compute> auto NetworkOnGraph::computed(int layer, const Compute& compute) const
{
    if (layer < 1 || layer > static_cast<int>(network_.layers.size())) {
        throw InvalidArgument("the network has layers 1 to " +
                              std::to_string(network_.layers.size()) + ", no layer " +
                              std::to_string(layer));
    }
    const OneThread sameOnAllThreads;
    try {
        return compute();
    } catch (const c10::Error& problem) {
        rethrow(problem, "layer " + std::to_string(layer) + " of the network");
    }
}

DenseFeatures NetworkOnGraph::activations(int layer, LayerValues values) const
{
    return computed(layer, [&] {
        const torch::NoGradGuard noGradients;
        const auto x = featureTensor(graph_.features);
        const auto [z, h] = layerValues(network_, GraphMessages(graph_.structure), x, layer);
        return featuresOf(values == LayerValues::preActivations ? z : h);
    });
}

std::vector<NodeDimension> NetworkOnGraph::dimensions(int layer, LayerValues values,
                                                      const Progress& progress,
                                                      const std::stop_token& stop) const
{
    return computed(layer, [&] {
        const MetamerDimensions dimensions(network_, graph_, layer, values);
        std::vector<NodeDimension> out;
        const int nodes = graph_.structure.nodes();
        for (int node = 0; node < nodes; ++node) {
            if (stop.stop_requested()) {
                throw Cancelled();
            }
            out.push_back(dimensions.ofNode(node));
            progress("dimensions of the nodes", (node + 1.0) / nodes);
        }
        return out;
    });
}

std::optional<GraphDimension> NetworkOnGraph::graphDimension(int layer, LayerValues values) const
{
    return computed(
        layer, [&] { return MetamerDimensions(network_, graph_, layer, values).ofFeatures(); });
}

std::optional<GraphDimension> NetworkOnGraph::structureDimension(int layer,
                                                                 LayerValues values) const
{
    return computed(layer,
                    [&] { return MetamerDimensions(network_, graph_, layer, values).ofEdges(); });
}

} // namespace mlab::stimuli
