// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/spaces/stimulus_space.h"

namespace mlab::stimuli {

/// Sounds: samples in [-1, 1).
///
/// A probe has its reference's RMS, which all admitted values keep, and changes less and less
/// towards its ends, over the ramps that every sound has, so that it begins and ends without a
/// click.
///
/// A metamer begins and ends with these ramps too and has its reference's RMS, which not every
/// layer determines. It starts from noise with the power of the reference, in the band that the
/// model hears and above it. (Feather et al. 2023 begin with noise of SD 1e-7, at -140 dB.) What a
/// model cannot hear, above half of its own rate, keeps that noise. It is rounded to the nearest
/// samples, and cannot be finished where it would leave full scale at the reference's RMS.
const StimulusSpace& soundSpace();

} // namespace mlab::stimuli
