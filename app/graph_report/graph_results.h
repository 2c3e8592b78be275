// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/graph_metamer_spec.h"
#include "core/stimulus/graph_network_spec.h"
#include "stimuli/graphs/graph/graph.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace mlab::app {

/// A network of a study, as its manifest describes it.
struct ResultNetwork {
    std::string name;
    std::string graph;
    GraphNetworkSpec spec;
    std::string hidden;   ///< widths of the hidden layers: "16", "16 16"; empty if not known
    std::string training; ///< "plain", "adversarial", or "given" for weights from elsewhere
    std::optional<std::int64_t> seed;
    std::optional<double> testAccuracy; ///< 0 to 1
};

/// A metamer of a study, as its record describes it.
struct ResultMetamer {
    std::string item;
    std::string network;
    std::string graph;
    int layer = 1;
    GraphChange change = GraphChange::features;
    std::string solver;
    std::int64_t seed = 0;
    std::vector<int> nodes; ///< that were matched, ascending
    double loss = 0;        ///< |h' - h|^2 / |h|^2 of the graph as written
    bool accepted = false;
    std::string stopReason;
    stimuli::Graph metamer;
};

/// What graph-dimension found of the features of a node's field at one layer, means over nodes.
struct ResultDimension {
    std::string network;
    int layer = 1;
    std::map<std::string, std::optional<double>> values; ///< by column
};

/// The folder that graph-train, graph-metamers and graph-dimension wrote.
struct GraphResults {
    std::string study;
    std::map<std::string, stimuli::Graph> graphs; ///< references, by name
    std::vector<ResultNetwork> networks;
    std::vector<ResultMetamer> metamers;
    std::vector<std::string> none;           ///< items of which no exact metamer exists
    std::vector<ResultDimension> dimensions; ///< empty without dimension.csv

    const ResultNetwork& network(const std::string& name) const;
    const stimuli::Graph& graph(const std::string& name) const;
};

/// Reads the graphs and the networks alone.
/// @throws as readGraphResults()
GraphResults readTrainedNetworks(const std::filesystem::path& folder);

/// Reads the folder, and checks each file of a graph and of weights against the SHA-256 in its
/// record.
/// @throws IoError naming the file that is missing, has changed since it was written, or does not
///         belong to the others
GraphResults readGraphResults(const std::filesystem::path& folder);

} // namespace mlab::app
