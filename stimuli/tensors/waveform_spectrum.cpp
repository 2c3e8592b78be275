// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/tensors/waveform_spectrum.h"

#include "core/base/error.h"

#include <torch/types.h>

#include <algorithm>
#include <numeric>

namespace mlab::stimuli {

RateChange RateChange::between(const SoundFormat& played, int modelRateHz, int frameRateHz)
{
    if (played.sampleRateHz < 1 || sampleCount(played) < 1) {
        throw InvalidArgument("a sound of " + std::to_string(played.durationMs) + " ms at " +
                              std::to_string(played.sampleRateHz) + " Hz has no samples");
    }
    const std::int64_t blocksPerSecond =
        std::gcd(std::gcd(played.sampleRateHz, modelRateHz), frameRateHz);
    const auto playedBlock = played.sampleRateHz / blocksPerSecond;
    const auto samples = static_cast<std::int64_t>(sampleCount(played));
    const auto blocks = (samples + playedBlock - 1) / playedBlock;
    return {.samples = samples,
            .padded = blocks * playedBlock,
            .model = blocks * (modelRateHz / blocksPerSecond)};
}

torch::Tensor spectrumAtModelRate(const torch::Tensor& waveforms, const RateChange& change)
{
    const auto played = torch::fft_rfft(waveforms, change.padded);
    if (change.padded == change.model) {
        return played;
    }
    // Bins below the lower of the two Nyquist frequencies.
    const auto kept = (std::min(change.padded, change.model) + 1) / 2;
    const auto scale = static_cast<double>(change.model) / static_cast<double>(change.padded);
    const auto bins = change.model / 2 + 1;
    return torch::cat({played.narrow(1, 0, kept) * scale,
                       torch::zeros({waveforms.size(0), bins - kept}, played.options())},
                      1);
}

torch::Tensor waveformAtModelRate(const torch::Tensor& waveforms, const RateChange& change)
{
    if (change.padded == change.model) {
        return torch::constant_pad_nd(waveforms, {0, change.padded - change.samples});
    }
    return torch::fft_irfft(spectrumAtModelRate(waveforms, change), change.model);
}

} // namespace mlab::stimuli
