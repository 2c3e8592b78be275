// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/sources/stimulus_kind.h"

namespace mlab::stimuli {

/// Images: the middle squares of pictures, and for pools random squares. A random square has a
/// random side (half to all of the picture's short side), place and mirroring. Kept as PNG.
const StimulusKind& imageKind();

} // namespace mlab::stimuli
