// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/graphs/architectures/graph_network.h"
#include "stimuli/graphs/files/graph_reader.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

namespace mlab::stimuli {

/// What tests/stimuli/graphs/make_graph_networks.py wrote.
inline const std::filesystem::path kNetworks = MLAB_GRAPH_NETWORKS;

/// A network with its weights.
struct Case {
    std::string name;
    GraphNetworkSpec spec;
    int layers = 0;
};

inline std::vector<Case> allCases()
{
    std::vector<Case> out;
    std::ifstream lines(kNetworks / "cases.csv");
    for (std::string line; std::getline(lines, line);) {
        std::ranges::replace(line, ',', ' ');
        std::istringstream fields(line);
        std::string architecture;
        std::string activation;
        int hops = 0;
        Case one;
        bool residual = false;
        fields >> one.name >> architecture >> activation >> hops >> residual >> one.layers;
        one.spec = {.architecture = valueIn(kGraphArchitectures, architecture).value(),
                    .activation = valueIn(kGraphActivations, activation).value(),
                    .weights = kNetworks / (one.name + ".safetensors"),
                    .hops = hops > 0 ? std::optional(hops) : std::nullopt,
                    .residual = residual};
        out.push_back(one);
    }
    return out;
}

/// The graph on which their activations were computed.
inline Graph referenceGraph()
{
    return readGraph({.graph = kNetworks / "edges.csv", .features = kNetworks / "features.csv"})
        .graph;
}

} // namespace mlab::stimuli
