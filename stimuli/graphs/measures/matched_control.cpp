// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/graphs/measures/matched_control.h"

#include "core/base/random_stream.h"
#include "stimuli/graphs/measures/structure_deviation.h"
#include "stimuli/graphs/rewiring/edge_swaps.h"
#include "stimuli/graphs/rewiring/null_graphs.h"

#include <cmath>
#include <cstddef>
#include <numeric>
#include <vector>

namespace mlab::stimuli {
namespace {

/// What rounding leaves of a similarity of 1.
constexpr double kRounding = 1e-12;

/// Node order[i] gets the row of order[i + 1], of the first `moved` of them, and the last that of
/// the first.
std::vector<std::size_t> circleOf(const std::vector<std::size_t>& order, std::size_t moved)
{
    std::vector<std::size_t> from(order.size());
    std::iota(from.begin(), from.end(), std::size_t{0});
    for (std::size_t i = 0; i < moved; ++i) {
        from[order[i]] = order[(i + 1) % moved];
    }
    return from;
}

/// As many nodes as bring the mean cosine nearest to `target`. All circles begin with the same
/// nodes, so the cosines of neighbours in the circle of all nodes are those of every circle but
/// for its end.
Graph withExchangedFeatures(const Graph& reference, double target, std::uint64_t seed)
{
    const auto nodes = static_cast<std::size_t>(reference.structure.nodes());
    RandomStream stream(seed, "matched control");
    const auto order = stream.permutation(nodes);
    const auto shifted = withFeaturesFrom(reference, circleOf(order, nodes));
    const auto cosines = nodeCosines(reference.features, shifted.features);
    const auto count = static_cast<double>(nodes);
    double sum = count;
    std::size_t best = 0;
    double distance = std::abs(1 - target);
    for (std::size_t moved = 1; moved <= nodes; ++moved) {
        sum += cosines[order[moved - 1]] - 1;
        const double off = std::abs(sum / count - target);
        if (off < distance) {
            distance = off;
            best = moved;
        }
    }
    return withFeaturesFrom(reference, circleOf(order, best));
}

GraphStructure withSwaps(const GraphStructure& structure, double target, std::uint64_t seed)
{
    // The edges that differ if all are other ones after so many swaps, and more than enough.
    constexpr std::int64_t kProposalsPerEdge = 10;
    const auto most = static_cast<std::int64_t>(structure.edges().size());
    const Colours oneColour(static_cast<std::size_t>(structure.nodes()), 0);
    const auto after = [&](std::int64_t swaps) {
        RandomStream stream(seed, "matched control of edges"); // the same walk each time
        return swapEdges(structure, oneColour, swaps, kProposalsPerEdge * most, stream).structure;
    };
    std::int64_t few = 0;
    std::int64_t many = most;
    while (many - few > 1) {
        const auto middle = few + (many - few) / 2;
        const bool alike = edgeDeviation(structure, after(middle)).jaccard >= target;
        (alike ? few : many) = middle;
    }
    const auto offOf = [&](std::int64_t swaps) {
        return std::abs(edgeDeviation(structure, after(swaps)).jaccard - target);
    };
    return after(offOf(few) <= offOf(many) ? few : many);
}

} // namespace

Graph matchedControl(const Graph& reference, const InputSimilarity& like, std::uint64_t seed)
{
    Graph out = reference;
    if (like.features < 1 - kRounding) {
        out = withExchangedFeatures(reference, like.features, seed);
    }
    if (like.structure < 1 - kRounding) {
        out.structure = withSwaps(reference.structure, like.structure, seed);
    }
    return out;
}

} // namespace mlab::stimuli
