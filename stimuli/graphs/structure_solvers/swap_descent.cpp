// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/graphs/structure_solvers/swap_descent.h"

#include "stimuli/graphs/rewiring/edge_swaps.h"

#include <cstddef>
#include <limits>
#include <optional>
#include <span>
#include <utility>

namespace mlab::stimuli {
namespace {

Edge randomEdge(const GraphStructure& structure, RandomStream& stream)
{
    const auto edge =
        structure.edges()[static_cast<std::size_t>(stream.below(structure.edges().size()))];
    return stream.below(2) == 1 ? Edge{.first = edge.second, .second = edge.first} : edge;
}

double squaredDistance(std::span<const double> a, std::span<const double> b)
{
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        sum += (a[i] - b[i]) * (a[i] - b[i]);
    }
    return sum;
}

std::optional<EdgeSwap> proposal(const GraphStructure& structure, const DenseFeatures& messages,
                                 RandomStream& stream)
{
    constexpr int kOthers = 32;
    const auto [a, b] = randomEdge(structure, stream);
    std::optional<EdgeSwap> out;
    double nearest = std::numeric_limits<double>::infinity();
    for (int i = 0; i < kOthers; ++i) {
        const auto [c, d] = randomEdge(structure, stream);
        if (a == c || a == d || b == c || b == d || structure.connected(a, d) ||
            structure.connected(c, b)) {
            continue;
        }
        const double distance = squaredDistance(messages.row(b), messages.row(d));
        if (distance < nearest) {
            nearest = distance;
            out = EdgeSwap{.a = a, .b = b, .c = c, .d = d};
        }
    }
    return out;
}

} // namespace

GraphStructure descendBySwaps(GraphStructure structure, const MessagesOf& messagesOf,
                              const StructureLossOf& lossOf, RandomStream& stream, StopRule& rule)
{
    constexpr int kProposals = 20;
    double loss = lossOf(structure);
    auto messages = messagesOf(structure);
    while (rule.goesOn(loss)) {
        for (int i = 0; i < kProposals; ++i) {
            rule.poll();
            const auto swap = proposal(structure, messages, stream);
            if (!swap) {
                continue;
            }
            auto next = swapped(structure, *swap);
            if (const double nextLoss = lossOf(next); nextLoss < loss) {
                loss = nextLoss;
                structure = std::move(next);
                messages = messagesOf(structure);
                break;
            }
        }
    }
    return structure;
}

} // namespace mlab::stimuli
