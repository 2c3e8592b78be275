// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/engine/distortion_engine.h"

#include <vector>

namespace mlab::stimuli {

/// Internal to stimuli/. RMS of a change of level 100 %, in the units of the values that a model
/// takes: see DistortionEngine. 0 of silence.
double fullLevelRms(const Stimulus& reference);

/// Internal to stimuli/. Values that leave their range are cut off, and the change made larger, at
/// most doubled, until it has the level along the direction. Rounding keeps that level: see
/// roundKeepingCoordinates().
/// @param direction [values of the stimulus] of length 1 @param signedLevel percent
DistortedStimulus distortedStimulus(const Stimulus& reference, const std::vector<float>& direction,
                                    double signedLevel);

} // namespace mlab::stimuli
