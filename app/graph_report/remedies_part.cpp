// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/graph_report/remedies_part.h"

#include "core/page/report_text.h"

#include <algorithm>
#include <iterator>
#include <map>

namespace mlab::app {
namespace {

/// What networks differ in.
struct Factor {
    std::string name;
    std::string (*valueOf)(const ResultNetwork&); ///< empty if the network has none
};

std::vector<Factor> factors()
{
    return {{"architecture",
             [](const ResultNetwork& network) {
                 return std::string(nameIn(kGraphArchitectures, network.spec.architecture));
             }},
            {"activation",
             [](const ResultNetwork& network) {
                 return std::string(nameIn(kGraphActivations, network.spec.activation));
             }},
            {"residual",
             [](const ResultNetwork& network) {
                 return std::string(network.spec.residual ? "residual" : "none");
             }},
            {"hidden widths", [](const ResultNetwork& network) { return network.hidden; }},
            {"training", [](const ResultNetwork& network) { return network.training; }}};
}

using Networks = std::vector<const ResultNetwork*>;

bool has(const Networks& networks, const std::string& name)
{
    return std::ranges::find(networks, name, &ResultNetwork::name) != networks.end();
}

/// The layers whose dimensions are known or of which there are metamers, with the kinds of these.
std::map<int, std::vector<MetamerKind>> kindsByLayer(const GraphResults& results,
                                                     const std::string& graph)
{
    std::map<int, std::vector<MetamerKind>> out;
    for (const auto& dimension : results.dimensions) {
        if (results.network(dimension.network).graph == graph) {
            out.try_emplace(dimension.layer);
        }
    }
    for (const auto& metamer : results.metamers) {
        if (metamer.graph == graph) {
            auto& kinds = out[metamer.kind.layer];
            if (std::ranges::find(kinds, metamer.kind) == kinds.end()) {
                kinds.push_back(metamer.kind);
            }
        }
    }
    return out;
}

/// Means over networks with one value of the factor, of one graph.
RemedyRow rowOf(const GraphResults& results, const Networks& networks, int layer)
{
    RemedyRow out;
    out.graph = networks.front()->graph;
    out.layer = layer;
    out.networks = networks.size();
    std::vector<double> accuracies;
    for (const auto* network : networks) {
        if (network->testAccuracy) {
            accuracies.push_back(*network->testAccuracy);
        }
    }
    out.testAccuracy = meanOf(accuracies);
    const auto dimension = [&](const std::string& column) {
        std::vector<double> values;
        for (const auto& one : results.dimensions) {
            const auto value = one.values.find(column);
            if (one.layer == layer && has(networks, one.network) && value != one.values.end() &&
                value->second) {
                values.push_back(*value->second);
            }
        }
        return meanOf(values);
    };
    out.aggregation = dimension("aggregation");
    out.width = dimension("width");
    out.activation = dimension("activation");
    out.logVolumeChange = dimension("log_volume_change");
    return out;
}

/// Gives the row means over the metamers of one kind that can be compared.
void setMetamers(RemedyRow& row, const std::vector<MetamerConsistency>& consistencies,
                 const Networks& networks, const MetamerKind& kind)
{
    std::vector<double> losses;
    std::vector<double> inputs;
    std::vector<double> scores;
    row.made = 0;
    for (const auto& one : consistencies) {
        const auto& metamer = *one.metamer;
        if (metamer.kind != kind || !has(networks, metamer.network)) {
            continue;
        }
        ++row.made;
        if (metamer.accepted && metamer.converged) {
            losses.push_back(metamer.loss);
            inputs.push_back(one.scores.input.mean());
            scores.push_back(one.scores.consistency);
        }
    }
    row.kind = kind;
    row.metamers = losses.size();
    row.loss = meanOf(losses);
    row.input = meanOf(inputs);
    row.consistency = meanOf(scores);
}

} // namespace

std::vector<RemedyRow> remediesOf(const GraphResults& results,
                                  const std::vector<MetamerConsistency>& consistencies)
{
    std::vector<RemedyRow> out;
    for (const auto& [graph, reference] : results.graphs) {
        for (const auto& factor : factors()) {
            std::vector<std::string> values; // in the order of the networks
            std::map<std::string, Networks> having;
            for (const auto& network : results.networks) {
                const auto value = factor.valueOf(network);
                if (network.graph == graph && !value.empty()) {
                    if (!having.contains(value)) {
                        values.push_back(value);
                    }
                    having[value].push_back(&network);
                }
            }
            if (values.size() < 2) {
                continue;
            }
            for (const auto& [layer, kinds] : kindsByLayer(results, graph)) {
                for (const auto& value : values) {
                    auto row = rowOf(results, having.at(value), layer);
                    row.factor = factor.name;
                    row.value = value;
                    if (kinds.empty()) {
                        out.push_back(row);
                    }
                    for (const auto& kind : kinds) {
                        setMetamers(row, consistencies, having.at(value), kind);
                        out.push_back(row);
                    }
                }
            }
        }
    }
    return out;
}

ReportTable remediesTable(const std::vector<RemedyRow>& rows)
{
    ReportTable out{
        .name = "remedies",
        .columns = {{"graph", "", "the graph whose nodes the networks classify"},
                    {"factor", "", "what the networks differ in"},
                    {"value", "", "value of the factor; the other factors take all their values"},
                    {"networks", "", "number of networks with this value, over which means are"},
                    {"test_accuracy", "", "mean, 0 to 1"},
                    {"aggregation", "",
                     "mean part of the metamer dimension of a node's field that "
                     "is lost in sums over neighbours"},
                    {"width", "", "mean part that is lost because the layer has few units"},
                    {"activation", "", "mean part that is lost where the activation is flat"},
                    {"log_volume_change", "",
                     "mean over the nodes of which the activation takes no rank away, with ReLU "
                     "perhaps few; empty if there is none. Their numbers: dimension_nodes.csv"}},
        .rows = {}};
    std::ranges::move(kindColumns(), std::back_inserter(out.columns));
    const std::vector<ReportColumn> means = {
        {"made", "", "number of metamers of this kind, whether they were accepted or not"},
        {"metamers", "", "of these, those that are accepted and have a loss within the tolerance"},
        {"loss", "", "mean of the latter"},
        {"s_in", "", "mean S_in of the latter, at losses that are alike"},
        {"consistency", "", "mean consistency of the latter"}};
    std::ranges::copy(means, std::back_inserter(out.columns));
    for (const auto& row : rows) {
        auto& line = out.rows.emplace_back();
        line = {row.graph,
                row.factor,
                row.value,
                count(row.networks),
                whole(row.testAccuracy),
                whole(row.aggregation),
                whole(row.width),
                whole(row.activation),
                whole(row.logVolumeChange)};
        if (row.kind) {
            std::ranges::move(kindFields(*row.kind), std::back_inserter(line));
            line.insert(line.end(), {count(row.made), count(row.metamers), whole(row.loss),
                                     whole(row.input), whole(row.consistency)});
        } else {
            line.push_back(std::to_string(row.layer));
        }
        line.resize(out.columns.size());
    }
    return out;
}

} // namespace mlab::app
