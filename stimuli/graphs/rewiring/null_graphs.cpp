// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/graphs/rewiring/null_graphs.h"

#include "core/base/random_stream.h"
#include "stimuli/graphs/rewiring/edge_swaps.h"

#include <algorithm>
#include <span>

namespace mlab::stimuli {
namespace {

DenseFeatures permuted(const DenseFeatures& features, std::span<const std::size_t> order)
{
    DenseFeatures out{.rows = features.rows, .columns = features.columns, .values = {}};
    out.values.reserve(features.values.size());
    for (const auto from : order) {
        const auto row = features.row(static_cast<int>(from));
        out.values.insert(out.values.end(), row.begin(), row.end());
    }
    return out;
}

BinaryFeatures permuted(const BinaryFeatures& features, std::span<const std::size_t> order)
{
    BinaryFeatures out{.columns = features.columns};
    out.ones.reserve(features.ones.size());
    for (const auto from : order) {
        const auto row = features.row(static_cast<int>(from));
        out.ones.insert(out.ones.end(), row.begin(), row.end());
        out.offsets.push_back(out.ones.size());
    }
    return out;
}

} // namespace

Graph withFeaturesFrom(const Graph& graph, std::span<const std::size_t> from)
{
    Graph out = graph;
    out.features = std::visit(
        [&](const auto& features) { return Features(permuted(features, from)); }, graph.features);
    return out;
}

Graph withPermutedFeatures(const Graph& graph, std::uint64_t seed, std::uint64_t index)
{
    RandomStream stream(seed, "permuted features", index);
    return withFeaturesFrom(graph,
                            stream.permutation(static_cast<std::size_t>(graph.structure.nodes())));
}

Graph withRandomEdges(const Graph& graph, std::uint64_t seed, std::uint64_t index)
{
    constexpr std::int64_t kProposalsPerEdge = 10;
    RandomStream stream(seed, "random edges", index);
    const Colours oneColour(static_cast<std::size_t>(graph.structure.nodes()), 0);
    const auto proposals =
        kProposalsPerEdge * static_cast<std::int64_t>(graph.structure.edges().size());
    Graph out = graph;
    out.structure = swapEdges(graph.structure, oneColour, proposals, proposals, stream).structure;
    return out;
}

} // namespace mlab::stimuli
