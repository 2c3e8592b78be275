// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/media/image_decoder.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "stimuli/media/colour_profile.h"
#include "stimuli/media/exif.h"
#include "stimuli/media/pnm.h"
#include "stimuli/media/tiff_decoder.h"
#include "stimuli/media/webp_decoder.h"

#include <boost/crc.hpp>
#include <stb/stb_image.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdlib>
#include <limits>
#include <numeric>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mlab::stimuli {
namespace {

using Bytes = std::span<const std::uint8_t>;

std::uint32_t bigEndian(Bytes file, std::size_t at, std::size_t size)
{
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < size; ++i) {
        value = value << 8U | file[at + i];
    }
    return value;
}

std::uint32_t littleEndian(Bytes file, std::size_t at, std::size_t size)
{
    std::uint32_t value = 0;
    for (std::size_t i = size; i > 0; --i) {
        value = value << 8U | file[at + i - 1];
    }
    return value;
}

bool hasAt(Bytes file, std::size_t at, std::string_view text)
{
    return file.size() >= at && file.size() - at >= text.size() &&
           std::equal(
               text.begin(), text.end(), file.begin() + static_cast<std::ptrdiff_t>(at),
               [](char c, std::uint8_t byte) { return static_cast<std::uint8_t>(c) == byte; });
}

/// What a file says about its samples.
struct Metadata {
    int orientation = 1;
    std::string profile; ///< as in StoredImage
};

struct Signature {
    std::size_t at;
    std::string_view bytes;
    std::string_view name;
};

using namespace std::string_view_literals;

/// Formats that people have and that are not accepted, so that the message can name them.
constexpr std::array kForeign = {
    Signature{0, "GIF8", "a GIF image"},
    Signature{4, "ftypavif", "an AVIF image"},
    Signature{4, "ftypavis", "an AVIF image"},
    Signature{4, "ftyphei", "a HEIC image"},
    Signature{4, "ftyphev", "a HEIC image"},
    Signature{4, "ftypmif1", "a HEIC image"},
    Signature{4, "jP  ", "a JPEG 2000 image"},
    Signature{0, "\xff\x0a"sv, "a JPEG XL image"},
    Signature{4, "JXL ", "a JPEG XL image"},
    Signature{0, "8BPS", "a Photoshop file"},
    Signature{0, "v/1\x01"sv, "an OpenEXR image"},
    Signature{0, "P1\n", "a PBM (black and white) image"},
    Signature{0, "P4\n", "a PBM (black and white) image"},
    Signature{0, "P7\n", "a PAM image"},
    Signature{0, "%PDF", "a PDF document"},
};

bool isText(Bytes file)
{
    const auto head = file.first(std::min<std::size_t>(file.size(), 512));
    return std::all_of(head.begin(), head.end(), [](std::uint8_t c) {
        return (c >= ' ' && c != 0x7f) || (c >= '\t' && c <= '\r');
    });
}

[[noreturn]] void throwForeign(Bytes file)
{
    if (const auto mistaken =
            mistakenContent({reinterpret_cast<const char*>(file.data()), file.size()});
        !mistaken.empty()) {
        throw IoError(mistaken);
    }
    std::string_view found = "of an unknown format";
    if (file.empty()) {
        found = "an empty file";
    } else if (isText(file)) {
        found = "a text file";
    }
    for (const auto& signature : kForeign) {
        if (hasAt(file, signature.at, signature.bytes)) {
            found = signature.name;
        }
    }
    throw IoError("it is " + std::string(found) + "; accepted are " +
                  std::string(kAcceptedPictures) + " files");
}

/// stb_image 2.27 writes past its arrays for a Huffman table of more than 256 codes.
void checkHuffmanTables(Bytes segment)
{
    constexpr std::size_t kLengths = 16;
    constexpr std::size_t kMostCodes = 256;
    while (!segment.empty()) {
        if (segment.size() <= kLengths) {
            throw IoError("it is a corrupt JPEG (a Huffman table is cut off)");
        }
        const auto lengths = segment.subspan(1, kLengths);
        const std::size_t codes = std::accumulate(lengths.begin(), lengths.end(), std::size_t{0});
        if (codes > kMostCodes || codes > segment.size() - 1 - kLengths) {
            throw IoError("it is a corrupt JPEG (an impossible Huffman table)");
        }
        segment = segment.subspan(1 + kLengths + codes);
    }
}

