// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/graphs/measures/structure_deviation.h"

#include "core/base/error.h"
#include "stimuli/graphs/measures/laplacian_spectrum.h"
#include "stimuli/graphs/measures/wl_similarity.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

namespace mlab::stimuli {
namespace {

std::vector<int> sortedDegrees(const GraphStructure& structure)
{
    std::vector<int> out;
    out.reserve(static_cast<std::size_t>(structure.nodes()));
    for (int node = 0; node < structure.nodes(); ++node) {
        out.push_back(structure.degree(node));
    }
    std::ranges::sort(out);
    return out;
}

/// Of two samples of equal size, both sorted.
double kolmogorovSmirnov(const std::vector<int>& first, const std::vector<int>& second)
{
    double largest = 0;
    for (const auto& sample : {first, second}) {
        for (const auto value : sample) {
            const auto below = [&](const std::vector<int>& all) {
                return static_cast<double>(std::ranges::upper_bound(all, value) - all.begin());
            };
            largest = std::max(largest, std::abs(below(first) - below(second)));
        }
    }
    return first.empty() ? 0 : largest / static_cast<double>(first.size());
}

/// Of two samples of equal size, both sorted.
double wasserstein(const std::vector<int>& first, const std::vector<int>& second)
{
    double sum = 0;
    for (std::size_t i = 0; i < first.size(); ++i) {
        sum += std::abs(first[i] - second[i]);
    }
    return first.empty() ? 0 : sum / static_cast<double>(first.size());
}

double distance(const std::vector<double>& first, const std::vector<double>& second)
{
    double sum = 0;
    for (std::size_t i = 0; i < first.size(); ++i) {
        sum += (first[i] - second[i]) * (first[i] - second[i]);
    }
    return std::sqrt(sum);
}

Graph withoutFeatures(const GraphStructure& structure)
{
    return {.structure = structure, .features = noFeatures(structure.nodes())};
}

bool hasOnes(const Graph& graph)
{
    return columnsOf(graph.features) > 0 && std::holds_alternative<BinaryFeatures>(graph.features);
}

} // namespace

EdgeDeviation edgeDeviation(const GraphStructure& reference, const GraphStructure& changed)
{
    if (reference.nodes() != changed.nodes()) {
        throw InvalidArgument("a graph of " + std::to_string(changed.nodes()) +
                              " nodes cannot be compared with its reference of " +
                              std::to_string(reference.nodes()));
    }
    EdgeDeviation out;
    std::vector<Edge> common;
    std::ranges::set_intersection(reference.edges(), changed.edges(), std::back_inserter(common));
    const auto all = reference.edges().size() + changed.edges().size() - common.size();
    if (all > 0) {
        out.jaccard = static_cast<double>(common.size()) / static_cast<double>(all);
    }
    out.editDistance = static_cast<std::int64_t>(all - common.size());
    return out;
}

StructureDeviation structureDeviation(const Graph& reference, const Graph& changed, int eigenvalues)
{
    const auto& before = reference.structure;
    const auto& after = changed.structure;
    StructureDeviation out;
    out.edges = edgeDeviation(before, after);
    const auto degrees = std::pair(sortedDegrees(before), sortedDegrees(after));
    out.degreeKs = kolmogorovSmirnov(degrees.first, degrees.second);
    out.degreeWasserstein = wasserstein(degrees.first, degrees.second);
    out.spectrumL2 = distance(laplacianSpectrum(before, Laplacian::normalised, eigenvalues),
                              laplacianSpectrum(after, Laplacian::normalised, eigenvalues));
    out.wlSimilarity = wlSimilarity(withoutFeatures(before), withoutFeatures(after));
    if (hasOnes(reference) && hasOnes(changed)) {
        out.wlFeatureSimilarity = wlSimilarity(reference, changed);
    }

    out.reference = structureStatistics(before);
    out.changed = structureStatistics(after);
    Graph relabelled;
    relabelled.structure = after;
    relabelled.labels = reference.labels;
    out.referenceHomophily = edgeHomophily(reference);
    out.changedHomophily = edgeHomophily(relabelled);
    return out;
}

} // namespace mlab::stimuli
