// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/graphs/files/graph_reader.h"

#include "core/base/error.h"
#include "stimuli/graphs/files/edge_list.h"
#include "stimuli/graphs/files/feature_table.h"
#include "stimuli/graphs/files/graphml.h"
#include "stimuli/graphs/files/linqs.h"
#include "stimuli/graphs/files/node_table.h"
#include "stimuli/graphs/files/npz.h"

#include <algorithm>
#include <cctype>
#include <initializer_list>
#include <optional>
#include <string_view>
#include <utility>

namespace mlab::stimuli {
namespace {

std::string endingOf(const std::filesystem::path& file)
{
    auto ending = file.extension().string();
    std::ranges::transform(ending, ending.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return ending;
}

bool isOneOf(std::string_view ending, std::initializer_list<std::string_view> endings)
{
    return std::ranges::find(endings, ending) != endings.end();
}

bool isEdgeList(std::string_view ending)
{
    return isOneOf(ending, {".csv", ".tsv", ".txt", ".edges"});
}

/// Node 0 of the results must be node 0 of the files.
void requireOrder(const NodeIds& ids, const std::filesystem::path& file)
{
    const auto isNumber = [&](const std::string& name) {
        const auto number = nodeNumber(name);
        return number && *number < ids.count();
    };
    if (!ids.names().empty() && std::ranges::all_of(ids.names(), isNumber)) {
        throw IoError(file.string() + ": the nodes are the numbers 0 to " +
                      std::to_string(ids.count() - 1) +
                      ", but in another order; sort the rows by node");
    }
}

Graph readTables(const GraphFiles& files, std::vector<std::string>& notes)
{
    std::optional<NodeTable> nodes;
    std::optional<FeatureTable> features;
    std::optional<NodeIds> ids;
    if (!files.features.empty()) {
        features = readFeatureTable(files.features);
        ids = idsOf(*features);
    }
    if (!files.nodes.empty()) {
        nodes = readNodeTable(files.nodes);
        ids = nodes->ids;
    }
    if (ids) {
        requireOrder(*ids, nodes ? files.nodes : files.features);
    }
    auto edges = readEdgeList(files.graph, ids);
    if (edges.bothDirections > 0) {
        notes.push_back(std::to_string(edges.bothDirections) +
                        " edges are listed in both directions; each counts once");
    }
    Graph out;
    out.features =
        features ? featuresOf(*features, edges.ids) : noFeatures(edges.structure.nodes());
    out.structure = std::move(edges.structure);
    out.nodeNames = edges.ids.names();
    if (nodes) {
        out.nodeNames = nodes->names.empty() ? out.nodeNames : std::move(nodes->names);
        out.labels = std::move(nodes->labels);
        out.classNames = std::move(nodes->classNames);
        out.splits = std::move(nodes->splits);
    }
    return out;
}

Graph readByEnding(const GraphFiles& files, std::vector<std::string>& notes)
{
    const auto ending = endingOf(files.graph);
    if (isEdgeList(ending)) {
        return readTables(files, notes);
    }
    const auto name = files.graph.string();
    if (isOneOf(ending, {".pt", ".pth", ".pkl", ".pickle"}) ||
        files.graph.filename().string().starts_with("ind.")) {
        throw InvalidArgument(name + " is a pickle of Python, which may run programs, and is not "
                                     "read. Load it in Python and save edges and features as CSV, "
                                     "or with numpy.savez; docs/graphs.md shows how");
    }
    if (!isOneOf(ending, {".npz", ".graphml", ".gml", ".cites"})) {
        throw InvalidArgument(name + " is not a file of a known kind; graphs are read from edge "
                                     "lists (.csv, .tsv, .txt, .edges), .npz, .graphml, .gml and "
                                     ".cites");
    }
    if (!files.features.empty() || !files.nodes.empty()) {
        throw InvalidArgument(name + " holds its own features and labels; give " +
                              (files.features.empty() ? files.nodes : files.features).string() +
                              " with an edge list only");
    }
    return ending == ".npz"       ? readNpz(files.graph, notes)
           : ending == ".graphml" ? readGraphml(files.graph, notes)
           : ending == ".gml"     ? readGml(files.graph, notes)
                                  : readLinqs(files.graph, notes);
}

} // namespace

ReadGraph readGraph(const GraphFiles& files)
{
    ReadGraph out;
    out.graph = readByEnding(files, out.notes);
    try {
        requireWhole(out.graph);
    } catch (const InvalidArgument& problem) {
        throw IoError(files.graph.string() + ": " + problem.what());
    }
    int alone = 0;
    for (int node = 0; node < out.graph.structure.nodes(); ++node) {
        alone += out.graph.structure.degree(node) == 0 ? 1 : 0;
    }
    if (alone > 0) {
        out.notes.push_back(std::to_string(alone) + " of " +
                            std::to_string(out.graph.structure.nodes()) +
                            " nodes have no edges; they are kept");
    }
    return out;
}

} // namespace mlab::stimuli
