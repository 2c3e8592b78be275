// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/graphs/graph/features.h"

#include <vector>

namespace at {
class Tensor;
}

namespace mlab::stimuli {

/// Internal to stimuli/. The features of all nodes, [nodes, columns] float64.
at::Tensor featureTensor(const Features& features);
/// Internal to stimuli/. Those of some nodes, in their order.
at::Tensor featureTensor(const Features& features, const std::vector<int>& nodes);

/// Internal to stimuli/. The same numbers as features. @param x [nodes, columns] float64
DenseFeatures featuresOf(const at::Tensor& x);

} // namespace mlab::stimuli
