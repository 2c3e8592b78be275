// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/graphs/dimension_tables.h"

#include "core/base/csv.h"
#include "core/base/number_text.h"
#include "core/page/svg_charts.h"

#include <algorithm>
#include <array>
#include <utility>

namespace mlab::app {
namespace {

using stimuli::NodeDimension;

/// Of dimension.csv.
constexpr std::array<const char*, 15> kDimensionColumns = {"network",       "graph",
                                                           "layer",         "scope",
                                                           "inputs",        "dimension",
                                                           "rank",          "rank_before",
                                                           "formula_rank",  "tolerance",
                                                           "aggregation",   "width",
                                                           "activation",    "log_volume_change",
                                                           "weights_sha256"};

/// The mean over the nodes.
template <class Value> double mean(const LayerDimension& layer, const Value& value)
{
    double sum = 0;
    for (const auto& node : layer.nodes) {
        sum += static_cast<double>(value(node));
    }
    return sum / static_cast<double>(layer.nodes.size());
}

double mean(const LayerDimension& layer, std::int64_t NodeDimension::*part)
{
    return mean(layer, [&](const NodeDimension& node) { return node.*part; });
}

std::string text(const std::optional<double>& value)
{
    return value ? shortNumber(*value) : "";
}

/// The mean of the nodes that have a volume change; absent if none has.
std::optional<double> meanVolumeChange(const LayerDimension& layer)
{
    double sum = 0;
    int count = 0;
    for (const auto& node : layer.nodes) {
        if (node.logVolumeChange) {
            sum += *node.logVolumeChange;
            ++count;
        }
    }
    return count > 0 ? std::optional(sum / count) : std::nullopt;
}

std::string largestTolerance(const LayerDimension& layer)
{
    return shortNumber(std::ranges::max(layer.nodes, {}, &NodeDimension::tolerance).tolerance);
}

std::vector<std::string> start(const LayerDimension& layer, const std::string& scope)
{
    return {layer.network, layer.graph, std::to_string(layer.layer), scope};
}

/// @param inputs of all nodes
std::string wholeRow(const LayerDimension& layer, const std::string& scope, std::int64_t inputs,
                     const std::optional<stimuli::GraphDimension>& whole)
{
    auto row = start(layer, scope);
    if (!whole) {
        row.push_back(std::to_string(inputs));
        row.resize(kDimensionColumns.size() - 1); // the rest is not computed
        row.push_back(layer.weightsSha256);
        return csvRecord(row);
    }
    for (const auto number :
         {whole->dimension + whole->rank, whole->dimension, whole->rank, whole->rankBefore}) {
        row.push_back(std::to_string(number));
    }
    row.insert(row.end(), {"", shortNumber(whole->tolerance), "", "", "",
                           text(whole->logVolumeChange), layer.weightsSha256});
    return csvRecord(row);
}

std::string nodeRows(const LayerDimension& layer)
{
    auto own = start(layer, "own");
    const double rankOwn = mean(layer, &NodeDimension::rankOwn);
    own.insert(own.end(),
               {std::to_string(layer.features), shortNumber(mean(layer, &NodeDimension::own)),
                shortNumber(rankOwn), "", "", "", "", "", "", "", layer.weightsSha256});
    auto field = start(layer, "field");
    const auto before = [](const NodeDimension& node) { return node.rankField + node.activation; };
    const auto inputs = [](const NodeDimension& node) { return node.field + node.rankField; };
    for (const double number : {mean(layer, inputs), mean(layer, &NodeDimension::field),
                                mean(layer, &NodeDimension::rankField), mean(layer, before),
                                mean(layer, &NodeDimension::formulaRank)}) {
        field.push_back(shortNumber(number));
    }
    field.push_back(largestTolerance(layer));
    for (const auto part :
         {&NodeDimension::aggregation, &NodeDimension::width, &NodeDimension::activation}) {
        field.push_back(shortNumber(mean(layer, part)));
    }
    field.insert(field.end(), {text(meanVolumeChange(layer)), layer.weightsSha256});
    return csvRecord(own) + csvRecord(field);
}

/// A graph and a layer.
using GraphLayer = std::pair<std::string, int>;

std::string figureName(const GraphLayer& place)
{
    return "dimension_" + place.first + "_layer" + std::to_string(place.second);
}

std::string figureTitle(const GraphLayer& place)
{
    return "Local metamer dimension at layer " + std::to_string(place.second) + ", graph " +
           place.first;
}

} // namespace

std::string dimensionCsv(const std::vector<LayerDimension>& layers)
{
    std::string out = csvRecord({kDimensionColumns.begin(), kDimensionColumns.end()});
    for (const auto& layer : layers) {
        const auto nodes = static_cast<std::int64_t>(layer.nodes.size());
        out += nodeRows(layer) +
               wholeRow(layer, "graph", nodes * layer.features, layer.ofFeatures) +
               wholeRow(layer, "structure", nodes * (nodes - 1) / 2, layer.ofEdges);
    }
    return out;
}

std::string dimensionNodesCsv(const std::vector<LayerDimension>& layers)
{
    std::string out = csvRecord({"network", "graph", "layer", "node", "own", "field", "rank_own",
                                 "rank_field", "formula_rank", "tolerance", "aggregation", "width",
                                 "activation", "log_volume_change"});
    for (const auto& layer : layers) {
        for (std::size_t node = 0; node < layer.nodes.size(); ++node) {
            const auto& at = layer.nodes[node];
            auto row = start(layer, std::to_string(node));
            for (const auto number : {at.own, at.field, at.rankOwn, at.rankField, at.formulaRank}) {
                row.push_back(std::to_string(number));
            }
            row.push_back(shortNumber(at.tolerance));
            for (const auto number : {at.aggregation, at.width, at.activation}) {
                row.push_back(std::to_string(number));
            }
            row.push_back(text(at.logVolumeChange));
            out += csvRecord(row);
        }
    }
    return out;
}

std::map<std::string, std::string> dimensionFigures(const std::vector<LayerDimension>& layers)
{
    std::map<GraphLayer, std::vector<StackedBar>> bars;
    std::map<std::string, ChartSeries> ranks;
    double largest = 1;
    for (const auto& layer : layers) {
        bars[{layer.graph, layer.layer}].push_back(
            {.name = layer.network,
             .parts = {mean(layer, &NodeDimension::aggregation), mean(layer, &NodeDimension::width),
                       mean(layer, &NodeDimension::activation)}});
        auto& series = ranks[layer.graph];
        series.name = layer.graph;
        const double measured = mean(layer, &NodeDimension::rankField);
        const double formula = mean(layer, &NodeDimension::formulaRank);
        series.points.push_back({.x = formula,
                                 .y = measured,
                                 .tip = layer.network + ", layer " + std::to_string(layer.layer) +
                                        ": rank " + roundedNumber(measured) + ", formula " +
                                        roundedNumber(formula)});
        largest = std::max({largest, measured, formula});
    }
    std::map<std::string, std::string> out;
    for (const auto& [place, networks] : bars) {
        out[figureName(place)] =
            stackedBarChart(figureTitle(place), "dimension of a node's field, mean over nodes",
                            {"aggregation", "width", "activation"}, networks);
    }
    std::vector<ChartSeries> series;
    series.reserve(ranks.size());
    for (auto& [graph, one] : ranks) {
        series.push_back(std::move(one));
    }
    if (!series.empty()) {
        const auto axis = [&](const std::string& title) {
            return ChartAxis{.title = title, .low = 0, .high = largest};
        };
        out["dimension_ranks"] =
            scatterChart("Rank of a node's Jacobian, mean over nodes", axis("formula"),
                         axis("measured"), series, /*diagonal=*/true);
    }
    return out;
}

} // namespace mlab::app
