// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/graph_report/report_parts.h"

#include "core/base/error.h"
#include "core/page/report_text.h"
#include "stimuli/graphs/rewiring/null_graphs.h"

#include <algorithm>
#include <iterator>

namespace mlab::app {

void throwIfStopped(const GraphReportSettings& settings)
{
    if (settings.null.stop.stop_requested()) {
        throw Cancelled();
    }
}

std::vector<MetamerGroup> groupsOf(const GraphResults& results)
{
    std::vector<MetamerGroup> out;
    for (const auto& metamer : results.metamers) {
        auto group = std::ranges::find_if(out, [&](const MetamerGroup& one) {
            return one.network == metamer.network && one.kind == metamer.kind;
        });
        if (group == out.end()) {
            out.push_back({.network = metamer.network,
                           .graph = metamer.graph,
                           .kind = metamer.kind,
                           .metamers = {}});
            group = out.end() - 1;
        }
        group->metamers.push_back(&metamer);
    }
    return out;
}

std::string titleOf(const MetamerKind& kind)
{
    std::string out = "layer " + std::to_string(kind.layer) + ", " +
                      nameIn(kGraphChanges, kind.change) + ", " +
                      nameIn(kGraphSolvers, kind.solver);
    if (!kind.entry.empty()) {
        out += ", " + kind.entry;
    }
    if (kind.nodes.size() == 1) {
        out += ", node " + std::to_string(kind.nodes.front());
    } else if (!kind.nodes.empty()) {
        out += ", " + counted(kind.nodes.size(), "node", "nodes");
    }
    return out;
}

std::vector<ReportColumn> kindColumns()
{
    return {{"layer", "", "the layer whose activations were matched, from 1"},
            {"change", "", "what a metamer was free to change"},
            {"solver", "", "how it was found"},
            {"entry", "", "name of its entry in the study; empty if the entry has none"},
            {"nodes", "", "number of nodes that were matched, or all"}};
}

std::vector<std::string> kindFields(const MetamerKind& kind)
{
    return {std::to_string(kind.layer), nameIn(kGraphChanges, kind.change),
            nameIn(kGraphSolvers, kind.solver), kind.entry,
            kind.nodes.empty() ? "all" : count(kind.nodes.size())};
}

std::vector<ReportColumn> itemColumns()
{
    std::vector<ReportColumn> out = {{"item", "", "the metamer: its folder in metamers"},
                                     {"network", "", "the network that it was made for"},
                                     {"graph", "", "its reference"}};
    std::ranges::move(kindColumns(), std::back_inserter(out));
    out.push_back({"seed", "", "of the metamer"});
    out.push_back({"accepted", "", "1: accepted as a metamer by graph-metamers"});
    out.push_back({"converged", "", "1: its loss is within the tolerance"});
    return out;
}

std::vector<std::string> itemFields(const ResultMetamer& metamer)
{
    std::vector<std::string> out = {metamer.item, metamer.network, metamer.graph};
    std::ranges::move(kindFields(metamer.kind), std::back_inserter(out));
    out.insert(out.end(),
               {std::to_string(metamer.seed), yes(metamer.accepted), yes(metamer.converged)});
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
