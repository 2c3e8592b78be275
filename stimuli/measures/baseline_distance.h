// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/enum_names.h"
#include "core/stimulus/stimulus.h"
#include "stimuli/measures/stimulus_metrics.h"

#include <vector>

namespace mlab::stimuli {

/// Distances without a network. A network that predicts people no better than these is not called
/// human-like.
enum class Baseline {
    pixels,      ///< images: root of the mean squared difference of the values in [0, 1]
    rmsContrast, ///< images: absolute difference of the RMS contrasts
    ssim,        ///< images: 1 - SSIM
    waveform,    ///< sounds: RMS of the difference over that of the reference, 10^(-SNR / 20)
    spectrum     ///< sounds: log-spectral distance, dB
};
inline constexpr EnumNames<Baseline, 5> kBaselines{{{Baseline::pixels, "pixels"},
                                                    {Baseline::rmsContrast, "rms_contrast"},
                                                    {Baseline::ssim, "ssim"},
                                                    {Baseline::waveform, "waveform"},
                                                    {Baseline::spectrum, "spectrum"}}};

/// Those of a modality.
std::vector<Baseline> baselinesOf(Modality modality);
/// How far a probe is from its reference, >= 0, and 0 if they are equal.
/// @throws InvalidArgument if the metrics are of the other modality
double baselineDistance(Baseline baseline, const StimulusMetrics& metrics);

} // namespace mlab::stimuli