/// An ICC profile in the parts of at most 64 KiB that the segments of a JPEG hold (ICC.1:2010,
/// B.4).
class ProfileParts {
public:
    /// @param segment what follows the name
    void add(Bytes segment)
    {
        if (segment.size() < 2) {
            throwDamaged();
        }
        const std::size_t number = segment[0];
        parts_.resize(segment[1]);
        if (number == 0 || number > parts_.size() || !parts_[number - 1].empty()) {
            throwDamaged();
        }
        parts_[number - 1].assign(segment.begin() + 2, segment.end());
    }

    std::string whole() const
    {
        std::string profile;
        for (const auto& part : parts_) {
            if (part.empty()) {
                throwDamaged();
            }
            profile += part;
        }
        return profile;
    }

private:
    [[noreturn]] static void throwDamaged()
    {
        throw IoError("its colour profile is damaged (a part is missing); open it in an image "
                      "editor and save it as sRGB");
    }

    std::vector<std::string> parts_;
};

/// stb_image fills a JPEG that breaks off with grey, so this searches for the end: it walks through
/// all segments and scans to the end-of-image marker. A file may have this marker and too few
/// bytes.
Metadata checkJpeg(Bytes file)
{
    constexpr std::uint8_t kEndOfImage = 0xd9;
    constexpr std::uint8_t kApp14 = 0xee;
    constexpr std::uint8_t kHuffmanTables = 0xc4;
    constexpr std::uint8_t kApp1 = 0xe1;
    constexpr std::uint8_t kApp2 = 0xe2;
    constexpr std::string_view kProfile = "ICC_PROFILE\0"sv;
    constexpr std::string_view kExif = "Exif\0\0"sv;
    constexpr std::string_view kAdobe = "Adobe\0"sv;
    constexpr std::size_t kAdobeTransform = 11;        // the last byte of the segment
    constexpr std::size_t kComponentCount = 5;         // after precision, height and width
    const auto startsFrame = [](std::uint8_t marker) { // of the kinds that stb_image decodes
        return marker >= 0xc0 && marker <= 0xc2;
    };
    const auto standsAlone = [](std::uint8_t marker) {
        // Stuffed zero, TEM, restarts, start of image, fill byte.
        return marker <= 0x01 || (marker >= 0xd0 && marker <= 0xd8) || marker == 0xff;
    };
    std::optional<int> orientation;
    ProfileParts profile;
    bool fourInks = false;
    bool inksKnown = false;
    std::size_t at = 2;
    while (file.size() - at >= 2) {
        const std::uint8_t marker = file[at + 1];
        if (file[at] != 0xff || standsAlone(marker)) {
            // A fill byte may be the first half of the next marker.
            at += file[at] == 0xff && marker != 0xff ? 2 : 1;
            continue;
        }
        if (marker == kEndOfImage) {
            if (fourInks && !inksKnown) {
                throw IoError("it is a CMYK JPEG without Adobe's marker, which says how the inks "
                              "are stored; save it as RGB");
            }
            Metadata metadata = {.orientation = orientation.value_or(1),
                                 .profile = profile.whole()};
            if (fourInks && !metadata.profile.empty()) {
                throw IoError("it is a CMYK JPEG with a colour profile, which cannot be applied; "
                              "open it in an image editor and save it as sRGB");
            }
            return metadata;
        }
        if (file.size() - at < 4) {
            break;
        }
        const std::size_t length = bigEndian(file, at + 2, 2);
        if (length < 2) {
            throw IoError("it is a corrupt JPEG (a segment of impossible length)");
        }
        if (file.size() - at < 2 + length) {
            break;
        }
        const auto payload = file.subspan(at + 4, length - 2);
        if (marker == kApp1 && !orientation && hasAt(payload, 0, kExif)) {
            orientation = exifOrientation(payload.subspan(kExif.size()));
        }
        if (marker == kApp2 && hasAt(payload, 0, kProfile)) {
            profile.add(payload.subspan(kProfile.size()));
        }
        if (marker == kHuffmanTables) {
            checkHuffmanTables(payload);
        }
        if (startsFrame(marker) && payload.size() > kComponentCount) {
            fourInks = payload[kComponentCount] == 4;
            // A block of 8 x 8 samples takes one bit or more, and the components of every whole
            // JPEG have together at least half as many samples as it has pixels.
            constexpr std::uint32_t kMostPixelsPerByte = 1024;
            const auto pixels = bigEndian(payload, 1, 2) * bigEndian(payload, 3, 2);
            if (pixels / kMostPixelsPerByte > file.size()) {
                throw IoError("it is a JPEG that is cut off (its pixels need more bytes)");
            }
        }
        if (marker == kApp14 && payload.size() > kAdobeTransform && hasAt(payload, 0, kAdobe)) {
            // 0: CMYK, 2: YCCK; Adobe stores both inverted.
            inksKnown = payload[kAdobeTransform] == 0 || payload[kAdobeTransform] == 2;
        }
        // After a scan's header come entropy-coded bytes, over which the loop walks one by one.
        at += 2 + length;
    }
    throw IoError("it is a JPEG that is cut off (no end-of-image marker)");
}

