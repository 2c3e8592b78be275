// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/graphs/drawing/neighbourhood.h"

#include "core/base/error.h"

#include <cstddef>
#include <string>

namespace mlab::stimuli {

std::vector<int> neighbourhood(const GraphStructure& structure, int start, int count)
{
    if (start < 0 || start >= structure.nodes()) {
        throw InvalidArgument("node " + std::to_string(start) + " of a graph with " +
                              std::to_string(structure.nodes()) + " nodes");
    }
    std::vector<bool> seen(static_cast<std::size_t>(structure.nodes()));
    std::vector<int> out = {start};
    seen[static_cast<std::size_t>(start)] = true;
    for (std::size_t i = 0; i < out.size(); ++i) {
        for (const auto next : structure.neighbours(out[i])) {
            if (out.size() >= static_cast<std::size_t>(count)) {
                return out;
            }
            if (!seen[static_cast<std::size_t>(next)]) {
                seen[static_cast<std::size_t>(next)] = true;
                out.push_back(next);
            }
        }
    }
    return out;
}

GraphStructure partOf(const GraphStructure& structure, const std::vector<int>& part)
{
    std::vector<int> numbers(static_cast<std::size_t>(structure.nodes()), -1);
    for (std::size_t i = 0; i < part.size(); ++i) {
        numbers.at(static_cast<std::size_t>(part[i])) = static_cast<int>(i);
    }
    std::vector<Edge> edges;
    for (std::size_t i = 0; i < part.size(); ++i) {
        for (const auto other : structure.neighbours(part[i])) {
            const int number = numbers[static_cast<std::size_t>(other)];
            if (number > static_cast<int>(i)) {
                edges.push_back({.first = static_cast<int>(i), .second = number});
            }
        }
    }
    return {static_cast<int>(part.size()), std::move(edges)};
}

} // namespace mlab::stimuli
