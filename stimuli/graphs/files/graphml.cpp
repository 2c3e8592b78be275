// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/graphs/files/graphml.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/markup_text.h"
#include "core/base/number_text.h"
#include "stimuli/graphs/files/edge_list.h"
#include "stimuli/graphs/files/node_table.h"
#include "stimuli/graphs/igraph/igraph_graph.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <functional>
#include <memory>
#include <utility>

namespace mlab::stimuli {
namespace {

using ReadGraphFile = std::function<igraph_error_t(igraph_t*, std::FILE*)>;
using OpenFile = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

IgraphGraph readWhole(const std::filesystem::path& file, const ReadGraphFile& read)
{
    const auto name = file.string();
    auto bytes = readFile(file);
    if (const auto mistaken = mistakenContent(bytes); !mistaken.empty()) {
        throw IoError(name + " is not a graph: " + mistaken);
    }
    if (bytes.empty()) {
        throw IoError(name + " is empty");
    }
    const OpenFile opened(::fmemopen(bytes.data(), bytes.size(), "r"), std::fclose);
    if (opened == nullptr) {
        throw IoError("cannot read " + name + ": there is not enough memory");
    }
    try {
        return {name, [&](igraph_t* graph) { return read(graph, opened.get()); }};
    } catch (const InvalidArgument& problem) {
        const std::string reason = problem.what();
        // What igraph says of XML without a graph.
        if (reason.find("Graph index was too large") != std::string::npos) {
            throw IoError(name + " has no graph in the namespace of GraphML, "
                                 "http://graphml.graphdrawing.org/xmlns");
        }
        throw IoError(reason);
    }
}

/// The attributes of the nodes of a graph, in the order of the file.
class NodeAttributes {
public:
    explicit NodeAttributes(IgraphGraph& graph) : graph_(graph)
    {
        IgraphTexts names;
        IgraphIndices types;
        IgraphTexts otherNames;
        IgraphIndices otherTypes;
        IgraphTexts edgeNames;
        IgraphIndices edgeTypes;
        callIgraph("attributes", [&] {
            return igraph_cattribute_list(graph.get(), otherNames.get(), otherTypes.get(),
                                          names.get(), types.get(), edgeNames.get(),
                                          edgeTypes.get());
        });
        names_ = names.values();
        types_ = types.values();
        edgeNames_ = edgeNames.values();
    }

    const std::vector<std::string>& names() const { return names_; }
    bool has(const std::string& name) const { return typeOf(name) != kAbsent; }
    bool isText(const std::string& name) const { return typeOf(name) == IGRAPH_ATTRIBUTE_STRING; }
    bool isBoolean(const std::string& name) const
    {
        return typeOf(name) == IGRAPH_ATTRIBUTE_BOOLEAN;
    }
    const std::vector<std::string>& edgeNames() const { return edgeNames_; }
    bool edgesHave(const std::string& name) const
    {
        return std::ranges::find(edgeNames_, name) != edgeNames_.end();
    }

    /// NaN where a node does not have it.
    std::vector<double> numbers(const std::string& name) const
    {
        IgraphVector out;
        if (!isBoolean(name)) {
            callIgraph("attribute " + name, [&] {
                return igraph_cattribute_VANV(graph_.get(), name.c_str(), igraph_vss_all(),
                                              out.get());
            });
            return out.values();
        }
        std::vector<double> values;
        values.reserve(static_cast<std::size_t>(graph_.nodes()));
        for (int node = 0; node < graph_.nodes(); ++node) {
            values.push_back(igraph_cattribute_VAB(graph_.get(), name.c_str(), node) ? 1 : 0);
        }
        return values;
    }
    /// Numbers as texts, too; "" where a node does not have it.
    std::vector<std::string> texts(const std::string& name) const
    {
        if (isText(name)) {
            IgraphTexts out;
            callIgraph("attribute " + name, [&] {
                return igraph_cattribute_VASV(graph_.get(), name.c_str(), igraph_vss_all(),
                                              out.get());
            });
            return out.values();
        }
        std::vector<std::string> out;
        for (const auto value : numbers(name)) {
            out.push_back(std::isnan(value) ? "" : shortNumber(value));
        }
        return out;
    }

private:
    static constexpr int kAbsent = -1;

    int typeOf(const std::string& name) const
    {
        const auto found = std::ranges::find(names_, name);
        return found == names_.end() ? kAbsent
                                     : types_[static_cast<std::size_t>(found - names_.begin())];
    }

