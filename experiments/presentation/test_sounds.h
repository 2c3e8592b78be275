// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "experiments/presentation/sound_timeline.h"

#include <cstdint>

namespace mlab::experiments {

/// The format of the output that a test sound is made for.
struct OutputForm {
    int sampleRateHz = 48000;
    int bits = 16;
    int channels = 2;
};

/// One interval of a sine on all channels.
/// @param levelDbFs  relative to a sine that just reaches full scale, <= 0
/// @throws InvalidArgument for a higher level, or a frequency above half the sample rate.
SoundTimeline tone(double frequencyHz, double durationMs, double rampMs, double levelDbFs,
                   const OutputForm& form);

/// Bursts of roughly pink noise with pauses, for setting a comfortable volume: broadband like the
/// sounds of a session, with an RMS of `levelDbFs`. The same for the same seed.
SoundTimeline noiseBursts(double levelDbFs, const OutputForm& form, std::uint64_t seed);

} // namespace mlab::experiments