/// The profile in an iCCP chunk: a name, a zero, the method of compression, a zlib stream.
std::string profileInPng(Bytes chunk)
{
    constexpr std::size_t kMaxBytes = std::size_t{16} << 20U;
    constexpr std::size_t kMaxExpansion = 1032; // of zlib
    const auto name = static_cast<std::size_t>(std::ranges::find(chunk, 0) - chunk.begin());
    if (chunk.size() > name + 2) {
        const Bytes stream = chunk.subspan(name + 2);
        std::string profile(std::min(kMaxBytes, stream.size() * kMaxExpansion), '\0');
        const int size = stbi_zlib_decode_buffer(profile.data(), static_cast<int>(profile.size()),
                                                 reinterpret_cast<const char*>(stream.data()),
                                                 static_cast<int>(stream.size()));
        if (size > 0) {
            profile.resize(static_cast<std::size_t>(size));
            return profile;
        }
    }
    throw IoError("its colour profile is damaged (it cannot be decompressed); open it in an image "
                  "editor and save it as sRGB");
}

/// The colours that a PNG's chunks describe (W3C, Portable Network Graphics, 3rd edition, 4.3): of
/// cICP, iCCP, sRGB and gAMA with cHRM, the first that is there.
class PngColours {
public:
    void add(std::string_view type, Bytes data)
    {
        if (type == "cICP") {
            // Primaries and curve of sRGB, RGB, full range.
            isOtherVideo_ = !hasAt(data, 0, "\x01\x0d\0\x01"sv);
        } else if (type == "iCCP") {
            profile_ = profileInPng(data);
        } else if (type == "sRGB") {
            isSrgb_ = true;
        } else if (type == "gAMA" && data.size() == 4) {
            gamma_ = bigEndian(data, 0, 4);
        } else if (type == "cHRM" && data.size() == 4 * chromaticities_.size()) {
            for (std::size_t i = 0; i < chromaticities_.size(); ++i) {
                chromaticities_[i] = bigEndian(data, 4 * i, 4) / kUnit;
            }
        } else if (type == "gAMA" || type == "cHRM") {
            throwDamaged();
        }
    }

    std::string profile() const
    {
        if (isOtherVideo_) {
            throw IoError("it is a PNG with the colours of a video (chunk cICP); open it in an "
                          "image editor and save it as sRGB");
        }
        if (!profile_.empty() || isSrgb_) {
            return profile_;
        }
        const bool hasSrgbGamma = !gamma_ || *gamma_ == kSrgbGamma;
        if (hasSrgbGamma && chromaticities_ == kSrgbChromaticities) {
            return {};
        }
        if (gamma_ == 0U) {
            throwDamaged();
        }
        return profileOf(chromaticities_, hasSrgbGamma ? 0 : kUnit / *gamma_);
    }

private:
    [[noreturn]] static void throwDamaged()
    {
        throw IoError("it is a corrupt PNG (an impossible gAMA or cHRM chunk)");
    }

    static constexpr double kUnit = 100'000;
    static constexpr std::uint32_t kSrgbGamma = 45455; // stands for the curve of sRGB

    bool isOtherVideo_ = false;
    bool isSrgb_ = false;
    std::string profile_;
    std::optional<std::uint32_t> gamma_;
    std::array<double, 8> chromaticities_ = kSrgbChromaticities;
};

