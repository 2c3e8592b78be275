// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/media/image_decoder.h"

#include <cstdint>
#include <span>

namespace mlab::stimuli {

/// Decodes PGM and PPM, binary (P5, P6) and plain (P2, P3), with any maximum up to 65535. Needed
/// because stb_image ignores the maximum and reads 16-bit samples in the wrong byte order.
/// @throws IoError without a file name
DecodedImage decodePnm(std::span<const std::uint8_t> file);

} // namespace mlab::stimuli
