// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/network_report/network_data.h"
#include "core/stimulus/stimulus.h"
#include "stimuli/measures/stimulus_metrics.h"

#include <span>
#include <string>
#include <vector>

namespace mlab::app {

/// Simple measures of how far a probe is from its reference, which a network must beat to be called
/// human-like. Images: `pixels`, the root mean square difference in [0, 1]; `rms_contrast`, that of
/// the RMS contrasts; `ssim`, 1 - SSIM. Sounds: `waveform_snr`, the RMS of the difference over that
/// of the reference; `log_spectral_distance`, dB.
/// @param metrics  of each pair
std::vector<ComparedLayer> baselinesOf(const StimulusFormat& format,
                                       std::span<const stimuli::StimulusMetrics> metrics);

/// Whether it is the name of a baseline of any modality.
bool isBaseline(const std::string& name);

} // namespace mlab::app
