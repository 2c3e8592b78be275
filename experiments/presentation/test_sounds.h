// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "experiments/presentation/sound_timeline.h"

#include <cstdint>

namespace mlab::experiments {

/// What a sound for checks and calibrations has in common with the device it is played on.
struct OutputForm {
    int sampleRateHz = 48000;
    int bits = 16;
    int channels = 2;
};

/// One interval of a sine on all channels.
/// @param levelDbFs  relative to a sine that just reaches full scale, <= 0
/// @throws InvalidArgument for a louder one, or a frequency that the rate cannot carry.
SoundTimeline tone(double frequencyHz, double durationMs, double rampMs, double levelDbFs,
                   const OutputForm& form);

/// Pink-like bursts of noise with pauses, for setting a comfortable volume: as broad as the sounds
/// of a session, RMS `levelDbFs`. The same for the same seed.
SoundTimeline noiseBursts(double levelDbFs, const OutputForm& form, std::uint64_t seed);

} // namespace mlab::experiments
