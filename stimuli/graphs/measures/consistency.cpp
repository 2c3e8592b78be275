// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/graphs/measures/consistency.h"

#include "core/base/error.h"
#include "stimuli/graphs/measures/feature_deviation.h"
#include "stimuli/graphs/measures/structure_deviation.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <string>

namespace mlab::stimuli {
namespace {

std::vector<int> allNodes(int count)
{
    std::vector<int> out(static_cast<std::size_t>(count));
    std::iota(out.begin(), out.end(), 0);
    return out;
}

void requireNodes(std::span<const int> nodes, std::size_t count)
{
    for (const int node : nodes) {
        if (node < 0 || static_cast<std::size_t>(node) >= count) {
            throw InvalidArgument("node " + std::to_string(node) + " of " + std::to_string(count) +
                                  " nodes");
        }
    }
}

} // namespace

std::vector<double> nodeCosines(const Features& first, const Features& second)
{
    std::vector<double> out;
    for (const auto& node : featureDeviation(first, second).nodes) {
        // Both rows are zero where they do not differ and have no cosine.
        out.push_back(node.cosine.value_or(node.hamming == 0 ? 1 : 0));
    }
    return out;
}

double meanNodeCosine(const Features& first, const Features& second, std::span<const int> nodes)
{
    const auto cosines = nodeCosines(first, second);
    requireNodes(nodes, cosines.size());
    double sum = 0;
    for (const int node : nodes) {
        sum += cosines[static_cast<std::size_t>(node)];
    }
    return nodes.empty() ? 1 : sum / static_cast<double>(nodes.size());
}

double meanNodeCosine(const Features& first, const Features& second)
{
    return meanNodeCosine(first, second, allNodes(rowsOf(first)));
}

InputSimilarity inputSimilarity(const Graph& reference, const Graph& changed)
{
    return {.features = std::max(0.0, meanNodeCosine(reference.features, changed.features)),
            .structure = edgeDeviation(reference.structure, changed.structure).jaccard};
}

double consistency(double match, double input)
{
    return 1 - std::abs(std::max(0.0, match) - input);
}

std::vector<int> predictedClasses(const DenseFeatures& logits)
{
    std::vector<int> out;
    for (int node = 0; node < logits.rows; ++node) {
        const auto row = logits.row(node);
        out.push_back(static_cast<int>(std::ranges::max_element(row) - row.begin()));
    }
    return out;
}

double agreement(std::span<const int> first, std::span<const int> second,
                 std::span<const int> nodes)
{
    if (first.size() != second.size()) {
        throw InvalidArgument("classes of " + std::to_string(first.size()) + " nodes and of " +
                              std::to_string(second.size()) + " cannot be compared");
    }
    requireNodes(nodes, first.size());
    const auto same = std::ranges::count_if(nodes, [&](int node) {
        return first[static_cast<std::size_t>(node)] == second[static_cast<std::size_t>(node)];
    });
    return nodes.empty() ? 1 : static_cast<double>(same) / static_cast<double>(nodes.size());
}

} // namespace mlab::stimuli