/// stb_image checks neither the chunks' check sums nor whether the file is an animation.
Metadata checkPng(Bytes file)
{
    constexpr std::size_t kSignature = 8;
    constexpr std::size_t kFrame = 12; // length, type, CRC
    int orientation = 1;
    PngColours colours;
    std::size_t at = kSignature;
    while (file.size() - at >= kFrame) {
        const std::size_t length = bigEndian(file, at, 4);
        if (file.size() - at - kFrame < length) {
            break;
        }
        boost::crc_32_type crc;
        crc.process_bytes(&file[at + 4], length + 4);
        if (crc.checksum() != bigEndian(file, at + 8 + length, 4)) {
            throw IoError("it is a corrupt PNG (wrong check sum)");
        }
        if (hasAt(file, at + 4, "acTL")) {
            throw IoError("it is an animated PNG; a reference must be a single picture");
        }
        if (hasAt(file, at + 4, "eXIf")) {
            orientation = exifOrientation(file.subspan(at + 8, length));
        }
        if (hasAt(file, at + 4, "IEND")) {
            return {.orientation = orientation, .profile = colours.profile()};
        }
        colours.add({reinterpret_cast<const char*>(&file[at + 4]), 4},
                    file.subspan(at + 8, length));
        at += kFrame + length;
    }
    throw IoError("it is a PNG that is cut off");
}

/// stb_image takes what is in memory for a colour that the palette lacks.
void checkPalette(Bytes file, std::size_t pixels, std::size_t width, std::size_t height,
                  std::size_t bits)
{
    constexpr std::size_t kHeaders = 14;
    constexpr std::size_t kColourBytes = 4;
    const std::size_t headers = kHeaders + littleEndian(file, 14, 4);
    const std::size_t colours = pixels < headers ? 0 : (pixels - headers) / kColourBytes;
    if (colours >= std::size_t{1} << bits) {
        return;
    }
    const std::size_t rowBytes = (width * bits + 31) / 32 * 4;
    for (std::size_t y = 0; y < height; ++y) {
        for (std::size_t x = 0; x < width; ++x) {
            const auto byte = file[pixels + y * rowBytes + x * bits / 8];
            const auto shift = 8 - bits - x * bits % 8;
            if ((byte >> shift & ((1U << bits) - 1)) >= colours) {
                throw IoError("it is a corrupt BMP (a colour that its palette of " +
                              std::to_string(colours) + " lacks)");
            }
        }
    }
}

/// The profile that a BMP's header of version 5 places in the file.
std::string profileInBmp(Bytes file)
{
    constexpr std::size_t kFileHeader = 14;
    constexpr std::size_t kVersion5 = 124;
    if (file.size() < kFileHeader + kVersion5 || littleEndian(file, 14, 4) < kVersion5) {
        return {};
    }
    const std::size_t colourSpace = kFileHeader + 56;
    if (hasAt(file, colourSpace, "KNIL")) {
        throw IoError("it is a BMP whose colour profile is in another file; open it in an image "
                      "editor and save it as sRGB");
    }
    if (!hasAt(file, colourSpace, "DEBM")) {
        return {};
    }
    const std::size_t begin = kFileHeader + littleEndian(file, kFileHeader + 112, 4);
    const std::size_t size = littleEndian(file, kFileHeader + 116, 4);
    if (size == 0 || begin > file.size() || file.size() - begin < size) {
        throw IoError("it is a BMP whose colour profile is cut off");
    }
    return {file.begin() + static_cast<std::ptrdiff_t>(begin),
            file.begin() + static_cast<std::ptrdiff_t>(begin + size)};
}

/// stb_image reads zeros past the end of a BMP.
Metadata checkBmp(Bytes file)
{
    constexpr std::size_t kFileHeader = 14;
    constexpr std::size_t kCoreHeader = 12;
    constexpr std::size_t kInfoHeader = 40;
    bool complete = file.size() >= kFileHeader + kCoreHeader;
    if (complete) {
        const bool core = littleEndian(file, 14, 4) == kCoreHeader;
        complete = core || file.size() >= kFileHeader + kInfoHeader;
        if (complete) {
            const std::uint32_t rawHeight = littleEndian(file, core ? 20 : 22, core ? 2 : 4);
            // A negative height means rows from top to bottom.
            const std::uint64_t height =
                !core && rawHeight > 0x7fffffffU ? ~rawHeight + 1U : rawHeight;
            const std::uint64_t width = littleEndian(file, 18, core ? 2 : 4);
            const std::uint64_t bits = littleEndian(file, core ? 24 : 28, 2);
            const std::uint64_t compression = core ? 0 : littleEndian(file, 30, 4);
            if (compression == 1 || compression == 2) {
                throw IoError("it is a run-length compressed BMP; save it as PNG");
            }
            requireUsableSize(static_cast<std::int64_t>(width), static_cast<std::int64_t>(height));
            if (core && bits <= 8) { // stb_image loses four colours of its palette
                throw IoError("it is a BMP of OS/2 with a palette; save it as PNG");
            }
            const std::uint64_t pixels = littleEndian(file, 10, 4);
            const std::uint64_t rowBytes = (width * bits + 31) / 32 * 4;
            complete = file.size() >= pixels + rowBytes * height;
            if (complete && (bits == 1 || bits == 4 || bits == 8)) {
                checkPalette(file, pixels, width, height, bits);
            }
        }
    }
    if (!complete) {
        throw IoError("it is a BMP that is cut off");
    }
    return {.orientation = 1, .profile = profileInBmp(file)};
}

