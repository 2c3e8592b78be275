// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/synth/graph_options.h"

#include "app/program/bad_input.h"
#include "app/program/command_line.h"
#include "app/synth/synthesis_options.h"
#include "stimuli/engine/engine_module.h"
#include "stimuli/graphs/files/graph_reader.h"

#include <utility>

namespace mlab::app {

void addGraph(CLI::App& command, GraphOptions& options)
{
    command
        .add_option("--graph", options.files.graph,
                    "Edge list (.csv, .tsv, .txt, .edges), .npz, .graphml, .gml or .cites")
        ->required();
    command.add_option("--features", options.files.features,
                       "Features of the nodes of an edge list: a row for each node, or the ones");
    command.add_option("--nodes", options.files.nodes,
                       "Names, labels and split of the nodes of an edge list");
    command
        .add_option("--architecture", options.architecture,
                    "Architecture: " + listOfNames(kGraphArchitectures))
        ->check(oneOf(namesOf(kGraphArchitectures)))
        ->required();
    command
        .add_option("--weights", options.network.weights,
                    "Weights with the names of PyTorch Geometric: safetensors, .pt or .pth")
        ->required();
    command.add_option("--hops", options.network.hops, "Hops of each layer of sgc");
    command.add_flag("--residual", options.network.residual,
                     "Layers that keep the width add their input after the activation");
    command
        .add_option("--activation", options.activation,
                    "Activation after each layer: " + listOfNames(kGraphActivations))
        ->check(oneOf(namesOf(kGraphActivations)))
        ->capture_default_str();
    command.add_option("--layer", options.layer, "Number of the layer, from 1")
        ->capture_default_str();
    command.add_flag("--pre", options.pre,
                     "Before the layer's activation; of the last layer, the logits");
    command.add_option("--out", options.out, "CSV file to write")->required();
}

std::unique_ptr<stimuli::GraphEngine> graphEngine(const GraphOptions& options)
{
    auto read = readInput([&] { return stimuli::readGraph(options.files); });
    for (const auto& note : read.notes) {
        stimuli::warnOnStderr(options.files.graph.string() + ": " + note);
    }
    auto network = options.network;
    network.architecture = valueIn(kGraphArchitectures, options.architecture).value();
    network.activation = valueIn(kGraphActivations, options.activation).value();
    const auto& engine = stimuli::engine();
    return readInput([&] { return engine.graphs(network, std::move(read.graph)); });
}

} // namespace mlab::app
