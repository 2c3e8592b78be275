// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/engine/graph_training.h"

#include "core/base/error.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

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

/// Whether a hidden layer has as many outputs as inputs. Nothing is added to logits.
bool keepsWidth(const GraphNetworkShape& shape, const Graph& graph)
{
    std::int64_t inputs = columnsOf(graph.features);
    for (const auto outputs : shape.hidden) {
        if (inputs == outputs) {
            return true;
        }
        inputs = outputs;
    }
    return false;
}

void requireFewNumbers(std::int64_t count, const std::string& what, const std::string& advice)
{
    if (count > kMostTrainedNumbers) {
        throw InvalidArgument(what + " would be " + std::to_string(count) + " numbers, more than " +
                              std::to_string(kMostTrainedNumbers) + "; " + advice);
    }
}

void requireSize(const GraphTrainingSpec& spec, const Graph& graph)
{
    const std::int64_t nodes = graph.structure.nodes();
    const std::int64_t columns = columnsOf(graph.features);
    const std::string advice = "use smaller hidden layers";
    const std::int64_t maps = spec.network.architecture == GraphArchitecture::sage ? 2 : 1;
    const bool isGin = spec.network.architecture == GraphArchitecture::gin;
    auto widths = spec.network.hidden;
    widths.push_back(static_cast<int>(graph.classNames.size()));
    std::int64_t weights = 0;
    std::int64_t inputs = columns;
    for (const std::int64_t outputs : widths) {
        weights += maps * inputs * outputs + (isGin ? outputs * outputs : 0);
        requireFewNumbers(weights, "the weights of the network", advice);
        requireFewNumbers(nodes * outputs, "the activations of a layer", advice);
        inputs = outputs;
    }
    if (spec.adversarial) {
        requireFewNumbers(nodes * columns, "the changed features of adversarial training",
                          R"(leave out "adversarial")");
    }
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
    if (graph.classNames.size() < 2) {
        throw InvalidArgument("the nodes of the graph are of one class: there is nothing to learn");
    }
    if (spec.epochs < 1) {
        throw InvalidArgument("training takes at least one epoch");
    }
    if (!hasTrainingNode(graph)) {
        throw InvalidArgument("no node with a label is for training");
    }
    if (spec.network.residual && !keepsWidth(spec.network, graph)) {
        throw InvalidArgument("no hidden layer has as many outputs as inputs, so none can have a "
                              "residual connection");
    }
    requireSize(spec, graph);
}

} // namespace mlab::stimuli
