// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/graphs/graph/graph.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mlab::stimuli {

/// One number of how far a graph is from its reference.
struct DeviationMeasure {
    std::string measure;         ///< "cosine", "edge_jaccard"
    std::string statistic;       ///< over nodes or columns: mean, q05, median, q95; else "value"
    std::optional<double> value; ///< absent where it is not defined
    std::optional<double> reference; ///< of statistics of one graph: that of the reference
};

/// Cosine, norm ratio, Jaccard index (binary features), Hamming distance and difference of row
/// sums over nodes; relative L2; shift of the columns' means in SD of the reference over columns.
/// In the same order for the same kind of features; empty without features.
/// @throws as featureDeviation()
std::vector<DeviationMeasure> featureMeasures(const Graph& reference, const Graph& changed);

/// All of StructureDeviation. In the same order for each graph.
/// @throws as structureDeviation()
std::vector<DeviationMeasure> structureMeasures(const Graph& reference, const Graph& changed);

/// Where a number lies for graphs that are no metamers.
struct NullSummary {
    double mean = 0;
    std::array<double, 2> interval{}; ///< 2.5 % and 97.5 % quantiles
};

/// @param values of the null; absent unless all of them are there
std::optional<NullSummary> nullSummary(const std::vector<std::optional<double>>& values);

/// How nulls are drawn.
struct NullSettings {
    int count = 40;
    std::uint64_t seed = 1;
    unsigned threads = 1; ///< > 0; without effect on the result
};

/// featureMeasures() of the reference with its rows of features permuted (withPermutedFeatures()),
/// a summary for each.
std::vector<std::optional<NullSummary>> featureNull(const Graph& reference,
                                                    const NullSettings& settings);
/// structureMeasures() of the reference with other edges and the same degrees (withRandomEdges()),
/// a summary for each.
std::vector<std::optional<NullSummary>> structureNull(const Graph& reference,
                                                      const NullSettings& settings);

} // namespace mlab::stimuli
