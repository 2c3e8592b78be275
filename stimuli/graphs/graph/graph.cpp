// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/graphs/graph/graph.h"

#include "core/base/error.h"

#include <set>
#include <string_view>

namespace mlab::stimuli {
namespace {

void requireRows(std::size_t rows, int nodes, const std::string& what)
{
    if (rows != static_cast<std::size_t>(nodes)) {
        throw InvalidArgument("the graph has " + std::to_string(nodes) + " nodes, but " +
                              std::to_string(rows) + " " + what);
    }
}

/// Tables have one node on each line.
void requireOneLine(std::string_view name)
{
    if (name.find_first_of("\r\n") != std::string_view::npos) {
        throw InvalidArgument("the name \"" + std::string(name) +
                              "\" has a line break; leave it out");
    }
}

} // namespace

Features noFeatures(int nodes)
{
    return DenseFeatures{.rows = nodes, .columns = 0, .values = {}};
}

void requireWhole(const Graph& graph)
{
    const int nodes = graph.structure.nodes();
    requireWhole(graph.features);
    requireRows(static_cast<std::size_t>(rowsOf(graph.features)), nodes, "rows of features");
    if (!graph.labels.empty()) {
        requireRows(graph.labels.size(), nodes, "labels");
    }
    if (!graph.splits.empty()) {
        requireRows(graph.splits.size(), nodes, "nodes in the split");
    }
    if (!graph.nodeNames.empty()) {
        requireRows(graph.nodeNames.size(), nodes, "names of nodes");
    }
    for (const auto label : graph.labels) {
        if (label != kUnknownLabel &&
            (label < 0 || static_cast<std::size_t>(label) >= graph.classNames.size())) {
            throw InvalidArgument("the label " + std::to_string(label) + " is not one of the " +
                                  std::to_string(graph.classNames.size()) + " classes");
        }
    }
    for (const auto& name : graph.classNames) {
        requireOneLine(name);
    }
    std::set<std::string_view> names;
    for (const auto& name : graph.nodeNames) {
        requireOneLine(name);
        if (!names.insert(name).second) {
            throw InvalidArgument("two nodes have the name \"" + name + "\"");
        }
    }
}

} // namespace mlab::stimuli
