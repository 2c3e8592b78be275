// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/graphs/graph/graph.h"
#include "stimuli/graphs/measures/structure_statistics.h"

#include <cstdint>
#include <optional>

namespace mlab::stimuli {

/// Edges of two graphs on the same nodes.
struct EdgeDeviation {
    double jaccard = 1;            ///< |E and E'| / |E or E'|, 0 to 1; 1 without edges
    std::int64_t editDistance = 0; ///< edges in one of the two graphs only
};

/// @throws InvalidArgument if the graphs have different numbers of nodes
EdgeDeviation edgeDeviation(const GraphStructure& reference, const GraphStructure& changed);

/// How far the edges of a graph are from those of its reference, node by node.
struct StructureDeviation {
    EdgeDeviation edges;
    double degreeKs = 0;          ///< Kolmogorov-Smirnov distance of the degrees, 0 to 1
    double degreeWasserstein = 0; ///< Wasserstein-1 distance of the degrees
    double spectrumL2 = 0;   ///< of the smallest eigenvalues of the normalised Laplacian, sorted
    double wlSimilarity = 1; ///< depth 3, of the edges alone: all nodes begin with one colour
    /// The same, colours begin as the features. Absent unless both graphs have binary features:
    /// rows of real numbers are all different, and then no two nodes have one colour.
    std::optional<double> wlFeatureSimilarity;
    StructureStatistics reference;
    StructureStatistics changed;
    std::optional<double> referenceHomophily; ///< with the labels of the reference, as the next one
    std::optional<double> changedHomophily;
};

/// @param eigenvalues how many of the smallest are compared
/// @throws InvalidArgument if the graphs have different numbers of nodes or of features;
///         NumericError as laplacianSpectrum()
StructureDeviation structureDeviation(const Graph& reference, const Graph& changed,
                                      int eigenvalues = 100);

} // namespace mlab::stimuli
