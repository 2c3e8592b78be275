// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/graphs/networks/graph_forward.h"

#include <ATen/core/Tensor.h>

#include <functional>
#include <utility>

namespace mlab::stimuli {

/// Internal to stimuli/. What of a layer is matched: the logits Z of the last one, H of others.
/// @param values from layerValues()
at::Tensor matchedValues(const NetworkTensors& network, int layer,
                         const std::pair<at::Tensor, at::Tensor>& values);

/// How far activations are from those of the reference.
struct ActivationGap {
    at::Tensor residual; ///< its squared norm is the objective of solvers: at least the loss, and 0
                         ///< exactly where that is 0
    at::Tensor loss;     ///< ||h' - h||^2 / ||h||^2, a number

    at::Tensor objective() const;
};

/// Internal to stimuli/. The activations that a metamer must have.
///
/// The loss has no slope where a ReLU is silent in the candidate but not in the reference. The
/// residual has: of a unit that is active in the reference, it compares Z instead of max(0, Z).
class ActivationTarget {
public:
    /// @param values of the reference at the layer, from layerValues()
    /// @param rows [targets] int64: the targeted nodes among those of the values
    /// @throws NumericError if their activations are all 0
    ActivationTarget(const NetworkTensors& network, int layer,
                     const std::pair<at::Tensor, at::Tensor>& values, at::Tensor rows);

    /// @param values of the candidate, for the same nodes
    ActivationGap gap(const std::pair<at::Tensor, at::Tensor>& values) const;
    /// The same for values of some nodes only, of which the targeted ones come first.
    ActivationTarget onFirstRows() const;

private:
    const NetworkTensors& network_;
    int layer_;
    at::Tensor rows_;
    at::Tensor wanted_; ///< [targets, units]
    double norm_ = 0;   ///< of these
};

/// Internal to stimuli/. The gap of what a solver varies.
using GapOf = std::function<ActivationGap(const at::Tensor& x)>;

} // namespace mlab::stimuli
