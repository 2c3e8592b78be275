// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/graphs/sources/source_graph.h"

#include "core/base/error.h"
#include "core/base/number_text.h"
#include "core/base/random_stream.h"
#include "stimuli/graphs/builtin/bag_of_words.h"
#include "stimuli/graphs/builtin/contextual_sbm.h"
#include "stimuli/graphs/builtin/karate_club.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <string>
#include <utility>
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

int rowsOfZeros(const DenseFeatures& features)
{
    int count = 0;
    for (int node = 0; node < features.rows; ++node) {
        const auto row = features.row(node);
        count += std::ranges::all_of(row, [](double value) { return value == 0; }) ? 1 : 0;
    }
    return count;
}

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

DenseFeatures normalisedFeatures(const Features& features)
{
    if (columnsOf(features) == 0) {
        throw InvalidArgument("the nodes have no features that could be divided by their sum");
    }
    auto out = dense(features);
    for (int node = 0; node < out.rows; ++node) {
        const auto row = out.row(node);
        const double smallest = std::ranges::min(row);
        const double sum = std::accumulate(row.begin(), row.end(), 0.0);
        if (smallest < 0 || !std::isfinite(sum)) {
            throw InvalidArgument("the features of node " + std::to_string(node) +
                                  " cannot be divided by their sum: " +
                                  (smallest < 0 ? "one is " + roundedNumber(smallest) + ", below 0"
                                                : std::string("it is too large")) +
                                  R"(; leave out "normalise_features")");
        }
        if (sum > 0) {
            const auto begin = out.values.begin() + std::ptrdiff_t{node} * out.columns;
            std::transform(begin, begin + out.columns, begin,
                           [&](double value) { return value / sum; });
        }
    }
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
        if (graph.labels.empty()) {
            throw InvalidArgument("the graph has no labels that a split could divide");
        }
        const auto labelled =
            std::ranges::count_if(graph.labels, [](int label) { return label != kUnknownLabel; });
        throw InvalidArgument(
            "the split leaves no labelled node to test with: " + std::to_string(labelled) +
            " nodes have labels, and it takes " + std::to_string(spec.trainPerClass) +
            " of each of " + std::to_string(missing.size()) +
            " classes for training (\"train_per_class\") and " + std::to_string(spec.validation) +
            " for validation (\"validation\"); ask for fewer");
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
    if (source.normaliseFeatures) {
        auto normalised = normalisedFeatures(graph.features);
        if (const int count = rowsOfZeros(normalised); count > 0) {
            read.notes.push_back(
                "the features of " + std::to_string(count) + " of " +
                std::to_string(normalised.rows) +
                " nodes are all 0; they stay 0 when rows are divided by their sum");
        }
        graph.features = std::move(normalised);
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
