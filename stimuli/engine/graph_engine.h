// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/graphs/architectures/graph_network.h"
#include "stimuli/graphs/graph/graph.h"
#include "stimuli/worker/engine_info.h"

#include <cstdint>
#include <optional>
#include <stop_token>
#include <vector>

namespace mlab::stimuli {

/// Of a larger Jacobian of a whole graph no dimension is computed (256 MiB).
inline constexpr std::int64_t kMostJacobianNumbers = std::int64_t{1} << 25U;

/// What of a layer: Z, before its activation, or H, after it and the residual connection.
enum class LayerValues { preActivations, activations };

/// The local metamer dimension of one node at a layer: how many directions of the inputs change
/// none of the node's activations, to first order. `own` counts the node's own features, `field`
/// those of all nodes on which its activations depend. Where ranks are constant nearby, the inputs
/// with these activations form a manifold of that dimension; at a kink of ReLU they hold for the
/// present region.
struct NodeDimension {
    std::int64_t own = 0;       ///< inputs minus rank
    std::int64_t field = 0;     ///< inputs minus rank
    std::int64_t rankOwn = 0;   ///< of dH_v / dx_v
    std::int64_t rankField = 0; ///< of dH_v / dX
    /// ln pdet(dZ_v / dX) - ln pdet(dH_v / dX), pdet the product of the singular values above 0:
    /// how much larger the activation makes the set of inputs within a small tolerance. Absent if
    /// the ranks differ.
    std::optional<double> logVolumeChange;
    // What `field` consists of. A layer sees its field through one aggregator (GCN, GIN, SGC), two
    // (GraphSAGE: the node and the mean) or one for each head (GAT). Linear layers multiply them,
    // and a residual connection before the last layer adds one; with another activation, and in
    // GAT, each node that the last layers reach has its own. There are never more than nodes.
    std::int64_t aggregation = 0; ///< (nodes of the field - aggregators) x features
    std::int64_t width = 0;       ///< aggregators x features - rank of dZ_v / dX
    /// rank of dZ_v / dX - rank of dH_v / dX; negative where a residual connection gives back more
    std::int64_t activation = 0;
    /// What rankField is for generic weights: the smallest of the units whose activation is not
    /// flat, the ranks of the weights (of GraphSAGE both together, of GAT head by head, and of an
    /// earlier layer once for each node that it reaches), and the inputs; a residual connection
    /// adds that of the layer's input. Ranks are never larger.
    std::int64_t formulaRank = 0;
    double tolerance = 0; ///< singular values of dH_v / dX up to this count as 0
};

/// The same of the activations of all nodes: with respect to all features, or to the weights of all
/// pairs of nodes as edges (0 where there is none).
struct GraphDimension {
    std::int64_t dimension = 0;  ///< inputs minus rank
    std::int64_t rank = 0;       ///< of dH / dX
    std::int64_t rankBefore = 0; ///< of dZ / dX
    double tolerance = 0;        ///< singular values of dH / dX up to this count as 0
    std::optional<double> logVolumeChange = {}; ///< as in NodeDimension
};

/// A network on one graph. Created by Engine::graphs(). Its numbers are computed in float64.
class GraphEngine {
public:
    GraphEngine() = default;
    GraphEngine(const GraphEngine&) = delete;
    GraphEngine& operator=(const GraphEngine&) = delete;
    virtual ~GraphEngine() = default;

    virtual const GraphNetwork& network() const = 0;
    /// [nodes, outputs of the layer].
    /// @param layer from 1
    /// @throws InvalidArgument for a layer that does not exist; NumericError if a number is not
    /// finite
    virtual DenseFeatures activations(int layer, LayerValues values) const = 0;
    /// Of each node. A singular value counts as 0 up to max(rows, columns) eps times the largest
    /// one.
    /// @param layer from 1
    /// @param values of which; with preActivations Z is in the place of H
    /// @throws as activations(); Cancelled when `stop` is requested
    virtual std::vector<NodeDimension> dimensions(int layer, LayerValues values,
                                                  const Progress& progress,
                                                  const std::stop_token& stop) const = 0;
    /// Absent if the Jacobian has more than kMostJacobianNumbers, where a node has as many inputs
    /// as it has features or, if that is fewer, as the first layer's weights have rows that differ.
    /// @param layer from 1
    /// @throws as activations()
    virtual std::optional<GraphDimension> graphDimension(int layer, LayerValues values) const = 0;
    /// With respect to the weights of edges, as continuous unknowns of all pairs of nodes; degrees
    /// are sums of weights. Absent if the Jacobian has more than kMostJacobianNumbers.
    /// @param layer from 1
    /// @throws as activations()
    virtual std::optional<GraphDimension> structureDimension(int layer,
                                                             LayerValues values) const = 0;
};

} // namespace mlab::stimuli
