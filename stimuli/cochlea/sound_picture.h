// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/rgb_image.h"
#include "core/stimulus/sound.h"

namespace mlab::stimuli {

/// A sound to look at: time from left to right, frequency from 50 Hz at the bottom to 10 kHz (or
/// Nyquist, where that is less) at the top on the ERB-number scale (Glasberg & Moore 1990), level
/// from 70 dB below a full-scale sinusoid (white) to 10 dB below it (black), in windows of 20 ms.
/// @throws InvalidArgument for a sound shorter than one window, or a picture without pixels
RgbImage pictureOf(const Sound& sound, int widthPx, int heightPx);

} // namespace mlab::stimuli
