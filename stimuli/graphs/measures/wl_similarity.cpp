// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/graphs/measures/wl_similarity.h"

#include "core/base/error.h"
#include "stimuli/graphs/rewiring/colour_refinement.h"

#include <cmath>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace mlab::stimuli {
namespace {

/// Both graphs beside each other, so that equal nodes get equal colours.
GraphStructure together(const GraphStructure& first, const GraphStructure& second)
{
    std::vector<Edge> edges(first.edges().begin(), first.edges().end());
    for (const auto& edge : second.edges()) {
        edges.push_back(
            {.first = edge.first + first.nodes(), .second = edge.second + first.nodes()});
    }
    return {first.nodes() + second.nodes(), std::move(edges)};
}

Features together(const Features& first, const Features& second)
{
    const auto* binary = std::get_if<BinaryFeatures>(&first);
    const auto* other = std::get_if<BinaryFeatures>(&second);
    if (binary != nullptr && other != nullptr) {
        auto out = *binary;
        out.ones.insert(out.ones.end(), other->ones.begin(), other->ones.end());
        for (int row = 0; row < other->rows(); ++row) {
            out.offsets.push_back(out.offsets.back() + other->row(row).size());
        }
        return out;
    }
    auto out = dense(first);
    const auto more = dense(second);
    out.values.insert(out.values.end(), more.values.begin(), more.values.end());
    out.rows += more.rows;
    return out;
}

} // namespace

double wlSimilarity(const Graph& first, const Graph& second, int depth)
{
    if (columnsOf(first.features) != columnsOf(second.features)) {
        throw InvalidArgument("graphs of " + std::to_string(columnsOf(first.features)) + " and " +
                              std::to_string(columnsOf(second.features)) +
                              " features cannot be compared");
    }
    const auto structure = together(first.structure, second.structure);
    auto colours = featureColours(together(first.features, second.features));
    const auto split = static_cast<std::size_t>(first.structure.nodes());
    double both = 0;
    double firstAlone = 0;
    double secondAlone = 0;
    for (int round = 0; round <= depth; ++round) {
        if (round > 0) {
            colours = refinedColours(structure, colours);
        }
        std::vector<std::pair<double, double>> counts(static_cast<std::size_t>(countOf(colours)));
        for (std::size_t node = 0; node < colours.size(); ++node) {
            auto& count = counts[static_cast<std::size_t>(colours[node])];
            (node < split ? count.first : count.second) += 1;
        }
        for (const auto& [inFirst, inSecond] : counts) {
            both += inFirst * inSecond;
            firstAlone += inFirst * inFirst;
            secondAlone += inSecond * inSecond;
        }
    }
    const double scale = std::sqrt(firstAlone * secondAlone);
    return scale > 0 ? both / scale : firstAlone == secondAlone ? 1.0 : 0.0;
}

} // namespace mlab::stimuli
