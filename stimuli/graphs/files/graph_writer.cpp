// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/graphs/files/graph_writer.h"

#include "core/base/csv.h"
#include "core/base/number_text.h"
#include "core/base/sha256.h"
#include "core/base/version.h"
#include "stimuli/graphs/files/graphml.h"

#include <nlohmann/json.hpp>

#include <utility>
#include <variant>
#include <vector>

namespace mlab::stimuli {
namespace {

/// In GraphML each number has a line of its own, and no program draws graphs with so many.
constexpr std::size_t kMostGraphmlValues = 1'000'000;

std::string edgesCsv(const GraphStructure& structure)
{
    std::string out = csvRecord({"source", "target"});
    for (const auto& edge : structure.edges()) {
        out += csvRecord({std::to_string(edge.first), std::to_string(edge.second)});
    }
    return out;
}

std::string featuresCsv(const BinaryFeatures& features)
{
    std::string out = "# columns: " + std::to_string(features.columns) + "\r\n";
    out += csvRecord({"node", "feature"});
    for (int node = 0; node < features.rows(); ++node) {
        for (const auto column : features.row(node)) {
            out += csvRecord({std::to_string(node), std::to_string(column)});
        }
    }
    return out;
}

std::string featuresCsv(const DenseFeatures& features)
{
    std::string out;
    for (int node = 0; node < features.rows; ++node) {
        std::vector<std::string> fields;
        for (const auto value : features.row(node)) {
            fields.push_back(shortNumber(value));
        }
        out += csvRecord(fields);
    }
    return out;
}

std::string nodesCsv(const Graph& graph)
{
    std::vector<std::string> heading = {"node"};
    const auto column = [&](bool present, std::initializer_list<const char*> names) {
        heading.insert(heading.end(), names.begin(), present ? names.end() : names.begin());
    };
    column(!graph.nodeNames.empty(), {"name"});
    column(!graph.labels.empty(), {"label", "class"});
    column(!graph.splits.empty(), {"split"});
    std::string out = csvRecord(heading);
    for (std::size_t node = 0; node < static_cast<std::size_t>(graph.structure.nodes()); ++node) {
        std::vector<std::string> fields = {std::to_string(node)};
        if (!graph.nodeNames.empty()) {
            fields.push_back(graph.nodeNames[node]);
        }
        if (!graph.labels.empty()) {
            const int label = graph.labels[node];
            const bool known = label != kUnknownLabel;
            fields.push_back(known ? std::to_string(label) : "");
            fields.push_back(known ? graph.classNames[static_cast<std::size_t>(label)] : "");
        }
        if (!graph.splits.empty()) {
            fields.push_back(nameIn(kSplits, graph.splits[node]));
        }
        out += csvRecord(fields);
    }
    return out;
}

std::string record(const Graph& graph, const std::map<std::string, std::string>& files)
{
    nlohmann::ordered_json out;
    out["format"] = "metamerlab-graph-1";
    out["software"] = std::string("MetamerLab ") + kSoftwareVersion;
    out["nodes"] = graph.structure.nodes();
    out["edges"] = graph.structure.edges().size();
    out["feature_columns"] = columnsOf(graph.features);
    if (const auto* binary = std::get_if<BinaryFeatures>(&graph.features)) {
        out["feature_ones"] = binary->ones.size();
    }
    out["classes"] = graph.classNames;
    for (const auto& [name, content] : files) {
        out["sha256"][name] = sha256Hex(content);
    }
    return out.dump(2) + "\n";
}

} // namespace

std::map<std::string, std::string> encodeGraph(const Graph& graph)
{
    requireWhole(graph);
    std::map<std::string, std::string> out;
    out["edges.csv"] = edgesCsv(graph.structure);
    out["nodes.csv"] = nodesCsv(graph);
    if (columnsOf(graph.features) > 0) {
        out["features.csv"] =
            std::visit([](const auto& some) { return featuresCsv(some); }, graph.features);
    }
    const auto* real = std::get_if<DenseFeatures>(&graph.features);
    if (real == nullptr || real->values.size() <= kMostGraphmlValues) {
        out["graph.graphml"] = encodeGraphml(graph);
    }
    out["graph.json"] = record(graph, out);
    return out;
}

std::string graphSha256(const std::map<std::string, std::string>& hashes)
{
    std::string lines;
    for (const auto* file : {"edges.csv", "features.csv", "nodes.csv"}) {
        const auto found = hashes.find(file);
        lines += (found == hashes.end() ? "none" : found->second) + "\n";
    }
    return sha256Hex(lines);
}

} // namespace mlab::stimuli
