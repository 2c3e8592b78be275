// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/graphs/builtin/block_edges.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace mlab::stimuli {

std::vector<Edge> blockEdges(const std::vector<int>& blocks, double within, double between,
                             RandomStream& stream)
{
    std::vector<Edge> edges;
    const double most = std::max(within, between);
    if (most <= 0) {
        return edges;
    }
    // Candidates of the larger probability, of which the rarer kind is thinned. The pairs before a
    // node are first < second; the number of pairs up to the next candidate is geometric.
    const auto nodes = static_cast<std::int64_t>(blocks.size());
    std::int64_t first = -1;
    std::int64_t second = 1;
    while (second < nodes) {
        const double skipped = std::floor(std::log1p(-stream.uniform()) / std::log1p(-most));
        // Far beyond the last pair, and never more than an integer can hold.
        first += 1 + static_cast<std::int64_t>(std::min(skipped, static_cast<double>(nodes) *
                                                                     static_cast<double>(nodes)));
        while (second < nodes && first >= second) {
            first -= second;
            ++second;
        }
        if (second < nodes) {
            const bool same =
                blocks[static_cast<std::size_t>(first)] == blocks[static_cast<std::size_t>(second)];
            if (stream.uniform() * most < (same ? within : between)) {
                edges.push_back(
                    {.first = static_cast<int>(first), .second = static_cast<int>(second)});
            }
        }
    }
    return edges;
}

std::vector<int> balancedBlocks(int nodes, int blocks, RandomStream& stream)
{
    std::vector<int> out(static_cast<std::size_t>(nodes));
    const auto order = stream.permutation(out.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
        out[order[i]] = static_cast<int>(i % static_cast<std::size_t>(blocks));
    }
    return out;
}

} // namespace mlab::stimuli
