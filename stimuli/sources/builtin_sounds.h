// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/sound.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace mlab::stimuli {

/// Changes whenever the same seed and index would give other samples.
inline constexpr std::string_view kBuiltinSoundsVersion = "builtin-sounds-v1";

/// "rain-01", "vowels-02", ...: the family of sound number `index` (from 0) and its number from 1.
/// @throws InvalidArgument if index < 0
std::string builtinSoundId(int index);

/// A sound like natural ones, computed from numbers alone: a function of its arguments. It contains
/// nothing above 9.5 kHz (or 95 % of half of a lower rate), the same waveform at every rate. Eight
/// families take turns:
///
/// - 0 rain: thousands of short resonant drops over a hiss
/// - 1 fire: sparse, heavy-tailed crackles over a rumble
/// - 2 crickets: one to four insects, each a train of tone pulses in chirps or a trill
/// - 3 stream: rising bubbles (van den Doel 2005) over low noise
/// - 4 harmonics: one to four notes of a harmonic complex, with vibrato, tremolo or decay
/// - 5 vowels: a voice that moves between vowels (formants of Peterson & Barney 1952), syllable by
///   syllable, with some hiss between
/// - 6 noise: bands of noise, each modulated at a rate of its own
/// - 7 mixture: two of the others at different levels
///
/// The textures (0 to 3, 6) are random processes of stationary statistics, as those that McDermott
/// & Simoncelli (2011) analyse. Ramps and RMS are those of every stimulus
/// (stimuli/media/sound_level.h); peaks stay 4 dB below full scale. Computed in float64 with the
/// standard library's sines and exponentials, whose last digits may differ between platforms; a
/// sample hardly ever does.
/// @throws InvalidArgument if index < 0, or the format is not within [8, 192] kHz, [40, 60000] ms
///         and 16 or 24 bits
Sound builtinSound(std::uint64_t seed, int index, const SoundFormat& format);

} // namespace mlab::stimuli
