// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/media/image_decoder.h"

#include <array>
#include <cstdint>
#include <span>
#include <string>

namespace mlab::stimuli {

/// A picture as its file stores it, with the colours that its samples stand for.
struct StoredImage {
    DecodedImage image;
    std::string profile; ///< ICC profile, empty for sRGB
    bool isCmyk = false; ///< its four channels are inks, from 0 for none; needs a profile
};

/// The picture in sRGB. Without a profile, or with one of sRGB, its samples are unchanged; others
/// come out with 16 bits, so that the conversion rounds nothing that can be seen.
///
/// The intent is relative colorimetric with black point compensation: the colours that sRGB can
/// show are shown exactly, relative to its white and black. The perceptual intent changes these,
/// too, in a way that differs between makers of profiles.
/// @throws IoError without a file name if the profile is damaged or not one for such samples
DecodedImage inSrgb(StoredImage stored);

/// Whether inSrgb() changes samples that have this profile. @throws IoError if it is damaged
bool changesColours(std::span<const std::uint8_t> profile);

/// The chromaticities of white, red, green and blue in sRGB (IEC 61966-2-1): x and y of each.
inline constexpr std::array<double, 8> kSrgbChromaticities = {0.3127, 0.3290, 0.64, 0.33,
                                                              0.30,   0.60,   0.15, 0.06};

/// An ICC profile for RGB samples with the chromaticities of white, red, green and blue.
/// @param gamma the exponent that leads from samples to light; 0 for the curve of sRGB
/// @throws IoError if no colours can be like that
std::string profileOf(const std::array<double, 8>& chromaticities, double gamma);

} // namespace mlab::stimuli
