// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/engine/graph_training.h"

#include "core/base/error.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace mlab::stimuli {
namespace {

bool hasTrainingNode(const Graph& graph)
{
    for (std::size_t node = 0; node < graph.splits.size(); ++node) {
        if (graph.splits[node] == Split::training && graph.labels[node] != kUnknownLabel) {
            return true;
        }
    }
    return false;
}

/// Whether a layer of the network has as many outputs as inputs.
bool keepsWidth(const GraphNetworkShape& shape, const Graph& graph)
{
    std::int64_t inputs = columnsOf(graph.features);
    for (const auto outputs : shape.hidden) {
        if (inputs == outputs) {
            return true;
        }
        inputs = outputs;
    }
    return inputs == static_cast<std::int64_t>(graph.classNames.size());
}

} // namespace

void requireTrainable(const GraphTrainingSpec& spec, const Graph& graph)
{
    if (columnsOf(graph.features) == 0) {
        throw InvalidArgument("the nodes of the graph have no features; \"features\": "
                              "\"identity\" gives them some");
    }
    if (graph.labels.empty()) {
        throw InvalidArgument("the nodes of the graph have no labels to learn");
    }
    if (graph.splits.empty()) {
        throw InvalidArgument("the graph has no split that says which nodes to train with; "
                              "\"split\" makes one");
    }
    if (!hasTrainingNode(graph)) {
        throw InvalidArgument("no node with a label is for training");
    }
    if (spec.network.residual && !keepsWidth(spec.network, graph)) {
        throw InvalidArgument("no layer has as many outputs as inputs, so none can have a residual "
                              "connection");
    }
}

} // namespace mlab::stimuli
