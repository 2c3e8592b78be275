// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/sound.h"

#include <cstdint>

namespace at {
class Tensor;
}

/// Internal to stimuli/. How a waveform at the rate that is played becomes one at a model's rate:
/// exactly, by its spectrum, and differentiably.
namespace mlab::stimuli {

/// Zeros are appended to a sound up to the shortest time in which there are whole numbers of
/// samples at both rates, and of a model's frames.
struct RateChange {
    std::int64_t samples = 0; ///< as played
    std::int64_t padded = 0;  ///< with the zeros
    std::int64_t model = 0;   ///< in the same time at the model's rate

    /// @param frameRateHz divides modelRateHz
    static RateChange between(const SoundFormat& played, int modelRateHz, int frameRateHz);
};

/// The half spectrum [N, model / 2 + 1] of waveforms [N, samples] at the model's rate: what is
/// above either rate's Nyquist frequency is cut off. Equal rates: that of the waveform itself.
at::Tensor spectrumAtModelRate(const at::Tensor& waveforms, const RateChange& change);

/// Waveforms [N, model] at the model's rate; equal rates: the waveform itself.
at::Tensor waveformAtModelRate(const at::Tensor& waveforms, const RateChange& change);

} // namespace mlab::stimuli
