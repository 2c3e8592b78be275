// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/spaces/stimulus_space.h"

namespace mlab::stimuli {

/// Images: free pixels in [0, 1] that are stored as 256 levels. A metamer starts from the noise
/// itself.
const StimulusSpace& imageSpace();

} // namespace mlab::stimuli
