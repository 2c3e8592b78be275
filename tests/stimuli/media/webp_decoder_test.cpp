// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "stimuli/media/image_io.h"
#include "tests/stimuli/media/profile_test_support.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <webp/encode.h>

namespace mlab::stimuli {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

using WebpDecoder = ImageFolderTest;

constexpr int kWebpWidth = 24;
constexpr int kWebpHeight = 16;

std::string little(std::size_t value)
{
    std::string text = bigEndian(static_cast<std::uint32_t>(value), 4);
    std::reverse(text.begin(), text.end());
    return text;
}

std::string chunk(const std::string& name, const std::string& data)
{
    return name + little(data.size()) + data + std::string(data.size() % 2, '\0');
}

std::string riff(const std::string& chunks)
{
    return "RIFF" + little(chunks.size() + 4) + "WEBP" + chunks;
}

/// A WebP file, lossless (RGBA) or of quality 95 (RGB).
std::string webpBytes(bool isLossless, const Painter& painter)
{
    const auto samples = paint(kWebpWidth, kWebpHeight, isLossless ? 4 : 3, painter);
    std::uint8_t* bytes = nullptr;
    const auto size = isLossless ? WebPEncodeLosslessRGBA(samples.data(), kWebpWidth, kWebpHeight,
                                                          4 * kWebpWidth, &bytes)
                                 : WebPEncodeRGB(samples.data(), kWebpWidth, kWebpHeight,
                                                 3 * kWebpWidth, 95, &bytes);
    std::string file(reinterpret_cast<const char*>(bytes), size);
    WebPFree(bytes);
    return file;
}

/// The same file with a VP8X chunk, a profile before the pixels and an EXIF block behind them.
std::string extended(const std::string& webp, const std::string& profile, const std::string& exif,
                     bool hasAlpha)
{
    const auto flags = static_cast<char>((profile.empty() ? 0 : 0x20) | (hasAlpha ? 0x10 : 0) |
                                         (exif.empty() ? 0 : 0x08));
    const std::string vp8x = std::string(1, flags) + std::string(3, '\0') +
                             little(kWebpWidth - 1).substr(0, 3) +
                             little(kWebpHeight - 1).substr(0, 3);
    return riff(chunk("VP8X", vp8x) + (profile.empty() ? "" : chunk("ICCP", profile)) +
                webp.substr(12) + (exif.empty() ? "" : chunk("EXIF", exif)));
}

std::uint8_t opaque(int x, int y, int c)
{
    return static_cast<std::uint8_t>(c == 3 ? 255 : 10 * x + 3 * y + 5 * c);
}

std::uint8_t smooth(int x, int y, int)
{
    return static_cast<std::uint8_t>(40 + 4 * x + 3 * y);
}

// An orientation of 6, as cameras write it.
const std::string kSideways =
    std::string("MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0", 26);

TEST_F(WebpDecoder, LosslessPixelsAreExactAndLossyOnesAboutRight)
{
    const SourceImage exact(write("a.webp", webpBytes(true, opaque)));
    EXPECT_EQ(exact.width(), kWebpWidth);
    EXPECT_EQ(exact.height(), kWebpHeight);
    EXPECT_EQ(exact.square({.left = 0, .top = 0, .side = 16}, 16).pixels, paint(16, 16, 3, opaque));
    const auto lossy = loadImage(write("b.webp", webpBytes(false, smooth)), kWebpHeight);
    for (int i = 0; i < kWebpHeight; ++i) {
        EXPECT_NEAR(lossy.pixels[static_cast<std::size_t>(3 * (i * kWebpHeight + i))],
                    smooth(i + 4, i, 0), 4);
    }
}

TEST_F(WebpDecoder, TransparencyIsCompositedOverMidGrey)
{
    const auto image = loadImage(write("a.webp", webpBytes(true,
                                                           [](int, int y, int c) {
                                                               return static_cast<std::uint8_t>(
                                                                   c == 3 ? 17 * y : 200);
                                                           })),
                                 kWebpHeight);
    for (int y = 0; y < kWebpHeight; ++y) {
        EXPECT_NEAR(image.pixels[static_cast<std::size_t>(3 * y * kWebpHeight)],
                    127.5 + 72.5 * y / 15, 0.51);
    }
}

TEST_F(WebpDecoder, ProfileAndOrientationAreApplied)
{
    const std::string plain = webpBytes(true, [](int x, int, int c) {
        return static_cast<std::uint8_t>(c == 3 ? 255 : x < 12 ? 60 * c : 200 - 50 * c);
    });
    for (const std::string& exif : {kSideways, std::string("Exif\0\0", 6) + kSideways}) {
        const SourceImage picture(write("a.webp", extended(plain, adobeRgbProfile(), exif, true)));
        EXPECT_EQ(picture.width(), kWebpHeight);
        EXPECT_EQ(picture.height(), kWebpWidth);
        const auto top = picture.square({.left = 0, .top = 0, .side = 16}, 16);
        std::array<double, 3> linear{};
        for (std::size_t c = 0; c < 3; ++c) {
            linear[c] = std::pow(60.0 * static_cast<double>(c) / 255, 563.0 / 256);
        }
        const auto wanted = srgbOf(linear, {{{0.57667, 0.18556, 0.18823},
                                             {0.29734, 0.62736, 0.07529},
                                             {0.02703, 0.07069, 0.99134}}});
        for (std::size_t c = 0; c < 3; ++c) {
            EXPECT_NEAR(top.pixels[c], 255 * wanted[c], 1) << c;
        }
    }
}

TEST_F(WebpDecoder, CutOffFileIsRefusedWhereverTheCutIs)
{
    for (const std::string& file :
         {webpBytes(true, opaque), webpBytes(false, smooth),
          extended(webpBytes(true, opaque), adobeRgbProfile(), kSideways, true)}) {
        const auto* begin = reinterpret_cast<const std::uint8_t*>(file.data());
        EXPECT_NO_THROW(decodeImage({begin, file.size()}));
        for (std::size_t n = 0; n < file.size(); ++n) {
            EXPECT_THROW(decodeImage({begin, n}), IoError) << "cut to " << n << " bytes";
        }
    }
}

TEST_F(WebpDecoder, RefusalsNameTheFileAndWhatWasFound)
{
    const std::string webp = webpBytes(true, opaque);
    std::string damaged = webp;
    damaged.at(20) = 'x'; // the signature of the lossless format
    std::string huge = extended(webp, "", "", true);
    huge.replace(24, 6, "\xff\xff\x03\xff\xff\x03", 6);
    const std::vector<std::array<std::string, 3>> cases = {
        {"animated.webp",
         riff(chunk("VP8X", "\x02" + std::string(9, '\0')) + chunk("ANIM", std::string(6, '\0'))),
         "animated"},
        {"damaged.webp", damaged, "corrupt WebP"},
        {"none.webp", riff(""), "corrupt WebP"},
        {"huge.webp", huge, ""},
        {"profile.webp", extended(webp, "no profile", "", true), "colour profile"},
        {"empty.webp", riff(chunk("ICCP", "") + webp.substr(12)), "colour profile"},
        {"chunk.webp", riff("VP8L" + little(1000)), "cut off"},
    };
    for (const auto& [name, bytes, found] : cases) {
        const auto file = write(name, bytes);
        EXPECT_THAT([&] { loadImage(file, 16); },
                    ThrowsMessage<IoError>(AllOf(HasSubstr(file.string()), HasSubstr(found))))
            << name;
    }
}

} // namespace
} // namespace mlab::stimuli
