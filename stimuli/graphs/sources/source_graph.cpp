// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/graphs/sources/source_graph.h"

#include "core/base/error.h"
#include "core/base/random_stream.h"
#include "stimuli/graphs/builtin/bag_of_words.h"
#include "stimuli/graphs/builtin/contextual_sbm.h"
#include "stimuli/graphs/builtin/karate_club.h"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <string>
#include <variant>

namespace mlab::stimuli {
namespace {

struct MakeGraph {
    ReadGraph operator()(const KarateClub& /*club*/) const { return {.graph = karateClub()}; }
    ReadGraph operator()(const ContextualSbm& model) const
    {
        return {.graph = contextualSbm(model)};
    }
    ReadGraph operator()(const BagOfWords& model) const { return {.graph = bagOfWords(model)}; }
    ReadGraph operator()(const GraphFiles& files) const { return readGraph(files); }
};

} // namespace

BinaryFeatures identityFeatures(int nodes)
{
    BinaryFeatures out{.columns = nodes};
    out.ones.resize(static_cast<std::size_t>(nodes));
    std::iota(out.ones.begin(), out.ones.end(), 0);
    out.offsets.resize(out.ones.size() + 1);
    std::iota(out.offsets.begin(), out.offsets.end(), std::size_t{0});
    return out;
}

std::vector<Split> splitNodes(const Graph& graph, const GraphSplitSpec& spec)
{
    RandomStream stream(spec.seed, "graph split");
    std::vector<int> missing(graph.classNames.size(), spec.trainPerClass);
    int toValidate = spec.validation;
    std::vector<Split> out(graph.labels.size(), Split::none);
    for (const auto node : stream.permutation(graph.labels.size())) {
        const int label = graph.labels[node];
        if (label == kUnknownLabel) {
            continue;
        }
        if (auto& wanted = missing[static_cast<std::size_t>(label)]; wanted > 0) {
            --wanted;
            out[node] = Split::training;
        } else if (toValidate > 0) {
            --toValidate;
            out[node] = Split::validation;
        } else {
            out[node] = Split::test;
        }
    }
    for (std::size_t label = 0; label < missing.size(); ++label) {
        if (missing[label] > 0) {
            throw InvalidArgument("the split asks for " + std::to_string(spec.trainPerClass) +
                                  " training nodes of each class, but class \"" +
                                  graph.classNames[label] + "\" has " +
                                  std::to_string(spec.trainPerClass - missing[label]));
        }
    }
    if (std::ranges::find(out, Split::test) == out.end()) {
        throw InvalidArgument(graph.labels.empty()
                                  ? "the graph has no labels that a split could divide"
                                  : "the split leaves no labelled node to test with");
    }
    return out;
}

ReadGraph sourceGraph(const GraphSource& source)
{
    auto read = std::visit(MakeGraph{}, source.from);
    auto& graph = read.graph;
    if (source.identityFeatures) {
        if (columnsOf(graph.features) > 0) {
            throw InvalidArgument("the graph has " + std::to_string(columnsOf(graph.features)) +
                                  " features; identity features are for a graph without any");
        }
        graph.features = identityFeatures(graph.structure.nodes());
    }
    if (source.split) {
        if (!graph.splits.empty()) {
            throw InvalidArgument("the graph has a split of its own; leave out \"split\"");
        }
        graph.splits = splitNodes(graph, *source.split);
    }
    return read;
}

} // namespace mlab::stimuli
