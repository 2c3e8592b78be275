// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/stimulus.h"
#include "stimuli/numerics/rounding.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace at {
class Tensor;
}

namespace mlab::stimuli {

/// Internal to stimuli/. Where the probes of a reference may lie, which ways lead there, and the
/// whole numbers they are stored as. "Values" are what the model takes: [3, side, side] in [0, 1]
/// for images, [samples] in [-1, 1) for sounds.
///
/// A sound's probe has its reference's RMS, which all admitted values keep, and changes less and
/// less towards its ends, over the ramps that every sound has, so that it begins and ends without
/// a click.
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

    /// Values in the unit and order of the stored whole numbers, [count] float32 on the host.
    virtual at::Tensor inLevels(const at::Tensor& values) const = 0;
    /// The same for gradients, [retained, count], per level.
    virtual at::Tensor perLevel(const at::Tensor& gradients) const = 0;
    virtual LevelRange levels() const = 0;
    virtual Stimulus stimulus(const std::vector<std::int32_t>& levels) const = 0;
};

/// @param values of the reference, on the model's device
std::unique_ptr<ProbeSpace> probeSpace(const Stimulus& reference, const at::Tensor& values);

} // namespace mlab::stimuli
