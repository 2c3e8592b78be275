// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/graphs/rewiring/colour_refinement.h"

#include <algorithm>
#include <map>
#include <utility>

namespace mlab::stimuli {
namespace {

/// Numbers the values of all nodes in the order in which they first occur.
template <typename Value, typename ValueOf> Colours numbered(int nodes, const ValueOf& valueOf)
{
    std::map<Value, int> numbers;
    Colours out;
    out.reserve(static_cast<std::size_t>(nodes));
    for (int node = 0; node < nodes; ++node) {
        const auto next = static_cast<int>(numbers.size());
        out.push_back(numbers.try_emplace(valueOf(node), next).first->second);
    }
    return out;
}

template <typename Number> std::vector<Number> copied(std::span<const Number> row)
{
    return {row.begin(), row.end()};
}

} // namespace

Colours featureColours(const Features& features)
{
    const int nodes = rowsOf(features);
    if (const auto* binary = std::get_if<BinaryFeatures>(&features)) {
        return numbered<std::vector<int>>(nodes,
                                          [&](int node) { return copied(binary->row(node)); });
    }
    const auto& real = std::get<DenseFeatures>(features);
    return numbered<std::vector<double>>(nodes, [&](int node) { return copied(real.row(node)); });
}

Colours refinedColours(const GraphStructure& structure, const Colours& colours)
{
    return numbered<std::vector<int>>(structure.nodes(), [&](int node) {
        std::vector<int> seen;
        for (const auto neighbour : structure.neighbours(node)) {
            seen.push_back(colours[static_cast<std::size_t>(neighbour)]);
        }
        std::ranges::sort(seen);
        seen.push_back(colours[static_cast<std::size_t>(node)]);
        return seen;
    });
}

Colours stableColours(const GraphStructure& structure, Colours colours)
{
    while (true) {
        auto refined = refinedColours(structure, colours);
        if (countOf(refined) == countOf(colours)) {
            return refined;
        }
        colours = std::move(refined);
    }
}

int countOf(const Colours& colours)
{
    return colours.empty() ? 0 : *std::ranges::max_element(colours) + 1;
}

} // namespace mlab::stimuli
