// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>

namespace mlab::stimuli {

/// How a camera was held: the value of tag 0x0112 in the first directory of an EXIF block (JEITA
/// CP-3451, 4.6.4), 1 to 8. 1, "as stored", if the tag is missing or the block is invalid.
/// @param tiff the block after "Exif\0\0", in either byte order; never read beyond its end,
///        whatever its contents
int exifOrientation(std::span<const std::uint8_t> tiff);

} // namespace mlab::stimuli