    IgraphGraph& graph_;
    std::vector<std::string> names_;
    std::vector<int> types_;
    std::vector<std::string> edgeNames_;
};

GraphStructure structureOf(IgraphGraph& graph, const std::string& name,
                           std::vector<std::string>& notes)
{
    const auto edges = graph.edges();
    if (!igraph_is_directed(graph.get())) {
        try {
            return {graph.nodes(), edges};
        } catch (const InvalidArgument& problem) {
            throw IoError(name + ": " + problem.what() +
                          " (nodes count from 0 in the file's order)");
        }
    }
    auto undirected = withoutDirections(edges);
    if (undirected.loops > 0) {
        throw IoError(name + ": " + std::to_string(undirected.loops) +
                      " edges lead from a node to itself; leave them out");
    }
    notes.push_back(std::to_string(edges.size()) + " directed edges became " +
                    std::to_string(undirected.undirected.size()) + " undirected ones");
    return {graph.nodes(), std::move(undirected.undirected)};
}

BinaryFeatures onesOf(const std::vector<std::vector<double>>& columns, int nodes)
{
    std::vector<std::vector<int>> ones(static_cast<std::size_t>(nodes));
    for (std::size_t column = 0; column < columns.size(); ++column) {
        for (std::size_t node = 0; node < ones.size(); ++node) {
            if (columns[column][node] != 0) {
                ones[node].push_back(static_cast<int>(column));
            }
        }
    }
    return binaryFeatures(static_cast<int>(columns.size()), ones);
}

/// The columns of all attributes that are features.
Features featuresOf(const NodeAttributes& attributes, int nodes,
                    const std::vector<std::string>& taken, std::vector<std::string>& notes)
{
    std::vector<std::vector<double>> columns;
    bool binary = true;
    for (const auto& name : attributes.names()) {
        if (std::ranges::find(taken, name) != taken.end()) {
            continue;
        }
        auto column = attributes.isText(name) ? std::vector<double>() : attributes.numbers(name);
        const bool whole = !attributes.isText(name) &&
                           std::ranges::none_of(column, [](double x) { return std::isnan(x); });
        if (whole) {
            binary = binary && attributes.isBoolean(name);
            columns.push_back(std::move(column));
        } else {
            notes.push_back("the attribute \"" + name +
                            "\" is not used: it is not a number in "
                            "every node");
        }
    }
    if (binary && !columns.empty()) {
        return onesOf(columns, nodes);
    }
    DenseFeatures out{.rows = nodes, .columns = static_cast<int>(columns.size()), .values = {}};
    for (std::size_t node = 0; node < static_cast<std::size_t>(nodes); ++node) {
        for (const auto& column : columns) {
            out.values.push_back(column[node]);
        }
    }
    return out;
}

Split splitNamed(const std::string& text, const std::string& file)
{
    const auto split = valueIn(kSplits, text);
    if (!split) {
        throw IoError(file + ": \"" + text + "\" is not a split; it is " + listOfNames(kSplits));
    }
    return *split;
}

std::vector<Split> splitsOf(const std::vector<std::string>& texts, const std::string& file)
{
    std::vector<Split> out;
    out.reserve(texts.size());
    for (const auto& text : texts) {
        out.push_back(splitNamed(text, file));
    }
    return out;
}

/// igraph's own names of nodes without a name, n0, n1, ..., as numbers.
std::vector<std::string> withoutPrefix(std::vector<std::string> names)
{
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (names[i] != "n" + std::to_string(i)) {
            return names;
        }
    }
    return {};
}

/// @param id the attribute that names the nodes when none is called `name`
Graph graphOf(IgraphGraph& graph, const std::string& id, const std::string& name,
              std::vector<std::string>& notes)
{
    const NodeAttributes attributes(graph);
    if (attributes.edgesHave("weight")) {
        IgraphVector weights;
        callIgraph(name, [&] {
            return igraph_cattribute_EANV(graph.get(), "weight",
                                          igraph_ess_all(IGRAPH_EDGEORDER_ID), weights.get());
        });
        if (std::ranges::any_of(weights.values(), [](double weight) { return weight != 1; })) {
            throw IoError(name + " has edges of a weight other than 1; networks here have edges "
                                 "without weights");
        }
    }
    for (const auto& edgeName : attributes.edgeNames()) {
        if (edgeName != "weight" && edgeName != "id") {
            notes.push_back("the attribute \"" + edgeName + "\" of the edges is not used");
        }
    }
    Graph out;
    out.structure = structureOf(graph, name, notes);
    const std::string named = attributes.has("name") ? "name" : attributes.has(id) ? id : "id";
    if (attributes.has(named)) {
        const NodeIds ids(withoutPrefix(attributes.texts(named)));
        out.nodeNames = ids.names();
    }
    if (attributes.has("class")) {
        auto labels = numberedLabels(attributes.texts("class"));
        out.labels = std::move(labels.labels);
        out.classNames = std::move(labels.classNames);
    }
    if (attributes.has("split")) {
        out.splits = splitsOf(attributes.texts("split"), name);
    }
    out.features =
        featuresOf(attributes, out.structure.nodes(), {"id", "name", id, "class", "split"}, notes);
    return out;
}

Graph read(const std::filesystem::path& file, const ReadGraphFile& reader, const std::string& id,
           std::vector<std::string>& notes)
{
    auto graph = readWhole(file, reader);
    try {
        return graphOf(graph, id, file.string(), notes);
    } catch (const InvalidArgument& problem) {
        throw IoError(file.string() + ": " + problem.what());
    }
}

/// Writes GraphML. Not with igraph's writer, which writes a value for each node, also for the zeros
/// of binary features.
class GraphmlText {
public:
    /// Of the nodes. @param type of GraphML
    void declare(const std::string& name, const std::string& type, bool falseByDefault = false)
    {
        keys_ += R"(  <key id="v_)" + name + R"(" for="node" attr.name=")" + name +
                 R"(" attr.type=")" + type + "\"" +
                 (falseByDefault ? "><default>false</default></key>\n" : "/>\n");
    }
    void beginNode(int node) { body_ += R"(    <node id="n)" + std::to_string(node) + "\">\n"; }
    void value(const std::string& name, const std::string& text)
    {
        body_ += R"(      <data key="v_)" + name + "\">" + escaped(text) + "</data>\n";
    }
    void endNode() { body_ += "    </node>\n"; }
    void edge(const Edge& edge)
    {
        body_ += R"(    <edge source="n)" + std::to_string(edge.first) + R"(" target="n)" +
                 std::to_string(edge.second) + "\"/>\n";
    }
    std::string document() const
    {
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
               "<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n" +
               keys_ + "  <graph id=\"G\" edgedefault=\"undirected\">\n" + body_ +
               "  </graph>\n</graphml>\n";
    }

