// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/sound.h"

#include <optional>

namespace mlab::stimuli {

/// How far a probe is from its reference, by measures that do not depend on a network. Samples are
/// taken relative to full scale, in float64.
struct SoundMetrics {
    /// Signal-to-noise ratio: 10 log10(sum r^2 / sum (p - r)^2), r the reference's samples and p
    /// the probe's. dB. Absent if the sounds are equal: it would be infinite.
    std::optional<double> snrDb;
    /// See logSpectralDistanceDb().
    double logSpectralDistanceDb = 0.0;
    double rms = 0.0;             ///< of the probe, relative to full scale
    double rmsDifferenceDb = 0.0; ///< 20 log10 of the probe's RMS over the reference's
    double peak = 0.0;            ///< largest magnitude in the probe, relative to full scale

    bool operator==(const SoundMetrics&) const = default;
};

/// @throws InvalidArgument if rates or lengths differ, or there are fewer samples than one window
SoundMetrics compare(const Sound& reference, const Sound& probe);

/// Log-spectral distance (Gray & Markel 1976, with p = 2): the root of the mean over the
/// frequencies from 0 to Nyquist of the squared difference of the levels 10 log10(P + e), averaged
/// over windows of 20 ms (Hann), each half overlapping the next. P is the power spectrum of a
/// window and e what the rounding to 16 bits adds to it (a variance of 2^-30 / 12 a sample), so
/// that differences below it do not count. dB. @throws as compare()
double logSpectralDistanceDb(const Sound& reference, const Sound& probe);

} // namespace mlab::stimuli
