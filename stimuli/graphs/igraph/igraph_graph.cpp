// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/graphs/igraph/igraph_graph.h"

#include "core/base/error.h"

#include <mutex>

namespace mlab::stimuli {
namespace {

/// igraph as Debian builds it keeps its state (what to free on an error, the handlers) for all
/// threads together.
std::mutex oneCall;
std::string reason; ///< of the first error of the call that runs now

void keepReason(const char* text, const char* /*file*/, int /*line*/, igraph_error_t code)
{
    if (reason.empty()) {
        reason = text != nullptr && *text != 0 ? text : igraph_strerror(code);
    }
    IGRAPH_FINALLY_FREE();
}

void ignoreWarning(const char* /*text*/, const char* /*file*/, int /*line*/) {}

} // namespace

void callIgraph(const std::string& what, const std::function<igraph_error_t()>& call)
{
    const std::lock_guard lock(oneCall);
    igraph_set_error_handler(keepReason);
    igraph_set_warning_handler(ignoreWarning);
    igraph_set_attribute_table(&igraph_cattribute_table);
    reason.clear();
    const auto code = call();
    if (code != IGRAPH_SUCCESS) {
        throw InvalidArgument(what + ": " + (reason.empty() ? igraph_strerror(code) : reason));
    }
}

IgraphGraph::IgraphGraph(const std::string& what,
                         const std::function<igraph_error_t(igraph_t*)>& make)
{
    callIgraph(what, [&] { return make(&graph_); });
}

IgraphGraph::IgraphGraph(const GraphStructure& structure)
    : IgraphGraph("a graph of " + std::to_string(structure.nodes()) + " nodes",
                  [&](igraph_t* graph) {
                      std::vector<igraph_integer_t> ends;
                      ends.reserve(2 * structure.edges().size() + 1); // a view needs an address
                      for (const auto& edge : structure.edges()) {
                          ends.push_back(edge.first);
                          ends.push_back(edge.second);
                      }
                      igraph_vector_int_t view;
                      igraph_vector_int_view(&view, ends.data(),
                                             static_cast<igraph_integer_t>(ends.size()));
                      return igraph_create(graph, &view, structure.nodes(), IGRAPH_UNDIRECTED);
                  })
{
}

int IgraphGraph::nodes() const
{
    const auto count = igraph_vcount(&graph_);
    if (count > kMostNodes) {
        throw InvalidArgument("the graph has " + std::to_string(count) + " nodes; at most " +
                              std::to_string(kMostNodes) + " are accepted");
    }
    return static_cast<int>(count);
}

std::vector<Edge> IgraphGraph::edges() const
{
    nodes(); // so that every node is an int
    std::vector<Edge> out;
    const auto count = igraph_ecount(&graph_);
    out.reserve(static_cast<std::size_t>(count));
    for (igraph_integer_t i = 0; i < count; ++i) {
        out.push_back({.first = static_cast<int>(IGRAPH_FROM(&graph_, i)),
                       .second = static_cast<int>(IGRAPH_TO(&graph_, i))});
    }
    return out;
}

IgraphVector::IgraphVector()
{
    callIgraph("a vector", [&] { return igraph_vector_init(&vector_, 0); });
}

std::vector<double> IgraphVector::values() const
{
    return {vector_.stor_begin, vector_.end};
}

IgraphIndices::IgraphIndices()
{
    callIgraph("a vector", [&] { return igraph_vector_int_init(&vector_, 0); });
}

std::vector<int> IgraphIndices::values() const
{
    std::vector<int> out;
    for (const auto* at = vector_.stor_begin; at != vector_.end; ++at) {
        out.push_back(static_cast<int>(*at));
    }
    return out;
}

IgraphTexts::IgraphTexts()
{
    callIgraph("texts", [&] { return igraph_strvector_init(&vector_, 0); });
}

IgraphTexts::IgraphTexts(const std::vector<std::string>& texts) : IgraphTexts()
{
    for (const auto& text : texts) {
        callIgraph("texts", [&] { return igraph_strvector_push_back(&vector_, text.c_str()); });
    }
}

std::vector<std::string> IgraphTexts::values() const
{
    std::vector<std::string> out;
    const auto size = igraph_strvector_size(&vector_);
    for (igraph_integer_t i = 0; i < size; ++i) {
        out.emplace_back(igraph_strvector_get(&vector_, i));
    }
    return out;
}

} // namespace mlab::stimuli
