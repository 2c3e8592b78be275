// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/media/colour_profile.h"

#include <cstdint>
#include <span>

namespace mlab::stimuli {

/// Decodes a WebP file, lossy or lossless, with its transparency, EXIF orientation and profile.
/// @throws IoError without a file name: cut off, damaged, animated, or of a size not accepted
StoredImage decodeWebp(std::span<const std::uint8_t> file);

} // namespace mlab::stimuli
