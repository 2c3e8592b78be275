// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/rgb_image.h"
#include "stimuli/media/image_decoder.h"

#include <filesystem>

namespace mlab::stimuli {

/// A square cut out of a picture, in pixels of the upright picture.
struct SquareCrop {
    int left = 0;
    int top = 0;
    int side = 0;
    bool mirrored = false; ///< left and right exchanged

    bool operator==(const SquareCrop&) const = default;
};

/// A picture file, decoded once, from which any number of squares can be taken.
///
/// Reads PNG, JPEG (also CMYK with Adobe's marker), WebP, TIFF (also CMYK with a profile), BMP, PGM
/// and PPM (binary and plain), up to 16 bits, grey or colour, and turns pictures upright as their
/// EXIF tag says. Colours are converted to sRGB where a file has a colour profile or, in a PNG, a
/// gamma or chromaticities; otherwise they are taken for sRGB. Transparent pixels are composited
/// over mid-grey (half of the encoded maximum).
class SourceImage {
public:
    /// @throws IoError naming the file, what was found and what is accepted: not readable, not one
    ///         of the formats, corrupt, cut off, animated, or a side below 16 or above 16384 pixels
    explicit SourceImage(const std::filesystem::path& file);

    int width() const { return width_; }   ///< upright, in pixels
    int height() const { return height_; } ///< upright, in pixels

    /// The largest square in the middle.
    SquareCrop centre() const;

    /// The square at sizePx x sizePx: cubic convolution (Keys 1981), widened for reduction to avoid
    /// aliasing (like Pillow's and torchvision's "bicubic" with anti-aliasing), on the encoded
    /// values, like the pictures that networks are trained on. Rounded to 8 bits once, at the end.
    /// A square of that size already comes out unchanged.
    /// @throws InvalidArgument if the square does not lie in the picture or sizePx < 1
    RgbImage square(const SquareCrop& crop, int sizePx) const;

    /// Whether the square has one colour throughout.
    bool isUniform(const SquareCrop& crop) const;

private:
    DecodedImage decoded_;
    int width_;
    int height_;
};

/// The middle square of a picture file at sizePx x sizePx. @throws IoError as SourceImage does
RgbImage loadImage(const std::filesystem::path& file, int sizePx);

/// As hasForeignColours() of image_decoder.h. @throws IoError naming the file
bool hasForeignColours(const std::filesystem::path& file);

/// Writes a lossless PNG atomically. @throws IoError naming the file
void savePng(const std::filesystem::path& file, const RgbImage& image);

/// The exact pixels of a file that savePng() wrote.
/// @throws IoError naming the file if it is anything but an intact 8-bit RGB PNG
RgbImage loadPng(const std::filesystem::path& file);

} // namespace mlab::stimuli
