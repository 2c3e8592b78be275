// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/graphs/networks/network_on_graph.h"

#include "core/base/error.h"
#include "stimuli/graphs/networks/graph_forward.h"
#include "stimuli/graphs/networks/metamer_dimension.h"

#include <torch/types.h>
#include <torch/utils.h>

#include <string>
#include <utility>

namespace mlab::stimuli {

NetworkOnGraph::NetworkOnGraph(const GraphNetworkSpec& spec, Graph graph)
    : network_(loadGraphNetwork(spec)), graph_(std::move(graph))
{
    requireWhole(graph_);
    if (graph_.structure.nodes() == 0) {
        throw InvalidArgument("the graph has no nodes");
    }
    const auto taken = inputsOf(network_.layers.front());
    if (taken != columnsOf(graph_.features)) {
        throw InvalidArgument(
            "the nodes have " + std::to_string(columnsOf(graph_.features)) +
            " features, and the network of " + spec.weights.string() + " takes " +
            std::to_string(taken) +
            "; a file of ones can say how many there are: # columns: " + std::to_string(taken));
    }
}

DenseFeatures NetworkOnGraph::activations(int layer, LayerValues values) const
{
    requireLayer(layer);
    const torch::NoGradGuard noGradients;
    auto features = dense(graph_.features);
    const auto x = torch::from_blob(features.values.data(), {features.rows, features.columns},
                                    torch::kFloat64);
    const auto [z, h] = layerValues(network_, GraphMessages(graph_.structure), x, layer);
    const auto out = (values == LayerValues::preActivations ? z : h).contiguous();
    const auto* numbers = out.data_ptr<double>();
    return {.rows = static_cast<int>(out.size(0)),
            .columns = static_cast<int>(out.size(1)),
            .values = {numbers, numbers + out.numel()}};
}

std::vector<NodeDimension> NetworkOnGraph::dimensions(int layer, const Progress& progress,
                                                      const std::stop_token& stop) const
{
    requireLayer(layer);
    std::vector<NodeDimension> out;
    const int nodes = graph_.structure.nodes();
    for (int node = 0; node < nodes; ++node) {
        if (stop.stop_requested()) {
            throw Cancelled();
        }
        out.push_back(metamerDimension(network_, graph_, layer, node));
        progress("dimensions of the nodes", (node + 1.0) / nodes);
    }
    return out;
}

std::optional<GraphDimension> NetworkOnGraph::graphDimension(int layer) const
{
    constexpr std::int64_t kMostNumbers = std::int64_t{1} << 25U;
    requireLayer(layer);
    const std::int64_t nodes = graph_.structure.nodes();
    const auto outputs = outputsOf(network_.layers[static_cast<std::size_t>(layer) - 1]);
    const auto squares = nodes * nodes;
    if (squares > kMostNumbers || squares * outputs > kMostNumbers ||
        squares * outputs * columnsOf(graph_.features) > kMostNumbers) {
        return std::nullopt;
    }
    return wholeGraphDimension(network_, graph_, layer);
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