std::string decoderReason()
{
    const char* reason = stbi_failure_reason();
    return reason == nullptr ? "no reason given" : reason;
}

/// The formats that stb_image decodes, and what must be checked before.
struct StbFormat {
    std::string_view magic;
    std::string_view name;
    Metadata (*check)(Bytes file);
};

constexpr std::array kStbFormats = {
    StbFormat{"\x89PNG\r\n\x1a\n", "PNG", checkPng},
    StbFormat{"\xff\xd8\xff", "JPEG", checkJpeg},
    StbFormat{"BM", "BMP", checkBmp},
};

DecodedImage decodeWithStb(Bytes file, std::string_view format)
{
    const auto corrupt = [&] {
        return IoError("it is a corrupt or unsupported " + std::string(format) + " (" +
                       decoderReason() + ")");
    };
    const auto* data = file.data();
    const int size = static_cast<int>(file.size());
    DecodedImage image;
    image.format = format;
    if (stbi_info_from_memory(data, size, &image.width, &image.height, &image.channels) == 0) {
        throw corrupt();
    }
    // The height of a BMP whose rows go from top to bottom is negative here, and only here.
    requireUsableSize(image.width, std::abs(image.height));
    const auto release = [](const void* samples) { stbi_image_free(const_cast<void*>(samples)); };
    if (stbi_is_16_bit_from_memory(data, size) != 0) {
        image.maxValue = std::numeric_limits<std::uint16_t>::max();
        image.words.reset(
            stbi_load_16_from_memory(data, size, &image.width, &image.height, &image.channels, 0),
            release);
    } else {
        image.maxValue = std::numeric_limits<std::uint8_t>::max();
        image.bytes.reset(
            stbi_load_from_memory(data, size, &image.width, &image.height, &image.channels, 0),
            release);
    }
    if (!image.words && !image.bytes) {
        throw corrupt();
    }
    return image;
}

} // namespace

void requireUsableSize(std::int64_t width, std::int64_t height)
{
    const std::string size = std::to_string(width) + " x " + std::to_string(height) + " pixels";
    if (std::min(width, height) < kMinSidePx) {
        throw IoError("it has " + size + "; each side needs at least " +
                      std::to_string(kMinSidePx));
    }
    if (std::max(width, height) > kMaxSidePx || width * height > kMaxPixels) {
        throw IoError("it has " + size + "; at most " + std::to_string(kMaxSidePx) +
                      " a side and " + std::to_string(kMaxPixels / 1'000'000) +
                      " million in all are accepted");
    }
}

DecodedImage decodeImage(std::span<const std::uint8_t> file)
{
    if (file.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
        throw IoError("it is larger than 2 GiB");
    }
    for (const auto& [magic, name, check] : kStbFormats) {
        if (hasAt(file, 0, magic)) {
            auto metadata = check(file);
            StoredImage stored = {.image = decodeWithStb(file, name),
                                  .profile = std::move(metadata.profile)};
            stored.image.orientation = metadata.orientation;
            return inSrgb(std::move(stored));
        }
    }
    if (hasAt(file, 0, "RIFF") && hasAt(file, 8, "WEBP")) {
        return inSrgb(decodeWebp(file));
    }
    for (const std::string_view magic : {"II*\0"sv, "MM\0*"sv, "II+\0"sv, "MM\0+"sv}) {
        if (hasAt(file, 0, magic)) {
            return inSrgb(decodeTiff(file));
        }
    }
    for (const std::string_view magic : {"P2", "P3", "P5", "P6"}) {
        if (hasAt(file, 0, magic)) {
            return decodePnm(file);
        }
    }
    throwForeign(file);
}

bool hasForeignColours(std::span<const std::uint8_t> file)
{
    for (const auto& [magic, name, check] : kStbFormats) {
        if (hasAt(file, 0, magic)) {
            const auto profile = check(file).profile;
            return !profile.empty() &&
                   changesColours(
                       {reinterpret_cast<const std::uint8_t*>(profile.data()), profile.size()});
        }
    }
    return false;
}

} // namespace mlab::stimuli
