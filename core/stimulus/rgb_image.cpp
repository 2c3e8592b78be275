// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/stimulus/rgb_image.h"

#include "core/base/sha256.h"

namespace mlab {

std::string sha256Of(const RgbImage& image)
{
    return Sha256()
        .update(std::to_string(image.width) + "x" + std::to_string(image.height))
        .update(image.pixels)
        .hex();
}

} // namespace mlab
