// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/enum_names.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace mlab {

/// What of a graph its metamer may change.
enum class GraphChange { features, structure, both };
inline constexpr EnumNames<GraphChange, 3> kGraphChanges{{{GraphChange::features, "features"},
                                                          {GraphChange::structure, "structure"},
                                                          {GraphChange::both, "both"}}};

/// How a metamer of a graph is found.
enum class GraphSolver {
    adam,            ///< Kingma & Ba 2015
    lbfgs,           ///< Nocedal & Wright 2006
    gaussNewton,     ///< of minimum norm, damped (Levenberg-Marquardt)
    hitAndRun,       ///< a random walk in the exact metamers of one ReLU layer
    straightThrough, ///< zeros and ones by the straight-through estimator, then pairs that help
    exact,           ///< edge swaps within stable colours
};
inline constexpr EnumNames<GraphSolver, 6> kGraphSolvers{
    {{GraphSolver::adam, "adam"},
     {GraphSolver::lbfgs, "lbfgs"},
     {GraphSolver::gaussNewton, "gauss-newton"},
     {GraphSolver::hitAndRun, "hit-and-run"},
     {GraphSolver::straightThrough, "straight-through"},
     {GraphSolver::exact, "exact"}}};

/// Of which part binary features keep the number of ones.
enum class OnesKept { graph, node };
inline constexpr EnumNames<OnesKept, 2> kOnesKept{
    {{OnesKept::graph, "graph"}, {OnesKept::node, "node"}}};

/// A metamer of a graph at a layer of a network: other features, other edges, or both, with the
/// activations of some nodes kept.
struct GraphMetamerSpec {
    int layer = 1;            ///< from 1; of the last layer the logits are matched
    std::vector<int> nodes{}; ///< whose activations are kept, ascending; empty: all
    GraphChange change = GraphChange::features;
    GraphSolver solver = GraphSolver::lbfgs;
    std::optional<OnesKept> onesKept{}; ///< of binary features; absent: graph
    std::uint64_t seed = 1;
    double tolerance = 1e-4; ///< of the loss ||h' - h||^2 / ||h||^2
    int steps = 2000;        ///< at most; of hit-and-run and exact: the length of the walk

    bool operator==(const GraphMetamerSpec&) const = default;
};

/// Whether the solver can make that change.
constexpr bool fits(GraphSolver solver, GraphChange change)
{
    switch (solver) {
    case GraphSolver::straightThrough:
        return true;
    case GraphSolver::exact:
        return change == GraphChange::structure;
    default:
        return change == GraphChange::features;
    }
}

} // namespace mlab
