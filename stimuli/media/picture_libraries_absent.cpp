// SPDX-License-Identifier: GPL-3.0-or-later
// In place of colour_profile.cpp, tiff_decoder.cpp and webp_decoder.cpp, without MLAB_PICTURES.
#include "core/base/error.h"
#include "stimuli/media/colour_profile.h"
#include "stimuli/media/tiff_decoder.h"
#include "stimuli/media/webp_decoder.h"

namespace mlab::stimuli {
namespace {

[[noreturn]] void throwAbsent(const std::string& what)
{
    throw IoError("this program was built without " + what +
                  " (MLAB_PICTURES=OFF); save it as a PNG in sRGB without a colour profile");
}

} // namespace

DecodedImage inSrgb(StoredImage stored)
{
    if (!stored.profile.empty()) {
        throwAbsent("colour profiles");
    }
    return stored.image;
}

bool changesColours(std::span<const std::uint8_t> /*profile*/)
{
    throwAbsent("colour profiles");
}

std::string profileOf(const std::array<double, 8>& /*chromaticities*/, double /*gamma*/)
{
    throwAbsent("colour profiles");
}

StoredImage decodeTiff(std::span<const std::uint8_t> /*file*/)
{
    throwAbsent("TIFF files");
}

StoredImage decodeWebp(std::span<const std::uint8_t> /*file*/)
{
    throwAbsent("WebP files");
}

} // namespace mlab::stimuli
