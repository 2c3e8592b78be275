// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/synthesis_spec.h"
#include "stimuli/catalog/cochlea_check.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace at {
class Tensor;
}

/// Internal to stimuli/. The first stages of the built-in sound model (McDermott & Simoncelli 2011;
/// Feather et al. 2023, whose program is chcochleagram): a bank of half-cosine filters on the ERB
/// scale, Hilbert envelopes, and their down-sampling.
namespace mlab::stimuli {

/// The number of equivalent rectangular bandwidths below a frequency, and back (Glasberg & Moore
/// 1990).
double erbNumber(double hz);
double erbNumberToHz(double erb);

/// Their centre frequencies; 1 Hz replaces negative values.
std::vector<double> cochlearCentresHz(const CochleaSpec& spec);
/// Their amplitude responses [channels, samples / 2 + 1] float64 at the bins of a half spectrum:
/// at each frequency their squares sum to 1.
at::Tensor cochlearFilters(const CochleaSpec& spec, std::int64_t samples);

/// The low-pass filter of envelopes that have `stride` samples for each frame, a sinc under a
/// Kaiser window of beta 5: [10 stride + 1] float64. Like the published one, it is not symmetric:
/// it begins half a sample early.
at::Tensor downsamplingTaps(int stride);

/// The envelopes of a filter bank, with filters made once for sounds of one length.
class CochlearEnvelopes {
public:
    /// @param samples of a sound at the model's rate
    /// @param like has the number type (float32 or float64) and the device of the sounds
    /// @throws InvalidArgument for a spec that is not usable, or sounds that are too short
    CochlearEnvelopes(const CochleaSpec& spec, std::int64_t samples, const at::Tensor& like);
    ~CochlearEnvelopes();
    CochlearEnvelopes(const CochlearEnvelopes&) = delete;
    CochlearEnvelopes& operator=(const CochlearEnvelopes&) = delete;

    int channels() const { return channels_; }
    /// 10 fewer than the sound's duration times envelopeRateHz, because the low-pass filter never
    /// extends beyond an edge.
    std::int64_t frames() const { return frames_; }
    /// @param spectrum [N, samples / 2 + 1] complex, of sounds in [-1, 1]
    /// @return [N, channels, frames]; the low-pass filter may leave a little below 0
    at::Tensor operator()(const at::Tensor& spectrum) const;

private:
    struct Group;
    int channels_;
    std::int64_t frames_;
    std::vector<Group> groups_;         ///< of channels that share a grid
    std::unique_ptr<at::Tensor> order_; ///< of the channels, from that of the groups
};

} // namespace mlab::stimuli
