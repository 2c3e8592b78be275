// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/graphs/graph/features.h"

#include <optional>
#include <vector>

namespace mlab::stimuli {

/// How far one node's features are from those of the reference. A value is absent where it is not
/// defined: where a row is zero.
struct NodeFeatureDeviation {
    std::optional<double> cosine;    ///< -1 to 1; blind to the length of the rows
    std::optional<double> normRatio; ///< |x'| / |x|
    std::optional<double> jaccard;   ///< binary features: ones in both rows / ones in any, 0 to 1
    double hamming = 0;              ///< share of the columns in which the rows differ
    double rowSumDifference = 0;     ///< sum of x' minus sum of x
};

/// How far features are from those of the reference.
struct FeatureDeviation {
    std::vector<NodeFeatureDeviation> nodes;
    std::optional<double> relativeL2; ///< |X' - X| / |X|, Frobenius norms; absent if X is zero
    /// For each column, the difference of the means in SD of the reference. Absent where the column
    /// is constant in the reference.
    std::vector<std::optional<double>> columnShift;
};

/// @throws InvalidArgument if the numbers of rows or columns differ
FeatureDeviation featureDeviation(const Features& reference, const Features& changed);

/// The mean cosine of the nodes that have one; absent if none has.
std::optional<double> meanCosine(const FeatureDeviation& deviation);

} // namespace mlab::stimuli
