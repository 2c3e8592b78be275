// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/media/webp_decoder.h"

#include "core/base/error.h"
#include "stimuli/media/exif.h"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <memory>
#include <string_view>
#include <utility>
#include <webp/decode.h>

namespace mlab::stimuli {
namespace {

using Bytes = std::span<const std::uint8_t>;

constexpr std::size_t kChunkHeader = 8; // name and length

std::size_t lengthAt(Bytes file, std::size_t at)
{
    return file[at] | std::size_t{file[at + 1]} << 8U | std::size_t{file[at + 2]} << 16U |
           std::size_t{file[at + 3]} << 24U;
}

bool beginsWith(Bytes bytes, std::string_view text)
{
    return bytes.size() >= text.size() &&
           std::equal(text.begin(), text.end(), bytes.begin(), [](char c, std::uint8_t byte) {
               return static_cast<std::uint8_t>(c) == byte;
           });
}

[[noreturn]] void throwCutOff()
{
    throw IoError("it is a WebP that is cut off");
}

/// Walks through all chunks: libwebp decodes pictures whose profile or orientation is cut off.
void readChunks(Bytes file, StoredImage& stored)
{
    using namespace std::string_view_literals;
    constexpr std::size_t kFileHeader = 12; // "RIFF", length, "WEBP"
    if (file.size() < kFileHeader || lengthAt(file, 4) > file.size() - kChunkHeader) {
        throwCutOff();
    }
    const std::size_t end = kChunkHeader + lengthAt(file, 4);
    std::size_t at = kFileHeader;
    while (at < end) {
        if (end - at < kChunkHeader || end - at - kChunkHeader < lengthAt(file, at + 4)) {
            throwCutOff();
        }
        const Bytes name = file.subspan(at, 4);
        Bytes data = file.subspan(at + kChunkHeader, lengthAt(file, at + 4));
        if (beginsWith(name, "ANIM")) {
            throw IoError("it is an animated WebP; a reference must be a single picture");
        }
        if (beginsWith(name, "ICCP")) {
            stored.profile.assign(data.begin(), data.end());
            if (data.empty()) {
                throw IoError("its colour profile is damaged (it is empty); open it in an image "
                              "editor and save it as sRGB");
            }
        } else if (beginsWith(name, "EXIF")) {
            constexpr std::string_view kPrefix = "Exif\0\0"sv; // some programs write it
            stored.image.orientation =
                exifOrientation(beginsWith(data, kPrefix) ? data.subspan(kPrefix.size()) : data);
        }
        at += kChunkHeader + data.size() + data.size() % 2;
    }
}

} // namespace

StoredImage decodeWebp(std::span<const std::uint8_t> file)
{
    StoredImage stored;
    readChunks(file, stored);
    const auto damaged = [] { return IoError("it is a corrupt WebP"); };
    WebPBitstreamFeatures features{};
    if (WebPGetFeatures(file.data(), file.size(), &features) != VP8_STATUS_OK) {
        throw damaged();
    }
    requireUsableSize(features.width, features.height);
    DecodedImage& image = stored.image;
    image.format = "WebP";
    image.width = features.width;
    image.height = features.height;
    image.channels = features.has_alpha != 0 ? 4 : 3;
    image.maxValue = std::numeric_limits<std::uint8_t>::max();
    const auto rowBytes =
        static_cast<std::size_t>(image.width) * static_cast<std::size_t>(image.channels);
    const auto size = rowBytes * static_cast<std::size_t>(image.height);
    const auto decode = features.has_alpha != 0 ? WebPDecodeRGBAInto : WebPDecodeRGBInto;
    // NOLINTNEXTLINE(modernize-avoid-c-arrays)
    std::shared_ptr<std::uint8_t[]> samples(new std::uint8_t[size]);
    if (decode(file.data(), file.size(), samples.get(), size, static_cast<int>(rowBytes)) ==
        nullptr) {
        throw damaged();
    }
    image.bytes = std::move(samples);
    return stored;
}

} // namespace mlab::stimuli
