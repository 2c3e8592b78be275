// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/rgb_image.h"
#include "core/sound.h"

#include <variant>

namespace mlab {

/// What a participant sees or hears in one interval.
using Stimulus = std::variant<ImagePtr, SoundPtr>;

} // namespace mlab
