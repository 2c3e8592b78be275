// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/media/exif.h"

#include <cstddef>
#include <optional>

namespace mlab::stimuli {
namespace {

constexpr std::uint16_t kOrientationTag = 0x0112;
constexpr std::uint16_t kTypeShort = 3;
constexpr std::size_t kEntryBytes = 12;

/// Reads numbers in the block's byte order; absent where the block has already ended.
class TiffReader {
public:
    TiffReader(std::span<const std::uint8_t> bytes, bool bigEndian)
        : bytes_(bytes), bigEndian_(bigEndian)
    {
    }

    std::optional<std::uint32_t> number(std::size_t at, std::size_t size) const
    {
        if (at > bytes_.size() || bytes_.size() - at < size) {
            return std::nullopt;
        }
        std::uint32_t value = 0;
        for (std::size_t i = 0; i < size; ++i) {
            value = value << 8U | bytes_[at + (bigEndian_ ? i : size - 1 - i)];
        }
        return value;
    }

private:
    std::span<const std::uint8_t> bytes_;
    bool bigEndian_;
};

} // namespace

int exifOrientation(std::span<const std::uint8_t> tiff)
{
    constexpr int kAsStored = 1;
    const bool bigEndian = tiff.size() > 1 && tiff[0] == 'M' && tiff[1] == 'M';
    const bool littleEndian = tiff.size() > 1 && tiff[0] == 'I' && tiff[1] == 'I';
    const TiffReader read(tiff, bigEndian);
    if ((!bigEndian && !littleEndian) || read.number(2, 2) != 42U) {
        return kAsStored;
    }
    const std::size_t directory = read.number(4, 4).value_or(0);
    const std::size_t entries = read.number(directory, 2).value_or(0);
    for (std::size_t i = 0; i < entries; ++i) {
        const std::size_t entry = directory + 2 + i * kEntryBytes;
        const auto tag = read.number(entry, 2);
        if (!tag) {
            break;
        }
        if (*tag == kOrientationTag && read.number(entry + 2, 2) == kTypeShort) {
            const std::uint32_t value = read.number(entry + 8, 2).value_or(0);
            return value >= 1 && value <= 8 ? static_cast<int>(value) : kAsStored;
        }
    }
    return kAsStored;
}

} // namespace mlab::stimuli
