// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace mlab {

/// An 8-bit picture exactly as it is shown: rows from top to bottom, RGB interleaved, no padding.
struct RgbImage {
    int width = 0;
    int height = 0;
    std::vector<std::uint8_t> pixels; ///< width * height * 3 bytes

    bool operator==(const RgbImage&) const = default;
};

using ImagePtr = std::shared_ptr<const RgbImage>;

/// SHA-256 of "WIDTHxHEIGHT" followed by the pixel bytes: identifies what was shown, independent of
/// the file format it was kept in.
std::string sha256Of(const RgbImage& image);

} // namespace mlab
