// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/graph_report/remedies_part.h"

#include "core/page/report_text.h"

#include <algorithm>
#include <functional>
#include <set>

namespace mlab::app {
namespace {

struct Factor {
    std::string name;
    std::string (*valueOf)(const ResultNetwork&);
};

std::vector<Factor> factors()
{
    return {{"activation",
             [](const ResultNetwork& network) {
                 return std::string(nameIn(kGraphActivations, network.spec.activation));
             }},
            {"residual",
             [](const ResultNetwork& network) {
                 return std::string(network.spec.residual ? "residual" : "none");
             }},
            {"hidden", [](const ResultNetwork& network) { return network.hidden; }},
            {"training", [](const ResultNetwork& network) { return network.training; }}};
}

std::set<int> layersOf(const GraphResults& results, const std::string& graph)
{
    std::set<int> out;
    for (const auto& dimension : results.dimensions) {
        if (results.network(dimension.network).graph == graph) {
            out.insert(dimension.layer);
        }
    }
    for (const auto& metamer : results.metamers) {
        if (metamer.graph == graph) {
            out.insert(metamer.layer);
        }
    }
    return out;
}

/// @param networks with one value of the factor, of one graph
RemedyRow rowOf(const GraphResults& results, const std::vector<MetamerConsistency>& consistencies,
                const std::vector<const ResultNetwork*>& networks, int layer)
{
    RemedyRow out;
    out.graph = networks.front()->graph;
    out.layer = layer;
    out.networks = networks.size();
    const auto isOne = [&](const std::string& name) {
        return std::ranges::any_of(
            networks, [&](const ResultNetwork* network) { return network->name == name; });
    };
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
            if (one.layer == layer && isOne(one.network) && value != one.values.end() &&
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
    const auto ofMetamers = [&](const std::function<double(const MetamerConsistency&)>& valueOf) {
        std::vector<double> values;
        for (const auto& one : consistencies) {
            if (one.metamer->accepted && one.metamer->layer == layer &&
                isOne(one.metamer->network)) {
                values.push_back(valueOf(one));
            }
        }
        out.metamers = values.size();
        return meanOf(values);
    };
    out.loss = ofMetamers([](const MetamerConsistency& one) { return one.metamer->loss; });
    out.input = ofMetamers([](const MetamerConsistency& one) { return one.scores.input.mean(); });
    out.consistency =
        ofMetamers([](const MetamerConsistency& one) { return one.scores.consistency; });
    return out;
}

} // namespace

std::vector<RemedyRow> remediesOf(const GraphResults& results,
                                  const std::vector<MetamerConsistency>& consistencies)
{
    std::vector<RemedyRow> out;
    for (const auto& [graph, reference] : results.graphs) {
        for (const auto& factor : factors()) {
            std::vector<std::string> values; // in the order of the networks
            std::map<std::string, std::vector<const ResultNetwork*>> having;
            for (const auto& network : results.networks) {
                if (network.graph == graph) {
                    const auto value = factor.valueOf(network);
                    if (!having.contains(value)) {
                        values.push_back(value);
                    }
                    having[value].push_back(&network);
                }
            }
            if (values.size() < 2) {
                continue;
            }
            for (const int layer : layersOf(results, graph)) {
                for (const auto& value : values) {
                    auto row = rowOf(results, consistencies, having.at(value), layer);
                    row.factor = factor.name;
                    row.value = value;
                    out.push_back(std::move(row));
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
                    {"layer", "", "the layer, from 1"},
                    {"factor", "", "what the networks differ in"},
                    {"value", "", "value of the factor; the other factors take all their values"},
                    {"networks", "", "number of networks with this value, over which means are"},
                    {"test_accuracy", "", "mean, 0 to 1"},
                    {"aggregation", "",
                     "mean part of the metamer dimension of a node's field that "
                     "is lost in sums over neighbours"},
                    {"width", "", "mean part that is lost because the layer has few units"},
                    {"activation", "", "mean part that is lost where the activation is flat"},
                    {"log_volume_change", "", "mean; empty where the activation takes rank away"},
                    {"metamers", "", "number of accepted metamers of this layer"},
                    {"loss", "", "their mean loss"},
                    {"s_in", "", "their mean S_in at this loss"},
                    {"consistency", "", "their mean consistency"}},
        .rows = {}};
    for (const auto& row : rows) {
        out.rows.push_back({row.graph, std::to_string(row.layer), row.factor, row.value,
                            count(row.networks), whole(row.testAccuracy), whole(row.aggregation),
                            whole(row.width), whole(row.activation), whole(row.logVolumeChange),
                            count(row.metamers), whole(row.loss), whole(row.input),
                            whole(row.consistency)});
    }
    return out;
}

} // namespace mlab::app
