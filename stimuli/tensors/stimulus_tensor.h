// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/stimulus.h"

namespace at {
class Tensor;
}

namespace mlab::stimuli {

/// [3, height, width] float32 in [0, 1].
at::Tensor toTensor(const RgbImage& image);
/// [samples] float32 in [-1, 1).
at::Tensor toTensor(const Sound& sound);
at::Tensor toTensor(const Stimulus& stimulus);
/// An empty stimulus of the format (grey or silence) as a batch of one: [1, ...].
at::Tensor blankStimulus(const StimulusFormat& format);

} // namespace mlab::stimuli
