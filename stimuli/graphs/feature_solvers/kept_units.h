// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/graphs/feature_solvers/stop_rule.h"
#include "stimuli/graphs/networks/graph_forward.h"
#include "stimuli/graphs/networks/seen_space.h"

#include <ATen/core/Tensor.h>

namespace mlab::stimuli {

/// Internal to stimuli/. A first layer that is linear before its activation: Z of some nodes is
/// z(0) + J c, with J as functions.
class LinearLayer {
public:
    /// @param seen, messages must outlive this
    /// @param like coordinates of the features, for their shape
    /// @param rows [targets] int64: the nodes
    LinearLayer(const SeenSpace& seen, const GraphMessages& messages, const at::Tensor& like,
                const at::Tensor& rows);

    at::Tensor z(const at::Tensor& c) const;
    /// J c
    at::Tensor times(const at::Tensor& c) const;
    /// J^T z
    at::Tensor transposedTimes(const at::Tensor& z) const;
    /// Zeros, shaped as coordinates.
    const at::Tensor& zero() const { return zero_; }

private:
    at::Tensor zOf(const at::Tensor& c) const;

    const NetworkTensors& network_;
    const GraphMessages& messages_;
    at::Tensor rows_;
    at::Tensor zero_;
    at::Tensor atZero_;
};

/// Internal to stimuli/. The active units of such a layer, and which changes of coordinates change
/// their Z: with J_A the rows of J for these units, by the singular value decomposition of J_A if
/// it has at most 2^22 numbers, else by conjugate gradients on products.
class KeptUnits {
public:
    /// @param z of the layer: units above 0 are active
    /// @param layer, rule must outlive this
    KeptUnits(const LinearLayer& layer, const at::Tensor& z, const StopRule& rule);

    double normOf(const at::Tensor& z) const; ///< of the active units
    /// The shortest change of coordinates that changes Z of the active units by this much.
    /// @param size |Z| of what the change is a part or the rounding of: 1e-13 of it is nothing
    at::Tensor shortestChange(const at::Tensor& change, double size) const;

private:
    void decompose();

    const LinearLayer& layer_;
    const StopRule& rule_;
    at::Tensor active_;  ///< 1 or 0, shaped as Z
    at::Tensor places_;  ///< [active] int64: of the active units in Z
    at::Tensor inverse_; ///< [inputs, active], the pseudo-inverse of J_A; undefined: too large
};

} // namespace mlab::stimuli
