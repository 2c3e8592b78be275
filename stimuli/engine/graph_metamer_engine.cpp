// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/engine/graph_metamer_engine.h"

#include "core/base/number_text.h"

#include <algorithm>
#include <variant>

namespace mlab::stimuli {
namespace {

constexpr const char* kWalkNeedsRelu =
    "hit-and-run needs a ReLU after layer 1, and no residual connection there";

bool changesFeatures(const GraphMetamerSpec& spec)
{
    return spec.change != GraphChange::structure;
}

bool changesEdges(const GraphMetamerSpec& spec)
{
    return spec.change != GraphChange::features;
}

bool isBinary(const Graph& graph)
{
    return std::holds_alternative<BinaryFeatures>(graph.features);
}

bool allNodesAreEqual(const Graph& graph)
{
    const auto haveOneRow = [nodes = graph.structure.nodes()](const auto& features) {
        for (int node = 1; node < nodes; ++node) {
            if (!std::ranges::equal(features.row(node), features.row(0))) {
                return false;
            }
        }
        return true;
    };
    return std::visit(haveOneRow, graph.features);
}

/// Whether the ones can be placed in one way only.
bool onesAreFixed(const BinaryFeatures& features, OnesKept kept)
{
    const auto isFixed = [](std::size_t ones, std::size_t places) {
        return ones == 0 || ones == places;
    };
    const auto columns = static_cast<std::size_t>(features.columns);
    const auto rows = static_cast<std::size_t>(features.rows());
    if (kept == OnesKept::graph) {
        return isFixed(features.ones.size(), rows * columns);
    }
    for (int node = 0; node < features.rows(); ++node) {
        if (!isFixed(features.row(node).size(), columns)) {
            return false;
        }
    }
    return true;
}

/// What would make the reference the only graph that a search could find.
std::string onlyTheReference(const GraphMetamerSpec& spec, const Graph& graph)
{
    const auto nodes = static_cast<std::size_t>(graph.structure.nodes());
    const auto edges = graph.structure.edges().size();
    if (changesEdges(spec) && spec.solver != GraphSolver::exact &&
        (edges == 0 || edges == nodes * (nodes - 1) / 2)) {
        return std::string("the graph has ") + (edges == 0 ? "no edges" : "all possible edges") +
               ", so that there are no others; change its features";
    }
    const auto solver = featureSolver(spec, graph);
    if (!solver || solver == GraphSolver::hitAndRun) {
        return {};
    }
    if (solver == GraphSolver::straightThrough) {
        return onesAreFixed(std::get<BinaryFeatures>(graph.features),
                            spec.onesKept.value_or(OnesKept::graph))
                   ? "the features are all 0 or all 1, so that there are no others with as many "
                     "ones"
                   : "";
    }
    return !changesEdges(spec) && allNodesAreEqual(graph)
               ? "all nodes have the same features, so that " + nameIn(kGraphSolvers, *solver) +
                     " would start at the reference, as the start has their mean and SD; only "
                     "hit-and-run finds others"
               : "";
}

} // namespace

std::string whyNotAccepted(const GraphMetamerSpec& spec, const GraphMatch& match,
                           const GraphNull& null)
{
    constexpr double kSameClass = 0.99;
    const auto loss = "its loss " + roundedNumber(match.loss);
    const auto isBelow = [&](double quantile) {
        return match.loss < std::max(quantile, kExactLoss);
    };
    if (!isBelow(null.permuted)) {
        return loss + " is not below " + roundedNumber(null.permuted) +
               ", the 0.1 % quantile of permuted features";
    }
    if (null.nodes && !isBelow(*null.nodes)) {
        return loss + " is not below " + roundedNumber(*null.nodes) +
               ", the 0.1 % quantile of pairs of nodes";
    }
    if (spec.change == GraphChange::features && spec.solver != GraphSolver::straightThrough &&
        !(match.loss <= spec.tolerance)) {
        return loss + " is above the tolerance " + roundedNumber(spec.tolerance);
    }
    if (!(match.sameClass >= kSameClass)) {
        return "only " + roundedNumber(100 * match.sameClass) +
               " % of the targeted nodes keep their class";
    }
    return {};
}

std::optional<GraphSolver> featureSolver(const GraphMetamerSpec& spec, const Graph& graph)
{
    if (!changesFeatures(spec)) {
        return std::nullopt;
    }
    return spec.change == GraphChange::both && !isBinary(graph) ? GraphSolver::lbfgs : spec.solver;
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
        !isBinary(graph)) {
        return "straight-through changes features of zeros and ones; those of this graph are real "
               "numbers, for adam, lbfgs, gauss-newton and hit-and-run";
    }
    if (spec.onesKept && featureSolver(spec, graph) != GraphSolver::straightThrough) {
        return "only features of zeros and ones have a sparsity, and straight-through alone keeps "
               "it; leave it out";
    }
    return onlyTheReference(spec, graph);
}

std::string problemOf(const GraphMetamerSpec& spec, const GraphNetworkShape& shape,
                      const Graph& graph)
{
    const bool addsInput = shape.residual && !shape.hidden.empty() &&
                           shape.hidden.front() == columnsOf(graph.features);
    return spec.solver == GraphSolver::hitAndRun && addsInput ? kWalkNeedsRelu : "";
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
        return kWalkNeedsRelu;
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
