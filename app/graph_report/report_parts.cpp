// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/graph_report/report_parts.h"

#include "stimuli/graphs/rewiring/null_graphs.h"

#include <algorithm>

namespace mlab::app {

std::string MetamerGroup::title() const
{
    return network + ", layer " + std::to_string(layer) + ", " + nameIn(kGraphChanges, change);
}

std::vector<MetamerGroup> groupsOf(const GraphResults& results)
{
    std::vector<MetamerGroup> out;
    for (const auto& metamer : results.metamers) {
        auto group = std::ranges::find_if(out, [&](const MetamerGroup& one) {
            return one.network == metamer.network && one.layer == metamer.layer &&
                   one.change == metamer.change;
        });
        if (group == out.end()) {
            out.push_back({.network = metamer.network,
                           .graph = metamer.graph,
                           .layer = metamer.layer,
                           .change = metamer.change,
                           .metamers = {}});
            group = out.end() - 1;
        }
        group->metamers.push_back(&metamer);
    }
    return out;
}

std::optional<double> meanOf(const std::vector<double>& values)
{
    if (values.empty()) {
        return std::nullopt;
    }
    double sum = 0;
    for (const double value : values) {
        sum += value;
    }
    return sum / static_cast<double>(values.size());
}

std::string nullName(GraphChange change)
{
    switch (change) {
    case GraphChange::features:
        return "rows permuted";
    case GraphChange::structure:
        return "random edges, degrees kept";
    case GraphChange::both:
        break;
    }
    return "rows permuted, and random edges, degrees kept";
}

stimuli::Graph nullGraph(const stimuli::Graph& reference, GraphChange change, std::uint64_t seed,
                         std::uint64_t index)
{
    auto out = reference;
    if (change != GraphChange::structure) {
        out = stimuli::withPermutedFeatures(out, seed, index);
    }
    if (change != GraphChange::features) {
        out = stimuli::withRandomEdges(out, seed, index);
    }
    return out;
}

} // namespace mlab::app
