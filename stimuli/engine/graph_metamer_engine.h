// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/enum_names.h"
#include "core/stimulus/graph_metamer_spec.h"
#include "core/stimulus/graph_network_spec.h"
#include "stimuli/graphs/architectures/graph_network.h"
#include "stimuli/graphs/graph/graph.h"
#include "stimuli/worker/engine_info.h"

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace mlab::stimuli {

/// Why a solver stopped.
enum class GraphStop {
    tolerance,  ///< the loss is within it
    noProgress, ///< 50 steps lowered it by less than 1e-4 of it, or no step lowers it
    budget,     ///< the steps are used up
    walked,     ///< a walk among exact metamers was made
    noneExists, ///< there is no exact metamer
};
inline constexpr EnumNames<GraphStop, 5> kGraphStops{{{GraphStop::tolerance, "tolerance"},
                                                      {GraphStop::noProgress, "no progress"},
                                                      {GraphStop::budget, "budget"},
                                                      {GraphStop::walked, "walked"},
                                                      {GraphStop::noneExists, "none exists"}}};

/// A graph that a solver made.
struct GraphMetamer {
    std::optional<Graph> graph; ///< absent: none exists
    GraphStop stop = GraphStop::budget;
    int steps = 0;
    std::string statement{}; ///< of exact metamers: what was found, or why there is none
};

/// How well a graph matches the reference at a layer.
struct GraphMatch {
    double loss = 0;  ///< L = ||h' - h||^2 / ||h||^2 over the targeted nodes
    double snrDb = 0; ///< -10 log10 L; infinite for 0
    double sameClass =
        0; ///< share of the targeted nodes whose largest logit is that of the reference
    std::vector<std::optional<double>> nodeLosses{}; ///< of each; absent where its h is 0
};

/// Losses without any synthesis: what counts as far below chance.
struct GraphNull {
    /// The 0.1 % quantile over 1000 permutations of the rows of features over the nodes.
    double permuted = 0;
    /// The same over 1000 pairs of a targeted node and another node, per node. Absent if the graph
    /// has one node, or all h are 0.
    std::optional<double> nodes;
};

/// Loss that the rounding of float64 alone may give.
inline constexpr double kExactLoss = 1e-12;

/// Why a metamer is not accepted; empty if it is. It is if
/// - its loss is below both null quantiles, of which none counts as lower than kExactLoss,
/// - 99 % of the targeted nodes keep their class; so all must where they are fewer than 100. Of a
///   whole graph some nodes lie on a border between classes,
/// - and, if only real features change, its loss is within the tolerance. Other edges and zeros and
///   ones are a finite set, which need not have a graph within it.
std::string whyNotAccepted(const GraphMetamerSpec& spec, const GraphMatch& match,
                           const GraphNull& null);

/// Which solver finds the features; absent if they do not change. Of a change of both, real ones
/// are found by L-BFGS.
std::optional<GraphSolver> featureSolver(const GraphMetamerSpec& spec, const Graph& graph);

/// Why no network could make that change of this graph; empty if one could. Also if a solver could
/// find nothing but the reference: its edges or its ones can be placed in one way only, or all its
/// nodes have the same real features, so that the published start is the reference.
std::string problemOf(const GraphMetamerSpec& spec, const Graph& graph);
/// Why it cannot be made for a network of this shape that is to be trained on this graph, beside
/// what a study says without its graphs. Empty if it can.
std::string problemOf(const GraphMetamerSpec& spec, const GraphNetworkShape& shape,
                      const Graph& graph);
/// Why it cannot be made for this network: it has no such layer, or hit-and-run cannot walk among
/// the exact metamers of this one. That must be the first and a hidden one, with a ReLU, linear
/// before it and without a residual connection, so that these are a polyhedron. Empty if it can.
std::string problemOf(const GraphMetamerSpec& spec, const GraphNetwork& network);

/// Makes metamers of one graph for one network. Created by Engine::graphMetamers(). All numbers are
/// float64; a result depends on the arguments alone, not on the number of threads.
class GraphMetamerEngine {
public:
    GraphMetamerEngine() = default;
    GraphMetamerEngine(const GraphMetamerEngine&) = delete;
    GraphMetamerEngine& operator=(const GraphMetamerEngine&) = delete;
    virtual ~GraphMetamerEngine() = default;

    virtual const GraphNetwork& network() const = 0;
    /// @throws InvalidArgument with what problemOf() says; NumericError if the activations of the
    ///         targeted nodes are all 0; Cancelled when `stop` is requested
    virtual GraphMetamer make(const GraphMetamerSpec& spec, const Progress& progress,
                              const std::stop_token& stop) const = 0;
    /// @param layer, nodes as in GraphMetamerSpec
    /// @throws InvalidArgument for another number of nodes or features than the reference has
    virtual GraphMatch match(int layer, const std::vector<int>& nodes,
                             const Graph& graph) const = 0;
    /// @throws Cancelled when `stop` is requested
    virtual GraphNull null(int layer, const std::vector<int>& nodes,
                           const std::stop_token& stop) const = 0;
};

} // namespace mlab::stimuli
