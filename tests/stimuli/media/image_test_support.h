// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/files.h"
#include "tests/temporary_folder.h"

#include <boost/crc.hpp>
#include <gtest/gtest.h>
#include <stb/stb_image_write.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace mlab::stimuli {

/// A folder of its own for each test, removed afterwards.
class ImageFolderTest : public testing::Test {
protected:
    std::filesystem::path write(std::string_view name, std::string_view bytes) const
    {
        writeFileAtomically(folder_ / name, bytes);
        return folder_ / name;
    }

    TemporaryFolder scratch_;
    std::filesystem::path folder_ = scratch_.path(); // NOLINT: tests use it directly
};

/// Samples of a picture, from (x, y, channel).
using Painter = std::function<std::uint8_t(int x, int y, int channel)>;

inline std::vector<std::uint8_t> paint(int width, int height, int channels, const Painter& painter)
{
    std::vector<std::uint8_t> samples;
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            for (int c = 0; c < channels; ++c) {
                samples.push_back(painter(x, y, c));
            }
        }
    }
    return samples;
}

inline void appendTo(void* text, void* data, int size)
{
    static_cast<std::string*>(text)->append(static_cast<const char*>(data),
                                            static_cast<std::size_t>(size));
}

inline std::string pngBytes(int width, int height, int channels, const Painter& painter)
{
    std::string bytes;
    const auto samples = paint(width, height, channels, painter);
    EXPECT_NE(stbi_write_png_to_func(appendTo, &bytes, width, height, channels, samples.data(),
                                     width * channels),
              0);
    return bytes;
}

inline std::string jpegBytes(int width, int height, const Painter& painter)
{
    std::string bytes;
    const auto samples = paint(width, height, 3, painter);
    EXPECT_NE(stbi_write_jpg_to_func(appendTo, &bytes, width, height, 3, samples.data(), 100), 0);
    return bytes;
}

inline std::string bmpBytes(int width, int height, const Painter& painter)
{
    std::string bytes;
    const auto samples = paint(width, height, 3, painter);
    EXPECT_NE(stbi_write_bmp_to_func(appendTo, &bytes, width, height, 3, samples.data()), 0);
    return bytes;
}

inline std::string bigEndian(std::uint32_t value, int bytes)
{
    std::string text;
    for (int i = bytes - 1; i >= 0; --i) {
        text += static_cast<char>(value >> (8 * i) & 0xffU);
    }
    return text;
}

inline std::string pngChunk(const std::string& type, const std::string& data)
{
    boost::crc_32_type crc;
    crc.process_bytes(type.data(), type.size());
    crc.process_bytes(data.data(), data.size());
    return bigEndian(static_cast<std::uint32_t>(data.size()), 4) + type + data +
           bigEndian(crc.checksum(), 4);
}

/// A zlib stream that holds at most 65535 bytes as they are.
inline std::string storedZlib(const std::string& raw)
{
    std::uint32_t a = 1;
    std::uint32_t b = 0;
    for (const char c : raw) {
        a = (a + static_cast<std::uint8_t>(c)) % 65521;
        b = (b + a) % 65521;
    }
    const auto size = static_cast<std::uint32_t>(raw.size());
    const auto littleEndian16 = [](std::uint32_t value) {
        std::string text = bigEndian(value & 0xffffU, 2);
        std::reverse(text.begin(), text.end());
        return text;
    };
    return std::string("\x78\x01\x01", 3) + littleEndian16(size) + littleEndian16(~size) + raw +
           bigEndian(b << 16U | a, 4);
}

/// A PNG of 16-bit grey (1 channel) or RGB (3) samples, which stb_image_write cannot write.
inline std::string
png16Bytes(int width, int height, int channels,
           const std::function<std::uint16_t(int x, int y, int channel)>& painter)
{
    std::string raw;
    for (int y = 0; y < height; ++y) {
        raw += '\0'; // no filter
        for (int x = 0; x < width; ++x) {
            for (int c = 0; c < channels; ++c) {
                raw += bigEndian(painter(x, y, c), 2);
            }
        }
    }
    return "\x89PNG\r\n\x1a\n" +
           pngChunk("IHDR", bigEndian(static_cast<std::uint32_t>(width), 4) +
                                bigEndian(static_cast<std::uint32_t>(height), 4) + "\x10" +
                                (channels == 1 ? '\0' : '\x02') + std::string(3, '\0')) +
           pngChunk("IDAT", storedZlib(raw)) + pngChunk("IEND", "");
}

/// A PNG with another chunk behind its header.
inline std::string withChunk(const std::string& png, const std::string& type,
                             const std::string& data)
{
    constexpr std::size_t kHeader = 33; // signature and IHDR
    return png.substr(0, kHeader) + pngChunk(type, data) + png.substr(kHeader);
}

/// A JPEG with another segment at its beginning.
inline std::string withSegment(const std::string& jpeg, char marker, const std::string& payload)
{
    return jpeg.substr(0, 2) + "\xff" + marker +
           bigEndian(static_cast<std::uint32_t>(payload.size() + 2), 2) + payload + jpeg.substr(2);
}

} // namespace mlab::stimuli
