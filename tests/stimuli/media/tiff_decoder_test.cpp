// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "stimuli/media/image_io.h"
#include "tests/stimuli/media/profile_test_support.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <tiffio.h>

namespace mlab::stimuli {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

constexpr std::uint32_t kTiffWidth = 37; // no multiple of a tile's or a byte's
constexpr std::uint32_t kTiffHeight = 23;

/// The value of a sample, at its depth.
using Samples = std::function<std::uint32_t(std::uint32_t x, std::uint32_t y, std::uint32_t s)>;

struct Tags {
    int photometric = PHOTOMETRIC_RGB;
    int bits = 8;
    int samples = 3;
    int compression = COMPRESSION_NONE;
    int predictor = PREDICTOR_NONE;
    bool isPlanar = false;
    std::uint32_t tile = 0; ///< its side, 0 for strips
    std::uint32_t rowsPerStrip = 5;
    std::vector<std::uint16_t> extra = {};
    std::uint16_t orientation = ORIENTATION_TOPLEFT;
    std::uint16_t format = SAMPLEFORMAT_UINT;
    std::string profile = {};
    int pages = 1;
    std::uint32_t laterPages = 0; ///< their kind
    const char* mode = "w";
};

std::uint32_t mixed(std::uint32_t x, std::uint32_t y, std::uint32_t s)
{
    return 5 * x + 3 * y + 40 * s;
}

class TiffDecoder : public ImageFolderTest {
protected:
    /// Writes a file with libtiff itself.
    std::filesystem::path tiff(const Tags& tags, const Samples& samples) const
    {
        const auto file = folder_ / "a.tif";
        TIFF* out = TIFFOpen(file.c_str(), tags.mode);
        for (int page = 0; page < tags.pages; ++page) {
            writePage(out, tags, samples, page == 0 ? 0 : tags.laterPages);
        }
        TIFFClose(out);
        return file;
    }

