// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/graphs/structure_solvers/candidate_edges.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <set>
#include <utility>
#include <vector>

namespace mlab::stimuli {

GraphStructure candidateEdges(const GraphStructure& structure, RandomStream& stream)
{
    constexpr int kAllPairs = 500; // nodes
    constexpr std::size_t kOthers = 4;
    const int nodes = structure.nodes();
    const auto edges = structure.edges();
    const std::size_t pairs =
        static_cast<std::size_t>(nodes) * static_cast<std::size_t>(std::max(nodes - 1, 0)) / 2;
    if (nodes <= kAllPairs || pairs <= (1 + kOthers) * edges.size()) {
        std::vector<Edge> all;
        for (int a = 0; a < nodes; ++a) {
            for (int b = a + 1; b < nodes; ++b) {
                all.push_back({.first = a, .second = b});
            }
        }
        return {nodes, std::move(all)};
    }
    std::set<Edge> chosen(edges.begin(), edges.end());
    const auto draw = [&] {
        return static_cast<int>(stream.below(static_cast<std::uint64_t>(nodes)));
    };
    while (chosen.size() < (1 + kOthers) * edges.size()) {
        const int a = draw();
        const int b = draw();
        if (a != b) {
            chosen.insert(ordered({.first = a, .second = b}));
        }
    }
    return {nodes, {chosen.begin(), chosen.end()}};
}

} // namespace mlab::stimuli
