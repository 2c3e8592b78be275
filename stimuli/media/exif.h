// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>

namespace mlab::stimuli {

/// How a camera was held: the value of tag 0x0112 in the first directory of an EXIF block (JEITA
/// CP-3451, 4.6.4), 1 to 8. 1, "as stored", if there is no such tag or the block makes no sense.
/// @param tiff the block after "Exif\0\0", in either byte order; read within its bounds whatever it
///        says about itself
int exifOrientation(std::span<const std::uint8_t> tiff);

} // namespace mlab::stimuli