    /// The whole picture as RGB, from (x, y, channel).
    static int at(const RgbImage& image, std::uint32_t x, std::uint32_t y, std::uint32_t channel)
    {
        return image.pixels.at((std::size_t{y} * kTiffHeight + x) * 3 + channel);
    }
    static RgbImage left(const std::filesystem::path& file)
    {
        return SourceImage(file).square({.left = 0, .top = 0, .side = kTiffHeight}, kTiffHeight);
    }

private:
    static void writePage(TIFF* out, const Tags& tags, const Samples& samples, std::uint32_t kind)
    {
        TIFFSetField(out, TIFFTAG_SUBFILETYPE, kind);
        TIFFSetField(out, TIFFTAG_IMAGEWIDTH, kTiffWidth);
        TIFFSetField(out, TIFFTAG_IMAGELENGTH, kTiffHeight);
        TIFFSetField(out, TIFFTAG_BITSPERSAMPLE, tags.bits);
        TIFFSetField(out, TIFFTAG_SAMPLESPERPIXEL, tags.samples);
        TIFFSetField(out, TIFFTAG_SAMPLEFORMAT, tags.format);
        TIFFSetField(out, TIFFTAG_PHOTOMETRIC, tags.photometric);
        TIFFSetField(out, TIFFTAG_PLANARCONFIG,
                     tags.isPlanar ? PLANARCONFIG_SEPARATE : PLANARCONFIG_CONTIG);
        TIFFSetField(out, TIFFTAG_ORIENTATION, tags.orientation);
        TIFFSetField(out, TIFFTAG_COMPRESSION, tags.compression);
        if (tags.predictor != PREDICTOR_NONE) {
            TIFFSetField(out, TIFFTAG_PREDICTOR, tags.predictor);
        }
        if (tags.compression == COMPRESSION_JPEG) {
            TIFFSetField(out, TIFFTAG_JPEGQUALITY, 100);
            if (tags.photometric == PHOTOMETRIC_YCBCR) {
                TIFFSetField(out, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
            }
        }
        if (!tags.extra.empty()) {
            TIFFSetField(out, TIFFTAG_EXTRASAMPLES, static_cast<int>(tags.extra.size()),
                         tags.extra.data());
        }
        if (!tags.profile.empty()) {
            TIFFSetField(out, TIFFTAG_ICCPROFILE, static_cast<std::uint32_t>(tags.profile.size()),
                         tags.profile.data());
        }
        if (tags.photometric == PHOTOMETRIC_PALETTE) {
            std::array<std::vector<std::uint16_t>, 3> map;
            for (std::uint32_t i = 0; i < 1U << tags.bits; ++i) { // as palettes(), below
                map[0].push_back(static_cast<std::uint16_t>(257 * (255 - i)));
                map[1].push_back(static_cast<std::uint16_t>(257 * (i / 2)));
                map[2].push_back(static_cast<std::uint16_t>(257 * i));
            }
            TIFFSetField(out, TIFFTAG_COLORMAP, map[0].data(), map[1].data(), map[2].data());
        }
        const std::uint32_t blockWidth = tags.tile != 0 ? tags.tile : kTiffWidth;
        const std::uint32_t blockHeight = tags.tile != 0 ? tags.tile : tags.rowsPerStrip;
        if (tags.tile != 0) {
            TIFFSetField(out, TIFFTAG_TILEWIDTH, tags.tile);
            TIFFSetField(out, TIFFTAG_TILELENGTH, tags.tile);
        } else {
            TIFFSetField(out, TIFFTAG_ROWSPERSTRIP, tags.rowsPerStrip);
        }
        const int planes = tags.isPlanar ? tags.samples : 1;
        for (int i = 0; i < planes; ++i) {
            const auto plane = static_cast<std::uint16_t>(i);
            for (std::uint32_t top = 0; top < kTiffHeight; top += blockHeight) {
                for (std::uint32_t leftEdge = 0; leftEdge < kTiffWidth; leftEdge += blockWidth) {
                    const auto rows =
                        tags.tile != 0 ? blockHeight : std::min(blockHeight, kTiffHeight - top);
                    std::string block;
                    for (std::uint32_t y = top; y < top + rows; ++y) {
                        block += packedRow(tags, samples, leftEdge, blockWidth, y, plane);
                    }
                    const auto size = static_cast<tmsize_t>(block.size());
                    ASSERT_GE(tags.tile != 0
                                  ? TIFFWriteEncodedTile(
                                        out, TIFFComputeTile(out, leftEdge, top, 0, plane),
                                        block.data(), size)
                                  : TIFFWriteEncodedStrip(out, TIFFComputeStrip(out, top, plane),
                                                          block.data(), size),
                              0);
                }
            }
        }
        ASSERT_EQ(TIFFWriteDirectory(out), 1);
    }

    static std::string packedRow(const Tags& tags, const Samples& samples, std::uint32_t from,
                                 std::uint32_t count, std::uint32_t y, std::uint16_t plane)
    {
        std::string row;
        std::uint32_t pending = 0;
        std::uint32_t bits = 0;
        const std::uint32_t first = tags.isPlanar ? plane : 0;
        const std::uint32_t last = tags.isPlanar ? plane + 1U : static_cast<unsigned>(tags.samples);
        const auto depth = static_cast<unsigned>(tags.bits);
        for (std::uint32_t x = from; x < from + count; ++x) {
            for (std::uint32_t s = first; s < last; ++s) {
                const auto value =
                    samples(std::min(x, kTiffWidth - 1), std::min(y, kTiffHeight - 1), s);
                if (tags.bits >= 8) { // in this machine's order
                    std::string text = bigEndian(value, tags.bits / 8);
                    std::reverse(text.begin(), text.end());
                    row += text;
                    continue;
                }
                pending = pending << depth | value;
                bits += depth;
                if (bits == 8) {
                    row += static_cast<char>(pending);
                    pending = bits = 0;
                }
            }
        }
        return bits == 0 ? row : row + static_cast<char>(pending << (8 - bits));
    }
};

TEST_F(TiffDecoder, StripsTilesAndPlanesHoldTheSamePixels)
{
    for (const int compression : {COMPRESSION_NONE, COMPRESSION_LZW, COMPRESSION_PACKBITS,
                                  COMPRESSION_ADOBE_DEFLATE, COMPRESSION_LZMA, COMPRESSION_ZSTD}) {
        for (const bool isPlanar : {false, true}) {
            for (const std::uint32_t tile : {0U, 16U, 48U}) {
                for (const char* mode : {"wl", "wb", "w8"}) {
                    const auto image = left(tiff({.compression = compression,
                                                  .isPlanar = isPlanar,
                                                  .tile = tile,
                                                  .mode = mode},
                                                 mixed));
                    ASSERT_EQ(image.pixels,
                              paint(kTiffHeight, kTiffHeight, 3,
                                    [](int x, int y, int c) {
                                        return static_cast<std::uint8_t>(5 * x + 3 * y + 40 * c);
                                    }))
                        << compression << ' ' << isPlanar << ' ' << tile << ' ' << mode;
                }
            }
        }
    }
}

TEST_F(TiffDecoder, SixteenBitsAreRoundedNotCut)
{
    const Samples samples = [](std::uint32_t x, std::uint32_t, std::uint32_t) -> std::uint32_t {
        return x == 0 ? 0x00ff : x == 1 ? 0xff00 : 0x8000;
    };
    for (const char* mode : {"wl", "wb"}) {
        for (const int predictor : {PREDICTOR_NONE, PREDICTOR_HORIZONTAL}) {
            const auto image = left(tiff(
                {.bits = 16, .compression = COMPRESSION_LZW, .predictor = predictor, .mode = mode},
                samples));
            EXPECT_EQ(at(image, 0, 3, 0), 1);
            EXPECT_EQ(at(image, 1, 3, 1), 254);
            EXPECT_EQ(at(image, 2, 3, 2), 128);
        }
    }
}

TEST_F(TiffDecoder, GreyOfEveryDepthIsReadWithZeroForBlackOrWhite)
{
    for (const int bits : {1, 2, 4, 8, 16}) {
        const std::uint32_t most = (1U << bits) - 1;
        const Samples samples = [&](std::uint32_t x, std::uint32_t y, std::uint32_t) {
            return (x + y) % 5 * most / 4;
        };
        for (const int photometric : {PHOTOMETRIC_MINISBLACK, PHOTOMETRIC_MINISWHITE}) {
            const auto image =
                left(tiff({.photometric = photometric, .bits = bits, .samples = 1}, samples));
            for (std::uint32_t i = 0; i < kTiffHeight; ++i) {
                const double level = 255.0 * samples(i, 2, 0) / most;
                const double wanted = photometric == PHOTOMETRIC_MINISWHITE ? 255 - level : level;
                ASSERT_NEAR(at(image, i, 2, i % 3), wanted, 0.51) << bits << " bits at " << i;
            }
        }
    }
    const auto fax =
        left(tiff({.photometric = PHOTOMETRIC_MINISWHITE,
                   .bits = 1,
                   .samples = 1,
                   .compression = COMPRESSION_CCITTFAX4},
                  [](std::uint32_t x, std::uint32_t y, std::uint32_t) { return (x / 3 + y) % 2; }));
    EXPECT_EQ(at(fax, 0, 0, 0), 255);
    EXPECT_EQ(at(fax, 3, 0, 0), 0);
    EXPECT_EQ(at(fax, 3, 1, 2), 255);
}

TEST_F(TiffDecoder, PalettesAreApplied)
{
    for (const int bits : {1, 2, 4, 8}) {
        const std::uint32_t count = 1U << bits;
        const auto image = left(tiff(
            {.photometric = PHOTOMETRIC_PALETTE, .bits = bits, .samples = 1},
            [&](std::uint32_t x, std::uint32_t y, std::uint32_t) { return (x + 7 * y) % count; }));
        for (std::uint32_t i = 0; i < kTiffHeight; ++i) {
            const int index = static_cast<int>((i + 7 * 5) % count);
            ASSERT_EQ(at(image, i, 5, 0), 255 - index) << bits << " bits at " << i;
            ASSERT_EQ(at(image, i, 5, 1), index / 2);
            ASSERT_EQ(at(image, i, 5, 2), index);
        }
    }
}

TEST_F(TiffDecoder, JpegCompressionIsDecoded)
{
    const Samples samples = [](std::uint32_t x, std::uint32_t y, std::uint32_t s) {
        return 40 + 4 * x + 2 * y - 10 * s;
    };
    for (const int photometric : {PHOTOMETRIC_RGB, PHOTOMETRIC_YCBCR}) {
        const auto image = left(
            tiff({.photometric = photometric, .compression = COMPRESSION_JPEG, .rowsPerStrip = 16},
                 samples));
        for (std::uint32_t i = 0; i < kTiffHeight; ++i) {
            for (std::uint32_t c = 0; c < 3; ++c) {
                ASSERT_NEAR(at(image, i, i, c), samples(i, i, c), 6) << photometric << ' ' << i;
            }
        }
    }
}

TEST_F(TiffDecoder, TransparencyIsCompositedOverMidGreyAndOtherChannelsAreLeftOut)
{
    const auto alpha = [](std::uint32_t x) { return x % 16 * 17; };
    const auto composed = [&](std::uint32_t x) { return 127.5 + 72.5 * alpha(x) / 255.0; };
    const Samples straight = [&](std::uint32_t x, std::uint32_t, std::uint32_t s) {
        return s == 3 ? alpha(x) : 200U;
    };
    const Samples premultiplied = [&](std::uint32_t x, std::uint32_t, std::uint32_t s) {
        return s == 3 ? alpha(x) : (200 * alpha(x) + 127) / 255;
    };
    const auto unassociated =
        left(tiff({.samples = 4, .extra = {EXTRASAMPLE_UNASSALPHA}}, straight));
    const auto associated =
        left(tiff({.samples = 4, .extra = {EXTRASAMPLE_ASSOCALPHA}}, premultiplied));
    const auto mask = left(tiff({.samples = 4, .extra = {EXTRASAMPLE_UNSPECIFIED}}, straight));
    const auto second =
        left(tiff({.samples = 5, .extra = {EXTRASAMPLE_UNSPECIFIED, EXTRASAMPLE_UNASSALPHA}},
                  [&](std::uint32_t x, std::uint32_t, std::uint32_t s) {
                      return s == 3 ? 7 : s == 4 ? alpha(x) : 200U;
                  }));
    for (std::uint32_t x = 0; x < kTiffHeight; ++x) {
        EXPECT_NEAR(at(unassociated, x, 4, 1), composed(x), 0.51);
        EXPECT_NEAR(at(associated, x, 4, 1), composed(x), 1);
        EXPECT_NEAR(at(second, x, 4, 1), composed(x), 0.51);
        EXPECT_EQ(at(mask, x, 4, 1), 200);
    }
}

TEST_F(TiffDecoder, OrientationAndProfileAreApplied)
{
    const SourceImage picture(tiff(
        {.orientation = ORIENTATION_RIGHTTOP, .profile = adobeRgbProfile()},
        [](std::uint32_t, std::uint32_t y, std::uint32_t s) { return y < 10 ? 60 * s : 200; }));
    EXPECT_EQ(picture.width(), static_cast<int>(kTiffHeight));
    EXPECT_EQ(picture.height(), static_cast<int>(kTiffWidth));
    const auto image = picture.square({.left = 0, .top = 0, .side = kTiffHeight}, kTiffHeight);
    EXPECT_NEAR(at(image, 0, 0, 1), 200, 1); // a grey of Adobe RGB is nearly the same in sRGB
    std::array<double, 3> linear{};
    for (std::size_t c = 0; c < 3; ++c) {
        linear[c] = std::pow(60.0 * static_cast<double>(c) / 255, 563.0 / 256);
    }
    const auto wanted = srgbOf(
        linear,
        {{{0.57667, 0.18556, 0.18823}, {0.29734, 0.62736, 0.07529}, {0.02703, 0.07069, 0.99134}}});
    for (std::uint32_t c = 0; c < 3; ++c) {
        EXPECT_NEAR(at(image, kTiffHeight - 1, 0, c), 255 * wanted[c], 1) << c;
    }
}

/// A CMYK profile whose table makes black of full black, white of no ink, and from the others the
/// red, green and blue that are left.
std::string inkProfile()
{
    std::string table;
    for (int i = 0; i < 16; ++i) {
        const bool black = (i & 1) != 0;
        const double c = (i & 8) != 0 ? 0 : 1;
        const double m = (i & 4) != 0 ? 0 : 1;
        const double y = (i & 2) != 0 ? 0 : 1;
        // L* from luminance alone, which is enough to tell inks apart; a* and b* are 0.
        const double lightness = black ? 0 : 100 * (0.3 * c + 0.5 * m + 0.2 * y);
        table += static_cast<char>(std::lround(lightness * 2.55));
        table += "\x80\x80";
    }
    std::string lut = std::string("mft1\0\0\0\0\x04\x03\x02\0", 12);
    for (int i = 0; i < 9; ++i) {
        lut += bigEndian(i % 4 == 0 ? 0x10000 : 0, 4);
    }
    std::string ramp;
    for (int i = 0; i < 256; ++i) {
        ramp += static_cast<char>(i);
    }
    lut += ramp + ramp + ramp + ramp + table + ramp + ramp + ramp;
    std::string profile = iccProfile(
        "prtr", "CMYK", {{"wtpt", xyzTag(0.9642, 1, 0.8249)}, {"A2B0", lut}, {"A2B1", lut}});
    return profile.replace(20, 4, "Lab ");
}

TEST_F(TiffDecoder, CmykIsConvertedByItsProfileOrRefused)
{
    const Samples inks = [](std::uint32_t x, std::uint32_t, std::uint32_t s) -> std::uint32_t {
        return x < 4 ? 0 : x < 8 ? (s == 3 ? 255 : 0) : x < 12 ? (s == 1 ? 255 : 0) : 255;
    };
    const Tags tags = {.photometric = PHOTOMETRIC_SEPARATED, .samples = 4};
    Tags profiled = tags;
    profiled.profile = inkProfile();
    const auto image = left(tiff(profiled, inks));
    EXPECT_EQ(at(image, 0, 0, 0), 255);
    EXPECT_EQ(at(image, 4, 0, 1), 0);
    EXPECT_NEAR(at(image, 8, 0, 1), 119, 2); // L* of 50
    EXPECT_EQ(at(image, 12, 0, 2), 0);
    const auto file = tiff(tags, inks);
    EXPECT_THAT([&] { left(file); },
                ThrowsMessage<IoError>(AllOf(HasSubstr("CMYK"), HasSubstr("save it as RGB"))));
    Tags wrong = tags;
    wrong.profile = adobeRgbProfile();
    const auto other = tiff(wrong, inks);
    EXPECT_THAT([&] { left(other); }, ThrowsMessage<IoError>(HasSubstr("profile for RGB")));
}

TEST_F(TiffDecoder, SmallerVersionsAreNoPages)
{
    EXPECT_NO_THROW(left(tiff({.pages = 3, .laterPages = FILETYPE_REDUCEDIMAGE}, mixed)));
    const auto pages = tiff({.pages = 2, .laterPages = FILETYPE_PAGE}, mixed);
    EXPECT_THAT([&] { left(pages); }, ThrowsMessage<IoError>(HasSubstr("several pages")));
}

TEST_F(TiffDecoder, CutOffFileIsRefusedWhereverTheCutIs)
{
    for (const Tags& tags :
         {Tags{}, Tags{.compression = COMPRESSION_LZW, .tile = 16, .profile = adobeRgbProfile()},
          Tags{.pages = 2, .laterPages = FILETYPE_REDUCEDIMAGE}}) {
        std::string file = readFile(tiff(tags, mixed));
        const auto* begin = reinterpret_cast<const std::uint8_t*>(file.data());
        EXPECT_NO_THROW(decodeImage({begin, file.size()}));
        testing::internal::CaptureStderr();
        for (std::size_t n = 0; n < file.size(); ++n) {
            EXPECT_THROW(decodeImage({begin, n}), IoError) << "cut to " << n << " bytes";
        }
        EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
    }
}

TEST_F(TiffDecoder, WhatCannotBeReadIsNamed)
{
    const std::vector<std::pair<Tags, std::string>> cases = {
        {{.bits = 32, .format = SAMPLEFORMAT_IEEEFP}, "floating-point"},
        {{.bits = 16, .format = SAMPLEFORMAT_INT}, "signed"},
        {{.bits = 32}, "32 bits"},
        {{.photometric = PHOTOMETRIC_CIELAB}, "Lab"},
        {{.photometric = PHOTOMETRIC_LOGLUV, .bits = 16, .format = SAMPLEFORMAT_INT},
         "dynamic range"},
        {{.photometric = PHOTOMETRIC_SEPARATED}, "samples for each pixel"},
        {{.photometric = PHOTOMETRIC_SEPARATED, .samples = 5, .extra = {EXTRASAMPLE_UNSPECIFIED}},
         "CMYK"},
        {{.samples = 1}, "samples for each pixel"},
    };
    for (const auto& [tags, found] : cases) {
        const auto file =
            tiff(tags, [](std::uint32_t, std::uint32_t, std::uint32_t) { return 1U; });
        EXPECT_THAT([&] { left(file); },
                    ThrowsMessage<IoError>(AllOf(HasSubstr(file.string()), HasSubstr(found))));
    }
}

TEST_F(TiffDecoder, DamagedPixelsAreNotShown)
{
    for (const int compression : {COMPRESSION_LZW, COMPRESSION_ADOBE_DEFLATE}) {
        std::string file =
            readFile(tiff({.compression = compression, .rowsPerStrip = kTiffHeight}, mixed));
        file.replace(40, 20, 20, '\xff');
        const auto damaged = write("damaged.tif", file);
        EXPECT_THAT([&] { left(damaged); }, ThrowsMessage<IoError>(HasSubstr("corrupt TIFF")));
    }
}

} // namespace
} // namespace mlab::stimuli
