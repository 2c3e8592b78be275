// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/engine/graph_engine.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace mlab::app {

/// The local metamer dimensions of a network at a layer, in all scopes.
struct LayerDimension {
    std::string network;
    std::string weightsSha256; ///< as in the record of the network
    std::string graph;
    int layer = 1;             ///< from 1
    std::int64_t features = 0; ///< of a node
    std::vector<stimuli::NodeDimension> nodes;
    /// Scopes `graph` and `structure`; absent where the Jacobian is too large.
    std::optional<stimuli::GraphDimension> ofFeatures;
    std::optional<stimuli::GraphDimension> ofEdges;
};

/// A row for each network, layer and scope. Those of `own` and `field` are means over the nodes,
/// but for the tolerance, which is the largest. What was not computed has its number of inputs
/// alone.
std::string dimensionCsv(const std::vector<LayerDimension>& layers);

/// A row for each network, layer and node.
std::string dimensionNodesCsv(const std::vector<LayerDimension>& layers);

/// SVG documents by name, without an extension: for each graph and layer what the dimension of
/// `field` consists of, network by network, and the measured ranks against those of the formula.
std::map<std::string, std::string> dimensionFigures(const std::vector<LayerDimension>& layers);

} // namespace mlab::app
