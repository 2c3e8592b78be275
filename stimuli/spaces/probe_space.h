// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/stimulus.h"
#include "stimuli/numerics/rounding.h"
#include "stimuli/tensors/last_relu.h"

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace at {
class Tensor;
}

namespace mlab::stimuli {

/// Internal to stimuli/. What the steps of the minimum-norm solver may be tried with, and when
/// gradients are computed afresh.
struct StepPolicy {
    /// Least first: only against exact dependence.
    std::span<const double> dampings;
    double goodStep; ///< residual left by a step after which old gradients will do
    int maxPasses;   ///< Jacobians computed
    /// The largest residual, SD, from which on gradients are the true ones. Farther off they are
    /// those with the compression's slope clipped (LastRelu::identity): the true ones point to what
    /// is nearly silent, where the first small change already makes them wrong.
    double nearSd;

    bool hasBothKinds() const { return nearSd < std::numeric_limits<double>::infinity(); }
    LastRelu kindAt(double residual) const
    {
        return residual <= nearSd ? LastRelu::plain : LastRelu::identity;
    }
};

/// Internal to stimuli/. Where the probes of a reference may lie, which ways lead there, and the
/// whole numbers they are stored as. "Values" are what the model takes: [3, side, side] in [0, 1]
/// for images, [samples] in [-1, 1) for sounds.
class ProbeSpace {
public:
    ProbeSpace() = default;
    ProbeSpace(const ProbeSpace&) = delete;
    ProbeSpace& operator=(const ProbeSpace&) = delete;
    virtual ~ProbeSpace() = default;

    virtual double lowest() const = 0;
    virtual double highest() const = 0;
    /// The nearest values that are allowed, in the memory of those given.
    virtual at::Tensor admitted(at::Tensor values) const = 0;
    /// Gradients along the ways that are open from `values`, in coordinates y in which the shortest
    /// step is sought; stepFrom() gives the change of the values.
    /// @param gradients [retained, count], @param values [count]
    virtual at::Tensor openGradients(const at::Tensor& gradients,
                                     const at::Tensor& values) const = 0;
    virtual at::Tensor stepFrom(at::Tensor step) const = 0;
    virtual const StepPolicy& steps() const = 0;
    /// The step size of the `adam` solver.
    /// @param gradient of the coordinate to be moved, at the reference
    /// @param signedLevel of the move, SD
    virtual double adamRate(const at::Tensor& gradient, double signedLevel) const = 0;

    /// Values in the unit and order of the stored whole numbers, [count] float32 on the host.
    virtual at::Tensor inLevels(const at::Tensor& values) const = 0;
    /// The same for gradients, [retained, count], per level.
    virtual at::Tensor perLevel(const at::Tensor& gradients) const = 0;
    virtual LevelRange levels() const = 0;
    virtual Stimulus stimulus(const std::vector<std::int32_t>& levels) const = 0;
};

} // namespace mlab::stimuli
