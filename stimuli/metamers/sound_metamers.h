// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/sound.h"
#include "stimuli/metamers/metamer_solvers.h"

#include <memory>
#include <vector>

namespace at {
class Tensor;
}

namespace mlab::stimuli {

/// Internal to stimuli/. What the synthesis of a sound's metamer does besides matching activations.
///
/// The metamer begins and ends with the ramps of every sound and has its reference's RMS. What a
/// model cannot hear, above half of its own rate, keeps the noise it began with, as strong as the
/// reference is there. [N, samples] float32 in [-1, 1].
class SoundMetamers {
public:
    /// @param modelRateHz of the waveform inside the model
    /// @param like on whose device the sounds are
    SoundMetamers(const SoundFormat& format, int modelRateHz, const at::Tensor& like);
    ~SoundMetamers();
    SoundMetamers(const SoundMetamers&) = delete;
    SoundMetamers& operator=(const SoundMetamers&) = delete;

    static constexpr ValueRange kRange{.lowest = -1.0, .highest = 1.0};

    /// Noise with the power of the reference, in the band that the model hears and above it.
    /// (Feather et al. 2023 begin with noise of SD 1e-7, at -140 dB.)
    /// @param noise [samples] of any mean and SD, see metamerNoise
    /// @param reference [samples]
    at::Tensor start(const std::vector<float>& noise, const at::Tensor& reference) const;
    /// The sounds that free values stand for: with ramps, and each at its reference's RMS, which
    /// not every layer would settle.
    /// @param values,references [N, samples]
    at::Tensor shaped(const at::Tensor& values, const at::Tensor& references) const;
    /// One metamer as it is played: what was solved, below the model's Nyquist frequency, rounded
    /// to the nearest samples.
    /// @param solved,start,reference [samples]; `start` is what was solved from
    /// @throws NumericError where it would leave full scale at the reference's RMS
    Sound finished(const at::Tensor& solved, const at::Tensor& start,
                   const at::Tensor& reference) const;

private:
    struct Constants;
    SoundFormat format_;
    std::unique_ptr<const Constants> constants_;
};

} // namespace mlab::stimuli
