// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/sound.h"

#include <cstddef>
#include <vector>

namespace mlab::stimuli {

/// Length of the raised-cosine ramps at both ends of every sound, ms.
inline constexpr double kSoundRampMs = 10;
/// Below this RMS, relative to full scale, a recording is silence (-90 dB): making it as loud as
/// the others would amplify its rounding noise.
inline constexpr double kSilenceRms = 3.2e-5;

/// The weight of each sample between the ramps: rises as sin^2 over kSoundRampMs from just above 0
/// at the first sample, is 1, and falls likewise. Both are shortened to half of a shorter sound.
std::vector<double> rampWindow(std::size_t samples, int sampleRateHz);

/// Root of the mean square. 0 for no samples.
double rms(const std::vector<double>& samples);
/// Largest magnitude. 0 for no samples.
double peak(const std::vector<double>& samples);

/// The offset that a recording device has added: the mean, where it is more than a tenth of the RMS
/// without it (less changes the RMS by at most 0.04 dB), else 0.
double constantOffset(const std::vector<double>& samples);

/// A sound as it is played: with ramps, at kSoundRms over its own length, followed by silence up to
/// the format's duration, and rounded to the format's bits.
/// @param samples at the format's rate, at most as many as the format has
/// @throws InvalidArgument if it is silent, not finite, shorter than two ramps or longer than the
///         format, or if at that RMS its peak would be above full scale
Sound equalised(std::vector<double> samples, const SoundFormat& format);

} // namespace mlab::stimuli
