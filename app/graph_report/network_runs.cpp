// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/graph_report/network_runs.h"

#include "stimuli/engine/engine_module.h"
#include "stimuli/graphs/measures/consistency.h"

namespace mlab::app {

NetworkRun runNetwork(const ResultNetwork& network, const stimuli::Graph& graph,
                      const std::vector<int>& layers)
{
    using stimuli::LayerValues;
    const auto engine = stimuli::engine().graphs(network.spec, graph);
    const auto last = static_cast<int>(engine->network().layers.size());
    auto logits = engine->activations(last, LayerValues::preActivations);
    NetworkRun out{.activations = {}, .classes = stimuli::predictedClasses(logits)};
    for (const int layer : layers) {
        out.activations.push_back(
            layer == last ? logits : engine->activations(layer, LayerValues::activations));
    }
    return out;
}

} // namespace mlab::app
