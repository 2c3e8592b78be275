// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/graph_report/cross_network_part.h"

#include "core/page/report_text.h"
#include "core/statistics/bootstrap.h"
#include "stimuli/graphs/measures/consistency.h"
#include "stimuli/graphs/measures/matched_control.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <span>

namespace mlab::app {
namespace {

using Classes = std::vector<int>;

/// Whether each node got the right class, [graphs][nodes].
using Hits = std::vector<std::vector<double>>;

Hits hitsOf(std::span<const Classes> predicted, const Classes& wanted, std::span<const int> nodes)
{
    Hits out;
    for (const auto& classes : predicted) {
        auto& row = out.emplace_back();
        for (const int node : nodes) {
            const auto at = static_cast<std::size_t>(node);
            row.push_back(classes[at] == wanted[at] ? 1 : 0);
        }
    }
    return out;
}

/// The share of hits among the drawn graphs and nodes.
double shareOf(const Hits& hits, std::span<const std::size_t> graphs,
               std::span<const std::size_t> nodes)
{
    double sum = 0;
    for (const auto graph : graphs) {
        const auto& row = hits[graph];
        for (const auto node : nodes) {
            sum += row[node];
        }
    }
    return sum / static_cast<double>(graphs.size() * nodes.size());
}

/// @param metamers, controls a row for each metamer @param reference one row
CrossShares sharesOf(const Hits& metamers, const Hits& reference, const Hits& controls,
                     const GraphReportSettings& settings)
{
    const std::size_t nodes = reference.front().size();
    const auto sharesFor = [&](std::span<const std::size_t> graphs,
                               std::span<const std::size_t> drawn) {
        const std::vector<std::size_t> only = {0};
        const double metamer = shareOf(metamers, graphs, drawn);
        const double control = shareOf(controls, graphs, drawn);
        return std::vector<std::optional<double>>{metamer, shareOf(reference, only, drawn), control,
                                                  metamer - control};
    };
    const auto samples = bootstrap(nodes, {.seed = settings.seed, .threads = settings.null.threads},
                                   [&](std::span<const std::size_t> drawn, RandomStream& random) {
                                       std::vector<std::size_t> graphs(metamers.size());
                                       for (auto& graph : graphs) {
                                           graph = random.below(metamers.size());
                                       }
                                       return sharesFor(graphs, drawn);
                                   });
    std::vector<std::size_t> allGraphs(metamers.size());
    std::vector<std::size_t> allNodes(nodes);
    std::ranges::generate(allGraphs, [n = std::size_t{0}]() mutable { return n++; });
    std::ranges::generate(allNodes, [n = std::size_t{0}]() mutable { return n++; });
    const auto shares = sharesFor(allGraphs, allNodes);
    const auto at = [&](std::size_t i) {
        return BootstrappedShare{.share = shares[i].value(),
                                 .interval = bootstrapInterval(samples[i])};
    };
    return {.metamer = at(0), .reference = at(1), .control = at(2), .difference = at(3)};
}

std::vector<int> labelled(std::vector<int> nodes, const stimuli::Graph& graph)
{
    std::erase_if(nodes, [&](int node) {
        return graph.labels.empty() ||
               graph.labels[static_cast<std::size_t>(node)] == stimuli::kUnknownLabel;
    });
    return nodes;
}

std::vector<MetamerGroup> acceptedGroups(const GraphResults& results)
{
    auto groups = groupsOf(results);
    for (auto& group : groups) {
        std::erase_if(group.metamers, [](const ResultMetamer* one) { return !one->accepted; });
    }
    std::erase_if(groups, [](const MetamerGroup& group) { return group.metamers.empty(); });
    return groups;
}

/// What the networks make of the metamers of a group, and of a control for each.
struct SeenGroup {
    std::map<std::string, std::vector<Classes>> metamers; ///< by network
    std::map<std::string, std::vector<Classes>> controls;
    double input = 0;
    double controlInput = 0;
};

/// Has one metamer and its control in memory at a time.
SeenGroup seenOf(const MetamerGroup& group, const GraphResults& results,
                 const std::vector<const ResultNetwork*>& networks, const RunNetwork& run,
                 const GraphReportSettings& settings)
{
    SeenGroup out;
    const auto& reference = results.graph(group.graph);
    const auto share = 1 / static_cast<double>(group.metamers.size());
    for (std::size_t i = 0; i < group.metamers.size(); ++i) {
        const auto metamer = results.metamerGraph(*group.metamers[i]);
        const auto like = stimuli::inputSimilarity(reference, metamer);
        const auto control = stimuli::matchedControl(reference, like, settings.seed + i);
        out.input += share * like.mean();
        out.controlInput += share * stimuli::inputSimilarity(reference, control).mean();
        for (const auto* network : networks) {
            throwIfStopped(settings);
            out.metamers[network->name].push_back(run(*network, metamer, {}).classes);
            out.controls[network->name].push_back(run(*network, control, {}).classes);
        }
    }
    return out;
}

/// @param onReference the classes that each network gives to the reference
CrossNetwork crossOf(const MetamerGroup& group, const SeenGroup& seen, const std::string& network,
                     const std::map<std::string, Classes>& onReference, const GraphResults& results,
                     const GraphReportSettings& settings)
{
    const auto& own = onReference.at(network);
    const auto sharesFor = [&](const Classes& wanted, const std::vector<int>& nodes) {
        return sharesOf(hitsOf(seen.metamers.at(network), wanted, nodes),
                        hitsOf({&own, 1}, wanted, nodes),
                        hitsOf(seen.controls.at(network), wanted, nodes), settings);
    };
    const auto& reference = results.graph(group.graph);
    const auto nodes = results.nodesOf(*group.metamers.front());
    const auto withLabel = labelled(nodes, reference);
    CrossNetwork out{.group = group,
                     .shown = network,
                     .ofMaker = sharesFor(onReference.at(group.network), nodes),
                     .ofTrue = {},
                     .input = seen.input,
                     .controlInput = seen.controlInput};
    if (!withLabel.empty()) {
        out.ofTrue = sharesFor(reference.labels, withLabel);
    }
    return out;
}

} // namespace

std::vector<CrossNetwork> crossNetworksOf(const GraphResults& results, const RunNetwork& run,
                                          const GraphReportSettings& settings)
{
    std::map<std::string, Classes> onReference;
    for (const auto& network : results.networks) {
        onReference[network.name] = run(network, results.graph(network.graph), {}).classes;
    }
    std::vector<CrossNetwork> out;
    const auto groups = acceptedGroups(results);
    double done = 0;
    for (const auto& group : groups) {
        std::vector<const ResultNetwork*> networks;
        for (const auto& network : results.networks) {
            if (network.graph == group.graph) {
                networks.push_back(&network);
            }
        }
        const auto seen = seenOf(group, results, networks, run, settings);
        for (const auto* network : networks) {
            throwIfStopped(settings);
            out.push_back(crossOf(group, seen, network->name, onReference, results, settings));
        }
        ++done;
        settings.progress("other networks", done / static_cast<double>(groups.size()));
    }
    return out;
}

bool hasSeveralNetworks(const GraphResults& results, const std::string& graph)
{
    return std::ranges::count(results.networks, graph, &ResultNetwork::graph) > 1;
}

ReportTable crossNetworkTable(const std::vector<CrossNetwork>& crosses)
{
    ReportTable out{.name = "cross_network",
                    .columns = {{"graph", "", "the reference"},
                                {"network", "", "the network that the metamers were made for"}},
                    .rows = {}};
    std::ranges::move(kindColumns(), std::back_inserter(out.columns));
    const std::vector<ReportColumn> shown = {
        {"shown_to", "", "the network that sees them"},
        {"metamers", "", "number of accepted metamers that it sees"},
        {"s_in", "", "of the metamers, mean"},
        {"control_s_in", "", "of the controls, mean; should be that of the metamers"}};
    std::ranges::copy(shown, std::back_inserter(out.columns));
    const auto addColumns = [&](const std::string& name, const std::string& wanted) {
        for (const auto& [on, what] :
             {std::pair("metamer", "the metamers"), std::pair("reference", "the reference"),
              std::pair("control", "the controls"),
              std::pair("difference", "the metamers minus that on the controls")}) {
            const std::string column = name + "_" + on;
            const std::string meaning = "share of nodes that get " + wanted + " on " + what;
            out.columns.push_back({column, "", meaning});
            out.columns.push_back({column + "_low", "", "lower 95 % limit of " + column});
            out.columns.push_back({column + "_high", "", "upper 95 % limit of " + column});
        }
    };
    addColumns("makers_class", "the class that the metamers' network gives to the reference");
    addColumns("true_label", "their label");
    for (const auto& cross : crosses) {
        auto& row = out.rows.emplace_back();
        row = {cross.group.graph, cross.group.network};
        std::ranges::move(kindFields(cross.group.kind), std::back_inserter(row));
        row.insert(row.end(), {cross.shown, count(cross.group.metamers.size()), whole(cross.input),
                               whole(cross.controlInput)});
        const auto add = [&](const BootstrappedShare& one) {
            const auto limit = [&](std::size_t i) {
                return one.interval ? whole((*one.interval)[i]) : "";
            };
            row.insert(row.end(), {whole(one.share), limit(0), limit(1)});
        };
        const auto addShares = [&](const CrossShares& shares) {
            for (const auto* one :
                 {&shares.metamer, &shares.reference, &shares.control, &shares.difference}) {
                add(*one);
            }
        };
        addShares(cross.ofMaker);
        if (cross.ofTrue) {
            addShares(*cross.ofTrue);
        }
        row.resize(out.columns.size());
    }
    return out;
}

} // namespace mlab::app
