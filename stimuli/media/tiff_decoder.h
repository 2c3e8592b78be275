// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/media/colour_profile.h"

#include <cstdint>
#include <span>

namespace mlab::stimuli {

/// Decodes a TIFF or BigTIFF file: grey, palette, RGB, and CMYK with a profile; 1, 2, 4, 8 or 16
/// bits; strips or tiles, interleaved or in planes; with its orientation, profile and transparency.
/// Channels of no stated meaning are left out. Smaller versions and masks of the picture that
/// follow it are no further pages.
/// @throws IoError without a file name: cut off, damaged, of several pages, of a size that is not
/// accepted, or with samples of another kind, such as floating point
StoredImage decodeTiff(std::span<const std::uint8_t> file);

} // namespace mlab::stimuli
