// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace mlab::stimuli {

/// Decoded samples at the size and orientation in which the file stores them: rows from top to
/// bottom, channels interleaved, no padding.
struct DecodedImage {
    std::string_view format; ///< "PNG", "JPEG", "WebP", "TIFF", "BMP" or "PNM"
    int width = 0;
    int height = 0;
    int channels = 0;    ///< 1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha
    int maxValue = 0;    ///< the sample that means white, or opaque
    int orientation = 1; ///< EXIF: how the stored picture must be turned, 1 to 8

    /// One of the two is set, by depth.
    std::shared_ptr<const std::uint8_t[]> bytes;  // NOLINT(modernize-avoid-c-arrays)
    std::shared_ptr<const std::uint16_t[]> words; // NOLINT(modernize-avoid-c-arrays)
};

/// The formats of picture files, for messages.
inline constexpr std::string_view kAcceptedPictures = "PNG, JPEG, WebP, TIFF, BMP, PGM and PPM";

/// Smallest and largest picture that is accepted.
inline constexpr int kMinSidePx = 16;
inline constexpr int kMaxSidePx = 16384;
inline constexpr std::int64_t kMaxPixels = 100'000'000;

/// Decodes a whole file of kAcceptedPictures, to sRGB if it says what other colours it has. Detects
/// what decoders tend to accept: truncated files, wrong checksums, animations.
/// @throws IoError saying what was found and what is accepted, without a file name
DecodedImage decodeImage(std::span<const std::uint8_t> file);

/// Whether a file, of a kind that was once read without regard to its colours (PNG, JPEG, BMP), has
/// others than sRGB. False for others. @throws IoError if it is damaged
bool hasForeignColours(std::span<const std::uint8_t> file);

/// @throws IoError unless a picture of this size is accepted
void requireUsableSize(std::int64_t width, std::int64_t height);

} // namespace mlab::stimuli
