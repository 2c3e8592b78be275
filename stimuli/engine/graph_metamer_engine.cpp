// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/engine/graph_metamer_engine.h"

#include <algorithm>
#include <variant>

namespace mlab::stimuli {

bool accepted(const GraphMatch& match, const GraphNull& null)
{
    constexpr double kSameClass = 0.99;
    const auto isBelow = [&](double quantile) {
        return match.loss < std::max(quantile, kExactLoss);
    };
    return isBelow(null.permuted) && (!null.nodes || isBelow(*null.nodes)) &&
           match.sameClass >= kSameClass;
}

std::string problemOf(const GraphMetamerSpec& spec, const Graph& graph)
{
    const int nodes = graph.structure.nodes();
    if (!spec.nodes.empty() && (spec.nodes.front() < 0 || spec.nodes.back() >= nodes)) {
        return "the graph has nodes 0 to " + std::to_string(nodes - 1) + ", no node " +
               std::to_string(spec.nodes.front() < 0 ? spec.nodes.front() : spec.nodes.back());
    }
    if (!fits(spec.solver, spec.change)) {
        return nameIn(kGraphSolvers, spec.solver) + " cannot change " +
               nameIn(kGraphChanges, spec.change);
    }
    if (spec.solver == GraphSolver::straightThrough && spec.change == GraphChange::features &&
        !std::holds_alternative<BinaryFeatures>(graph.features)) {
        return "straight-through changes features of zeros and ones; those of this graph are real "
               "numbers, for adam, lbfgs, gauss-newton and hit-and-run";
    }
    return {};
}

std::string problemOf(const GraphMetamerSpec& spec, const GraphNetwork& network)
{
    const auto layers = static_cast<int>(network.layers.size());
    if (spec.layer < 1 || spec.layer > layers) {
        return "the network has layers 1 to " + std::to_string(layers) + ", no layer " +
               std::to_string(spec.layer);
    }
    if (spec.solver != GraphSolver::hitAndRun) {
        return {};
    }
    if (spec.layer != 1 || layers == 1) {
        return "hit-and-run walks among the exact metamers of layer 1, which must be a hidden one";
    }
    if (network.activation != GraphActivation::relu || hasResidual(network, 1)) {
        return "hit-and-run needs a ReLU after layer 1, and no residual connection there";
    }
    const auto& first = network.layers.front();
    const auto* gin = std::get_if<GinLayer>(&first);
    if (std::holds_alternative<GatLayer>(first) || (gin != nullptr && gin->maps.size() > 1)) {
        return "hit-and-run needs a layer that is linear before its ReLU: gcn, sage, sgc, or gin "
               "with one map";
    }
    return {};
}

} // namespace mlab::stimuli
