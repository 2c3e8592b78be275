// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/graph_metamer_spec.h"
#include "core/stimulus/graph_network_spec.h"
#include "stimuli/graphs/graph/graph.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace mlab::app {

/// A network of a study, as its manifest describes it.
struct ResultNetwork {
    std::string name;
    std::string graph;
    std::string graphSha256; ///< of the graph that it was trained on
    GraphNetworkSpec spec;
    std::string weightsSha256;
    std::string hidden;   ///< widths of the hidden layers: "16", "16 16"; empty if not known
    std::string training; ///< "plain", "adversarial", or "given" for weights from elsewhere
    std::optional<double> testAccuracy; ///< 0 to 1
};

/// What was asked for of a metamer, besides its network and seed.
struct MetamerKind {
    int layer = 1;
    GraphChange change = GraphChange::features;
    GraphSolver solver = GraphSolver::lbfgs;
    std::string entry{};      ///< name of the entry in the study; empty without a name
    std::vector<int> nodes{}; ///< to be matched, ascending; empty: all

    auto operator<=>(const MetamerKind&) const = default; // NOLINT(modernize-use-nullptr)
};

/// A metamer of a study, as its record describes it.
struct ResultMetamer {
    std::string item;
    std::string network;
    std::string graph;
    MetamerKind kind;
    std::int64_t seed = 0;
    double loss = 0; ///< |h' - h|^2 / |h|^2 of the graph as written
    bool accepted = false;
    bool converged = false; ///< the loss is within the tolerance
    std::string stopReason;
};

/// An item of which no exact metamer exists.
struct MissingMetamer {
    std::string item;
    std::string statement;
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
    std::vector<MissingMetamer> missing;
    std::vector<ResultDimension> dimensions; ///< empty without dimension.csv
    std::vector<std::string> leftOut;        ///< what the tables do not list, a sentence each
    /// Reads the graph of a metamer each time, since all of them together may be too large.
    /// @throws IoError
    std::function<stimuli::Graph(const ResultMetamer&)> metamerGraph;

    const ResultNetwork& network(const std::string& name) const;
    const stimuli::Graph& graph(const std::string& name) const;
    /// The nodes that were matched, ascending.
    std::vector<int> nodesOf(const ResultMetamer& metamer) const;
};

/// Reads the graphs, and the networks that networks.csv lists.
/// @throws as readGraphResults()
GraphResults readTrainedNetworks(const std::filesystem::path& folder);

/// Reads the networks and metamers that networks.csv and metamers.csv list. Checks each file of a
/// graph and of weights against the SHA-256 in its record, and that metamers and networks are of
/// these weights and graphs.
/// @throws IoError naming the file that is missing, has changed since it was written, or does not
///         belong to the others
GraphResults readGraphResults(const std::filesystem::path& folder);

} // namespace mlab::app
