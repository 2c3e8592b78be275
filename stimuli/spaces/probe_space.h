// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/stimulus.h"
#include "stimuli/numerics/rounding.h"
#include "stimuli/tensors/last_relu.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace at {
class Tensor;
}

namespace mlab::stimuli {

/// Internal to stimuli/. Dampings that the minimum-norm solver may try in a step, and when it
/// computes new gradients.
struct StepPolicy {
    /// The smallest first: it only guards against exact linear dependence.
    std::span<const double> dampings;
    double goodStep;    ///< residual left by a step after which old gradients are good enough
    double stalled;     ///< residual left by a step with fresh gradients that counts as no progress
    int maxPasses;      ///< Jacobians computed
    int passesNear = 0; ///< more of them where less than `nearSd` is left
    /// Residual left by a step above which it goes on along the path so far; infinity: never.
    double goOn = std::numeric_limits<double>::infinity();
    /// Rounding to whole levels that leaves too much is repeated with new gradients: those that
    /// Broyden's updates have made of old ones can be wrong where a space curves much.
    bool roundAgain = false;
    /// Residual left by a step with fresh true gradients after which the model's substitute
    /// gradients are used until they stall; infinity: never.
    double slow = std::numeric_limits<double>::infinity();
    /// Substitute gradients are used from the start, and true ones only up to this residual, SD;
    /// infinity: from the start true ones.
    double nearSd = std::numeric_limits<double>::infinity();
    /// Of substitute gradients, for each SD of the residual, and at most.
    double smoothingPerSd = 0;
    double mostSmoothing = 0;

    bool substituteFirst() const { return nearSd < std::numeric_limits<double>::infinity(); }
    bool hasBothKinds() const
    {
        return substituteFirst() || slow < std::numeric_limits<double>::infinity();
    }
    /// @param residual SD
    GradientRule rule(bool substitute, double residual) const
    {
        return substitute ? GradientRule(LastRelu::identity,
                                         std::min(smoothingPerSd * residual, mostSmoothing))
                          : GradientRule();
    }
};

/// Internal to stimuli/. Which values the probes of a reference may have, in which directions steps
/// can lead, and the whole numbers that are stored. "Values" are what the model takes: [3, side,
/// side] in [0, 1] for images, [samples] in [-1, 1) for sounds.
class ProbeSpace {
public:
    ProbeSpace() = default;
    ProbeSpace(const ProbeSpace&) = delete;
    ProbeSpace& operator=(const ProbeSpace&) = delete;
    virtual ~ProbeSpace() = default;

    /// RMS of a change of level 100 %, see DistortionEngine. 0 of silence.
    virtual double fullLevelRms() const = 0;
    virtual double lowest() const = 0;
    virtual double highest() const = 0;
    /// The nearest allowed values, computed in place.
    virtual at::Tensor admitted(at::Tensor values) const = 0;
    /// Gradients along the directions that are allowed from `values`, in coordinates y in which the
    /// solver looks for the shortest step; stepFrom() converts a step to a change of the values.
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
