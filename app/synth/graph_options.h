// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/graph_network_spec.h"
#include "core/stimulus/graph_source.h"
#include "stimuli/engine/graph_engine.h"

#include <CLI/CLI.hpp>

#include <filesystem>
#include <memory>
#include <string>

namespace mlab::app {

/// A network, the graph that it sees, and a layer.
struct GraphOptions {
    GraphFiles files;
    std::string architecture;
    std::string activation = "relu";
    GraphNetworkSpec network;
    int layer = 1;
    bool pre = false; ///< before the layer's activation
    std::filesystem::path out;

    stimuli::LayerValues values() const
    {
        return pre ? stimuli::LayerValues::preActivations : stimuli::LayerValues::activations;
    }
};

/// --graph, --features, --nodes, --architecture, --weights, --hops, --residual, --activation,
/// --layer, --pre and --out.
void addGraph(CLI::App& command, GraphOptions& options);

/// Reads the graph, and says on stderr what was changed on reading; then loads the network.
/// @throws InvalidArgument for a graph that cannot be used; mlab::Error
std::unique_ptr<stimuli::GraphEngine> graphEngine(const GraphOptions& options);

} // namespace mlab::app
