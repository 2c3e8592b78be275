// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/graphs/metamers/graph_metamer_maker.h"

#include "core/base/error.h"
#include "stimuli/graphs/feature_solvers/activation_target.h"
#include "stimuli/graphs/metamers/feature_metamers.h"
#include "stimuli/graphs/metamers/graph_null.h"
#include "stimuli/graphs/metamers/structure_metamers.h"
#include "stimuli/graphs/networks/feature_tensor.h"
#include "stimuli/graphs/networks/network_on_graph.h"
#include "stimuli/tensors/compute.h"
#include "stimuli/tensors/torch_errors.h"

#include <torch/types.h>
#include <torch/utils.h>

#include <cmath>
#include <utility>
#include <variant>

namespace mlab::stimuli {
namespace {

using torch::Tensor;

/// What is matched at the layer, and the logits.
std::pair<Tensor, Tensor> valuesOf(const NetworkTensors& network, const Graph& graph, int layer)
{
    const GraphMessages messages(graph.structure);
    const NodeRows x{.dense = featureTensor(graph.features)};
    const auto last = static_cast<int>(network.layers.size());
    return {matchedValues(network, layer, layerValues(network, messages, x, layer)),
            layerValues(network, messages, x, last).first};
}

/// On one thread, so that sums have one order, and with LibTorch's errors as ours.
template <class Compute> auto computed(int layer, const Compute& compute)
{
    const OneThread oneThread;
    try {
        return compute();
    } catch (const c10::Error& problem) {
        rethrow(problem, "a metamer of layer " + std::to_string(layer));
    }
}

GraphMetamer metamerOf(const MetamerTask& task)
{
    const auto& spec = task.spec;
    if (spec.solver == GraphSolver::exact) {
        return exactMetamer(task);
    }
    if (spec.solver == GraphSolver::hitAndRun) {
        return walkedFeatureMetamer(task);
    }
    if (spec.change == GraphChange::both) {
        return metamerOfBoth(task);
    }
    if (spec.change == GraphChange::structure) {
        return structureMetamer(task);
    }
    return spec.solver == GraphSolver::straightThrough
               ? binaryFeatureMetamer(task, task.reference.structure)
               : realFeatureMetamer(task, task.reference.structure, spec.solver);
}

} // namespace

GraphMetamerMaker::GraphMetamerMaker(const GraphNetworkSpec& spec, Graph graph)
    : network_(loadNetworkFor(spec, graph)), graph_(std::move(graph))
{
}

GraphMetamer GraphMetamerMaker::make(const GraphMetamerSpec& spec, const Progress& progress,
                                     const std::stop_token& stop) const
{
    for (const auto& problem : {problemOf(spec, network_), problemOf(spec, graph_)}) {
        if (!problem.empty()) {
            throw InvalidArgument(problem);
        }
    }
    return computed(spec.layer, [&] {
        const SeenSpace seen(network_);
        return metamerOf({network_, seen, graph_, spec, progress, stop});
    });
}

GraphMatch GraphMetamerMaker::match(int layer, const std::vector<int>& nodes,
                                    const Graph& graph) const
{
    if (graph.structure.nodes() != graph_.structure.nodes() ||
        columnsOf(graph.features) != columnsOf(graph_.features)) {
        throw InvalidArgument("a metamer has as many nodes and features as its reference");
    }
    return computed(layer, [&] { return matchOf(layer, nodes, graph); });
}

GraphMatch GraphMetamerMaker::matchOf(int layer, const std::vector<int>& nodes,
                                      const Graph& graph) const
{
    const torch::NoGradGuard noGradients;
    const auto rows = indexOf(targetedNodes(graph_.structure, nodes));
    // With the weights as they are, not those of the space that solvers work in.
    const auto network = tensorsOf(network_, torch::kFloat64);
    const auto [wanted, logits] = valuesOf(network, graph_, layer);
    const auto [found, logitsFound] = valuesOf(network, graph, layer);
    const auto h = wanted.index_select(0, rows);
    const auto squares = (found.index_select(0, rows) - h).square().sum(1).contiguous();
    const auto energies = h.square().sum(1).contiguous();
    GraphMatch out;
    out.loss = squares.sum().item<double>() / energies.sum().item<double>();
    out.snrDb = -10 * std::log10(out.loss);
    out.sameClass = logits.index_select(0, rows)
                        .argmax(1)
                        .eq(logitsFound.index_select(0, rows).argmax(1))
                        .to(torch::kFloat64)
                        .mean()
                        .item<double>();
    const auto parts = squares.accessor<double, 1>();
    const auto wholes = energies.accessor<double, 1>();
    for (std::int64_t i = 0; i < rows.numel(); ++i) {
        out.nodeLosses.push_back(wholes[i] > 0 ? std::optional(parts[i] / wholes[i])
                                               : std::nullopt);
    }
    return out;
}

GraphNull GraphMetamerMaker::null(int layer, const std::vector<int>& nodes,
                                  const std::stop_token& stop) const
{
    return computed(layer, [&] {
        const torch::NoGradGuard noGradients;
        return graphNull(network_, graph_, layer, nodes, stop);
    });
}

} // namespace mlab::stimuli
