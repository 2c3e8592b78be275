// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/graphs/files/edge_list.h"

#include "core/base/error.h"
#include "stimuli/graphs/files/delimited_rows.h"

#include <algorithm>
#include <cstdint>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace mlab::stimuli {
namespace {

struct ListedEdge {
    std::string source;
    std::string target;
    int line;
};

std::vector<ListedEdge> listedEdges(DelimitedRows& rows)
{
    std::vector<ListedEdge> out;
    bool first = true;
    while (rows.next()) {
        const auto& fields = rows.fields();
        if (std::exchange(first, false) && fields.front() == "source") {
            continue;
        }
        if (fields.size() < 2 || fields.size() > 3) {
            rows.fail("an edge has two nodes and perhaps a weight, but there are " +
                      std::to_string(fields.size()) + " fields");
        }
        if (fields.size() == 3 && numberIn(rows, fields[2]) != 1) {
            rows.fail("the weight " + std::string(fields[2]) +
                      " is not 1; networks here have edges without weights");
        }
        out.push_back({.source = std::string(fields[0]),
                       .target = std::string(fields[1]),
                       .line = rows.line()});
    }
    return out;
}

bool isNumbered(const ListedEdge& edge)
{
    return nodeNumber(edge.source) && nodeNumber(edge.target);
}

/// A heading with other words would be an edge between two nodes with these names.
void requireNoHeading(const DelimitedRows& rows, const std::vector<ListedEdge>& edges)
{
    if (edges.size() > 1 && !isNumbered(edges.front()) &&
        std::all_of(edges.begin() + 1, edges.end(), isNumbered)) {
        rows.failAt(edges.front().line, "\"" + edges.front().source + "\" and \"" +
                                            edges.front().target +
                                            "\" are not numbers, and all other nodes are; the "
                                            "heading of an edge list is source,target");
    }
}

NodeIds idsIn(const std::vector<ListedEdge>& edges)
{
    int largest = -1;
    bool numbers = true;
    std::vector<std::string> names;
    std::unordered_set<std::string> seen;
    for (const auto& edge : edges) {
        for (const auto& id : {edge.source, edge.target}) {
            const auto number = nodeNumber(id);
            numbers = numbers && number.has_value();
            largest = std::max(largest, number.value_or(0));
            if (seen.insert(id).second) {
                names.push_back(id);
            }
        }
    }
    return numbers ? NodeIds(largest + 1) : NodeIds(std::move(names));
}

/// Where an edge was listed, from its smaller to its larger node and the other way.
struct Places {
    int ascending = 0;
    int descending = 0;
};

int nodeIn(const DelimitedRows& rows, const NodeIds& ids, const std::string& id, int line)
{
    const auto node = ids.find(id);
    if (!node) {
        rows.failAt(line, ids.absence(id));
    }
    return *node;
}

[[noreturn]] void failTwice(const DelimitedRows& rows, const ListedEdge& edge, int earlier)
{
    rows.failAt(edge.line, "the edge " + edge.source + " - " + edge.target +
                               " is already in line " + std::to_string(earlier));
}

} // namespace

EdgeList readEdgeList(const std::filesystem::path& file, const std::optional<NodeIds>& ids)
{
    DelimitedRows rows(file);
    const auto listed = listedEdges(rows);
    if (!ids) {
        requireNoHeading(rows, listed);
    }
    EdgeList out;
    out.ids = ids ? *ids : idsIn(listed);
    std::vector<Edge> edges;
    std::unordered_map<std::int64_t, Places> seen;
    for (const auto& one : listed) {
        const auto& [source, target, line] = one;
        const Edge edge{.first = nodeIn(rows, out.ids, source, line),
                        .second = nodeIn(rows, out.ids, target, line)};
        if (edge.first == edge.second) {
            rows.failAt(line, "the edge leads from node \"" + source +
                                  "\" to itself; leave it out: networks that need loops add them");
        }
        const auto sorted = ordered(edge);
        auto& places =
            seen[std::int64_t{sorted.first} * out.ids.count() + std::int64_t{sorted.second}];
        auto& place = edge == sorted ? places.ascending : places.descending;
        if (place != 0) {
            failTwice(rows, one, place);
        }
        place = line;
        if (places.ascending != 0 && places.descending != 0) {
            ++out.bothDirections;
        } else {
            edges.push_back(edge);
        }
    }
    out.structure = GraphStructure(out.ids.count(), std::move(edges));
    return out;
}

UndirectedEdges withoutDirections(std::vector<Edge> directed)
{
    std::ranges::sort(directed);
    if (const auto twice = std::ranges::adjacent_find(directed); twice != directed.end()) {
        throw InvalidArgument("the edge " + std::to_string(twice->first) + " - " +
                              std::to_string(twice->second) +
                              " is there twice (nodes count from 0); leave one out");
    }
    UndirectedEdges out;
    for (const auto& edge : directed) {
        if (edge.first == edge.second) {
            ++out.loops;
        } else {
            out.undirected.push_back(ordered(edge));
        }
    }
    std::ranges::sort(out.undirected);
    // Not std::ranges::unique: clang 14 cannot compile it with gcc 12's library.
    out.undirected.erase(std::unique(out.undirected.begin(), out.undirected.end()),
                         out.undirected.end());
    return out;
}

} // namespace mlab::stimuli
