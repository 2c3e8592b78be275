// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/graph_report/network_runs.h"

#include "stimuli/engine/engine_module.h"
#include "stimuli/graphs/measures/consistency.h"

namespace mlab::app {

using stimuli::LayerValues;

std::vector<stimuli::DenseFeatures> EngineRuns::activations(const ResultNetwork& network,
                                                            const stimuli::Graph& graph,
                                                            const std::vector<int>& layers)
{
    const auto engine = stimuli::engine().graphs(network.spec, graph);
    std::vector<stimuli::DenseFeatures> out;
    for (const int layer : layers) {
        out.push_back(engine->activations(layer, LayerValues::activations));
    }
    return out;
}

std::vector<int> EngineRuns::classes(const ResultNetwork& network, const stimuli::Graph& graph)
{
    const auto engine = stimuli::engine().graphs(network.spec, graph);
    const auto last = static_cast<int>(engine->network().layers.size());
    return stimuli::predictedClasses(engine->activations(last, LayerValues::preActivations));
}

} // namespace mlab::app
