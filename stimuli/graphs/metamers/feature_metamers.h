// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/graphs/metamers/metamer_task.h"

namespace mlab::stimuli {

// Each on given edges: those of the reference, or others that its metamer has.

/// Internal to stimuli/. Real features from the published start; of the nodes on which the targeted
/// ones do not depend, the start is kept.
/// @param solver adam, lbfgs or gaussNewton
GraphMetamer realFeatureMetamer(const MetamerTask& task, const GraphStructure& structure,
                                GraphSolver solver);

/// Internal to stimuli/. Binary features with the number of ones kept: the straight-through
/// estimator for half of the steps, then pairs of bits.
GraphMetamer binaryFeatureMetamer(const MetamerTask& task, const GraphStructure& structure);

/// Internal to stimuli/. A walk from the reference among the exact metamers of its first layer, or
/// the statement that there is none.
GraphMetamer walkedFeatureMetamer(const MetamerTask& task);

} // namespace mlab::stimuli
