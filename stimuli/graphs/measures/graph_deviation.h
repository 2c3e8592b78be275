// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/graphs/graph/graph.h"
#include "stimuli/graphs/measures/structure_deviation.h"

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
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
/// @throws as StructureComparison::with()
std::vector<DeviationMeasure> structureMeasures(const StructureComparison& reference,
                                                const Graph& changed);

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
    unsigned threads = 1; ///< > 0; without effect on the result
    std::stop_token stop = {};
};

/// Makes the null graph with this number, from 0. Called on several threads.
using DrawNull = std::function<Graph(std::uint64_t index)>;

/// A summary of each of the featureMeasures() of null graphs.
/// @throws as featureMeasures(); Cancelled when the stop is requested
std::vector<std::optional<NullSummary>> featureNull(const Graph& reference, const DrawNull& draw,
                                                    const NullSettings& settings);
/// A summary of each of the structureMeasures() of null graphs.
/// @throws as structureMeasures(); Cancelled when the stop is requested
std::vector<std::optional<NullSummary>> structureNull(const StructureComparison& reference,
                                                      const DrawNull& draw,
                                                      const NullSettings& settings);

} // namespace mlab::stimuli