private:
    std::string keys_;
    std::string body_;
};

void requireXmlText(const std::string& text)
{
    constexpr unsigned char kFirstPrintable = 0x20;
    const auto isControl = [](char c) {
        return static_cast<unsigned char>(c) < kFirstPrintable && c != '\t';
    };
    if (std::ranges::any_of(text, isControl)) {
        throw InvalidArgument("the name of a node or class has a control character, which GraphML "
                              "cannot hold; leave it out");
    }
}

/// The name of a column of features.
std::string columnName(int column)
{
    return "x" + std::to_string(column);
}

void writeFeatures(GraphmlText& out, const BinaryFeatures& features, int node)
{
    for (const auto column : features.row(node)) {
        out.value(columnName(column), "true");
    }
}

void writeFeatures(GraphmlText& out, const DenseFeatures& features, int node)
{
    const auto row = features.row(node);
    for (int column = 0; column < features.columns; ++column) {
        out.value(columnName(column), shortNumber(row[static_cast<std::size_t>(column)]));
    }
}

} // namespace

Graph readGraphml(const std::filesystem::path& file, std::vector<std::string>& notes)
{
    const auto reader = [](igraph_t* graph, std::FILE* opened) {
        return igraph_read_graph_graphml(graph, opened, 0);
    };
    return read(file, reader, "id", notes);
}

Graph readGml(const std::filesystem::path& file, std::vector<std::string>& notes)
{
    return read(file, igraph_read_graph_gml, "label", notes);
}

std::string encodeGraphml(const Graph& graph)
{
    GraphmlText out;
    const bool named = !graph.nodeNames.empty();
    const bool labelled = !graph.labels.empty();
    const bool split = !graph.splits.empty();
    for (const auto& [present, name] :
         {std::pair(named, "name"), std::pair(labelled, "class"), std::pair(split, "split")}) {
        if (present) {
            out.declare(name, "string");
        }
    }
    const bool binary = std::holds_alternative<BinaryFeatures>(graph.features);
    for (int column = 0; column < columnsOf(graph.features); ++column) {
        out.declare(columnName(column), binary ? "boolean" : "double", binary);
    }
    for (int node = 0; node < graph.structure.nodes(); ++node) {
        const auto at = static_cast<std::size_t>(node);
        out.beginNode(node);
        if (named) {
            requireXmlText(graph.nodeNames[at]);
            out.value("name", graph.nodeNames[at]);
        }
        if (labelled && graph.labels[at] != kUnknownLabel) {
            const auto& className = graph.classNames[static_cast<std::size_t>(graph.labels[at])];
            requireXmlText(className);
            out.value("class", className);
        }
        if (split) {
            out.value("split", nameIn(kSplits, graph.splits[at]));
        }
        std::visit([&](const auto& features) { writeFeatures(out, features, node); },
                   graph.features);
        out.endNode();
    }
    for (const auto& edge : graph.structure.edges()) {
        out.edge(edge);
    }
    return out.document();
}

} // namespace mlab::stimuli
