// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/graphs/graph_dimensions.h"

#include "app/batch/batch_clock.h"
#include "app/graphs/dimension_tables.h"
#include "app/program/exit_codes.h"
#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/output_folder.h"
#include "stimuli/engine/engine_module.h"

#include <cstddef>
#include <functional>
#include <iostream>
#include <string>
#include <vector>

namespace mlab::app {
namespace {

/// All layers of a network.
std::vector<LayerDimension> dimensionsOf(const experiments::StudyNetwork& network,
                                         const ReadyNetwork& ready, const stimuli::Graph& graph,
                                         const stimuli::Progress& progress,
                                         const std::stop_token& stop)
{
    const auto engine = stimuli::engine().graphs(ready.spec, graph);
    const int layers = static_cast<int>(engine->network().layers.size());
    std::vector<LayerDimension> out;
    for (int layer = 1; layer <= layers; ++layer) {
        const auto values = layer == layers ? stimuli::LayerValues::preActivations
                                            : stimuli::LayerValues::activations;
        const auto show = [&](const std::string& /*what*/, double share) {
            progress("layer " + std::to_string(layer) + " of " + std::to_string(layers),
                     (layer - 1 + share) / layers);
        };
        LayerDimension one{.network = network.name,
                           .weightsSha256 = ready.record.at("weights_sha256").get<std::string>(),
                           .graph = network.graph,
                           .layer = layer,
                           .features = columnsOf(graph.features),
                           .nodes = engine->dimensions(layer, values, show, stop),
                           .ofFeatures = engine->graphDimension(layer, values),
                           .ofEdges = {}};
        if (stop.stop_requested()) {
            throw Cancelled();
        }
        one.ofEdges = engine->structureDimension(layer, values);
        out.push_back(std::move(one));
    }
    return out;
}

} // namespace

int runGraphDimensions(const GraphStudyInput& input, const GraphStudyOptions& options,
                       const std::stop_token& stop)
{
    createFolder(options.outFolder); // an error of the folder comes before the work
    const StudyNetworks networks(input, options.cacheFolder);
    const auto& all = input.study.networks;
    std::vector<LayerDimension> layers;
    BatchClock clock(static_cast<int>(all.size()));
    bool failed = false;
    for (std::size_t i = 0; i < all.size(); ++i) {
        const auto show = [&](const std::string& what, double share) {
            clock.show("network " + std::to_string(i + 1) + " of " + std::to_string(all.size()) +
                           ", " + all[i].name + ", " + what,
                       static_cast<double>(i) + share);
        };
        try {
            const auto ready = networks.make(all[i], show, stop);
            for (auto& layer :
                 dimensionsOf(all[i], ready, input.graphs.at(all[i].graph).graph, show, stop)) {
                layers.push_back(std::move(layer));
            }
        } catch (const Cancelled&) {
            throw;
        } catch (const Error& problem) { // the other networks may still work
            clock.say(all[i].name + ": " + problem.what());
            failed = true;
        }
    }
    clock.clear();
    writeFileAtomically(options.outFolder / "dimension.csv", dimensionCsv(layers));
    writeFileAtomically(options.outFolder / "dimension_nodes.csv", dimensionNodesCsv(layers));
    for (const auto& [name, svg] : dimensionFigures(layers)) {
        writeFileAtomically(options.outFolder / (name + ".svg"), svg);
    }
    std::cout << layers.size() << " layers of " << all.size() << " networks are in "
              << (options.outFolder / "dimension.csv").string() << "\n";
    return failed ? kFailed : kDone;
}

} // namespace mlab::app
