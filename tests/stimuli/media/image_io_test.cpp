// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/random_stream.h"
#include "stimuli/media/exif.h"
#include "stimuli/media/image_io.h"
#include "tests/stimuli/media/image_test_support.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <utility>

namespace mlab::stimuli {
namespace {

using testing::AllOf;
using testing::Each;
using testing::HasSubstr;
using testing::ThrowsMessage;

using ImageIo = ImageFolderTest;

constexpr const char* kFiles = MLAB_SOURCE_DIR "/tests/stimuli/media/files";

std::uint8_t byteOf(int value)
{
    return static_cast<std::uint8_t>(value);
}

int valueAt(const RgbImage& image, int x, int y, int channel)
{
    const int at = 3 * (y * image.width + x) + channel;
    return image.pixels.at(static_cast<std::size_t>(at));
}

RgbImage randomImage(int width, int height)
{
    RandomStream random(1, "test-image");
    return {width, height, paint(width, height, 3, [&](int, int, int) {
                return byteOf(static_cast<int>(random.below(256)));
            })};
}

std::uint8_t gradient(int x, int y, int c)
{
    return byteOf(40 + 3 * x + 2 * y + 10 * c);
}

// An Exif segment with the orientation behind another tag, as cameras write it.
std::string exifBlock(bool isBigEndian, int orientation)
{
    const auto number = [&](std::uint32_t value, int bytes) {
        std::string text = bigEndian(value, bytes);
        if (!isBigEndian) {
            std::reverse(text.begin(), text.end());
        }
        return text;
    };
    return (isBigEndian ? "MM" : "II") + number(42, 2) + number(8, 4) + number(2, 2) +
           number(0x0100, 2) + number(4, 2) + number(1, 4) + number(640, 4) + // image width
           number(0x0112, 2) + number(3, 2) + number(1, 4) +
           number(static_cast<std::uint32_t>(orientation), 2) + number(0, 2) + number(0, 4);
}

std::string withExif(const std::string& jpeg, const std::string& exif)
{
    return withSegment(jpeg, '\xe1', std::string("Exif\0\0", 6) + exif);
}

std::span<const std::uint8_t> bytesOf(const std::string& text)
{
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

TEST_F(ImageIo, PngComesBackExactly)
{
    const RgbImage image = randomImage(37, 23);
    savePng(folder_ / "a.png", image);
    EXPECT_EQ(loadPng(folder_ / "a.png"), image);
}

TEST_F(ImageIo, LoadPngRefusesWhatSavePngDoesNotWrite)
{
    const auto grey = write("grey.png", pngBytes(16, 16, 1, gradient));
    const auto jpeg = write("a.jpg", jpegBytes(16, 16, gradient));
    EXPECT_THAT([&] { loadPng(grey); }, ThrowsMessage<IoError>(HasSubstr(grey.string())));
    EXPECT_THAT([&] { loadPng(jpeg); }, ThrowsMessage<IoError>(HasSubstr(jpeg.string())));
    EXPECT_THROW(loadPng(folder_ / "absent.png"), IoError);
}

TEST_F(ImageIo, SavePngRefusesPixelsThatDoNotFitTheSize)
{
    EXPECT_THROW(savePng(folder_ / "a.png", {.width = 16, .height = 16, .pixels = {1, 2, 3}}),
                 InvalidArgument);
}

TEST_F(ImageIo, SavePngNamesTheFileItCannotWrite)
{
    const auto file = folder_ / "no such folder" / "a.png";
    EXPECT_THAT([&] { savePng(file, randomImage(16, 16)); },
                ThrowsMessage<IoError>(HasSubstr(file.string())));
}

TEST_F(ImageIo, PictureOfTheRightSizeComesOutUnchanged)
{
    const auto file = write("a.png", pngBytes(32, 32, 3, gradient));
    EXPECT_EQ(loadImage(file, 32).pixels, paint(32, 32, 3, gradient));
}

TEST_F(ImageIo, BmpAndPnmHoldTheSamePixelsAsPng)
{
    const auto pixels = paint(24, 24, 3, gradient);
    EXPECT_EQ(loadImage(write("a.bmp", bmpBytes(24, 24, gradient)), 24).pixels, pixels);
    const std::string raw(pixels.begin(), pixels.end());
    EXPECT_EQ(loadImage(write("a.ppm", "P6\n# a comment\n24 24\n255\n" + raw), 24).pixels, pixels);
    std::string plain = "P3 24 24 255";
    for (const int value : pixels) {
        plain += '\n' + std::to_string(value);
    }
    EXPECT_EQ(loadImage(write("b.ppm", plain), 24).pixels, pixels);
}

std::string littleEndian(std::uint32_t value, int bytes)
{
    std::string text = bigEndian(value, bytes);
    std::reverse(text.begin(), text.end());
    return text;
}

/// A BMP of that many bits per pixel and of grey levels from `painter`, which palettes of 2, 16 and
/// 256 colours hold, too. A negative height stores the rows from top to bottom.
std::string greyBmp(std::uint32_t bits, int height, std::uint32_t colours, const Painter& painter)
{
    constexpr std::uint32_t kWidth = 17;
    constexpr std::uint32_t kHeaders = 54;
    const std::uint32_t most = bits <= 8 ? (1U << bits) - 1 : 255;
    std::string palette;
    for (std::uint32_t i = 0; i < colours; ++i) {
        palette += std::string(3, static_cast<char>(i * 255 / most)) + '\0';
    }
    std::string rows;
    for (int i = 0; i < std::abs(height); ++i) {
        const int y = height < 0 ? i : height - 1 - i;
        std::string row;
        std::uint32_t pending = 0;
        for (std::uint32_t x = 0; x < kWidth; ++x) {
            const std::uint32_t grey = painter(static_cast<int>(x), y, 0);
            if (bits == 16) { // five bits for each colour
                row += littleEndian((grey >> 3U) * 0x421U, 2);
            } else if (bits > 16) {
                row += std::string(3, static_cast<char>(grey)) + std::string(bits / 8 - 3, '\0');
            } else {
                pending = pending << bits | (grey * most + 127) / 255;
                if ((x + 1) * bits % 8 == 0 || x + 1 == kWidth) {
                    const std::uint32_t unused = (8 - (x + 1) * bits % 8) % 8;
                    row += static_cast<char>(pending << unused);
                    pending = 0;
                }
            }
        }
        rows += row + std::string((4 - row.size() % 4) % 4, '\0');
    }
    const auto pixels = kHeaders + static_cast<std::uint32_t>(palette.size());
    return "BM" + littleEndian(pixels + static_cast<std::uint32_t>(rows.size()), 4) +
           littleEndian(0, 4) + littleEndian(pixels, 4) + littleEndian(40, 4) +
           littleEndian(kWidth, 4) + littleEndian(static_cast<std::uint32_t>(height), 4) +
           littleEndian(1, 2) + littleEndian(bits, 2) + littleEndian(0, 4) +
           littleEndian(static_cast<std::uint32_t>(rows.size()), 4) + std::string(8, '\0') +
           littleEndian(colours, 4) + littleEndian(0, 4) + palette + rows;
}

// A height below 0 was refused as a size.
TEST_F(ImageIo, ABmpIsReadFromTopToBottomAndFromBottomToTopAtEveryDepth)
{
    for (const std::uint32_t bits : {1U, 4U, 8U, 16U, 24U, 32U}) {
        const std::uint32_t colours = bits <= 8 ? 1U << bits : 0;
        const Painter painter = [&](int x, int y, int) {
            return bits == 1 ? byteOf(y < 5 && x != 3 ? 255 : 0) : byteOf(17 * (y % 8) + 7 * x);
        };
        const double step = bits == 4 ? 8.5 : bits == 16 ? 8 : 0;
        for (const int height : {17, -17}) {
            const auto bytes = greyBmp(bits, height, colours, painter);
            const RgbImage image = loadImage(write("a.bmp", bytes), 17);
            for (int y = 0; y < 17; ++y) {
                for (int x = 0; x < 17; ++x) {
                    ASSERT_NEAR(valueAt(image, x, y, y % 3), painter(x, y, 0), step)
                        << bits << " bits, height " << height << " at " << x << ", " << y;
                }
            }
            const auto cut = write("cut.bmp", bytes.substr(0, bytes.size() - 1));
            EXPECT_THAT([&] { loadImage(cut, 17); }, ThrowsMessage<IoError>(HasSubstr("cut off")));
        }
    }
}

// What lies in memory behind the palette was shown.
TEST_F(ImageIo, ABmpOfAColourThatItsPaletteLacksIsRefused)
{
    for (const std::uint32_t bits : {1U, 4U, 8U}) {
        const std::uint32_t colours = (1U << bits) - 1;
        const auto painter = [&](int value) {
            return [=](int x, int y, int) { return byteOf(x == 16 && y == 16 ? value : 0); };
        };
        const auto fits = write("a.bmp", greyBmp(bits, 17, colours, painter(0)));
        EXPECT_NO_THROW(loadImage(fits, 17));
        const auto lacks = write("b.bmp", greyBmp(bits, 17, colours, painter(255)));
        EXPECT_THAT([&] { loadImage(lacks, 17); },
                    ThrowsMessage<IoError>(AllOf(HasSubstr("b.bmp"), HasSubstr("palette"))));
    }
    const std::string os2 = "BM" + std::string(8, '\0') + littleEndian(32, 4) +
                            littleEndian(12, 4) + littleEndian(16, 2) + littleEndian(16, 2) +
                            littleEndian(1, 2) + littleEndian(1, 2) + std::string(1000, '\0');
    const auto file = write("c.bmp", os2);
    EXPECT_THAT([&] { loadImage(file, 16); }, ThrowsMessage<IoError>(HasSubstr("OS/2")));
}

// Without the marker, the inks were taken for YCbCr: wrong by 75 of 255 on average.
TEST_F(ImageIo, ACmykJpegHasTheRightColoursOrIsRefused)
{
    const std::filesystem::path files = kFiles;
    const RgbImage wanted = loadImage(files / "cmyk.png", 64);
    const RgbImage found = loadImage(files / "cmyk-adobe.jpg", 64);
    for (std::size_t i = 0; i < wanted.pixels.size(); ++i) {
        ASSERT_NEAR(found.pixels[i], wanted.pixels[i], 3) << i;
    }
    std::string other = readFile(files / "cmyk-adobe.jpg");
    other.at(other.find("Adobe") + 11) = 1; // YCbCr, which has three components
    for (const auto& file : {files / "cmyk-unmarked.jpg", write("other.jpg", other)}) {
        EXPECT_THAT([&] { loadImage(file, 64); },
                    ThrowsMessage<IoError>(AllOf(HasSubstr(file.string()), HasSubstr("CMYK"),
                                                 HasSubstr("save it as RGB"))));
    }
}

// Adobe's other way to store inks. Pixels as libjpeg 6b decodes them.
TEST_F(ImageIo, AYcckJpegHasTheRightColours)
{
    std::string ycck = readFile(std::filesystem::path(kFiles) / "cmyk-adobe.jpg");
    ycck.at(ycck.find("Adobe") + 11) = 2;
    const RgbImage image = loadImage(write("a.jpg", ycck), 64);
    const std::array<std::array<int, 5>, 4> wanted = {{{0, 0, 226, 176, 255},
                                                       {40, 10, 100, 87, 229},
                                                       {10, 40, 102, 237, 160},
                                                       {63, 63, 60, 65, 0}}};
    for (const auto& [x, y, red, green, blue] : wanted) {
        EXPECT_NEAR(valueAt(image, x, y, 0), red, 3) << x << ", " << y;
        EXPECT_NEAR(valueAt(image, x, y, 1), green, 3) << x << ", " << y;
        EXPECT_NEAR(valueAt(image, x, y, 2), blue, 3) << x << ", " << y;
    }
}

TEST_F(ImageIo, JpegDecodesToAboutTheSamePixels)
{
    const auto file = write("a.jpg", jpegBytes(32, 32, gradient));
    const RgbImage image = loadImage(file, 32);
    for (int i = 0; i < 32; ++i) {
        EXPECT_NEAR(valueAt(image, i, 31 - i, 1), gradient(i, 31 - i, 1), 4);
    }
}

TEST_F(ImageIo, GreyBecomesEqualRgb)
{
    const RgbImage image = loadImage(write("a.png", pngBytes(16, 16, 1, gradient)), 16);
    for (int c = 0; c < 3; ++c) {
        EXPECT_EQ(valueAt(image, 5, 7, c), gradient(5, 7, 0));
    }
}

TEST_F(ImageIo, SixteenBitsAreRoundedNotCut)
{
    // 0x00ff is 0.99 of 255 and 0xff00 is 254.0: the upper bytes alone would be 0 and 255.
    const auto file = write("a.png", png16Bytes(16, 16, 1, [](int x, int, int) -> std::uint16_t {
                                return x == 0 ? 0x00ff : x == 1 ? 0xff00 : 0x8000;
                            }));
    const RgbImage image = loadImage(file, 16);
    EXPECT_EQ(valueAt(image, 0, 3, 0), 1);
    EXPECT_EQ(valueAt(image, 1, 3, 1), 254);
    EXPECT_EQ(valueAt(image, 2, 3, 2), 128);
}

TEST_F(ImageIo, PgmSamplesAreScaledByTheirMaximumInBigEndianOrder)
{
    std::string pixels;
    for (int i = 0; i < 16 * 16; ++i) {
        pixels += bigEndian(i == 0 ? 1000 : i == 1 ? 500 : 4, 2);
    }
    const RgbImage image = loadImage(write("a.pgm", "P5 16 16 1000\n" + pixels), 16);
    EXPECT_EQ(valueAt(image, 0, 0, 0), 255);
    EXPECT_EQ(valueAt(image, 1, 0, 0), 128);
    EXPECT_EQ(valueAt(image, 2, 0, 0), 1);
}

TEST_F(ImageIo, TransparencyIsCompositedOverMidGrey)
{
    const auto alphaRow = [](int y) { return y < 5 ? 0 : y < 10 ? 255 : 128; };
    const auto rgba = write("a.png", pngBytes(16, 16, 4, [&](int, int y, int c) {
                                return byteOf(c == 3 ? alphaRow(y) : 200);
                            }));
    const auto greyAlpha = write("b.png", pngBytes(16, 16, 2, [&](int, int y, int c) {
                                     return byteOf(c == 1 ? alphaRow(y) : 200);
                                 }));
    for (const auto& file : {rgba, greyAlpha}) {
        const RgbImage image = loadImage(file, 16);
        EXPECT_EQ(valueAt(image, 0, 0, 2), 128);
        EXPECT_EQ(valueAt(image, 0, 7, 2), 200);
        EXPECT_EQ(valueAt(image, 0, 12, 2), 164); // 127.5 + 72.5 * 128 / 255
    }
}

TEST_F(ImageIo, EveryExifOrientationIsTurnedUpright)
{
    // Upright: red, green above blue, white. Stored: by hand from the standard's description of
    // where row 0 and column 0 are seen.
    const std::array<std::string, 8> stored = {"RGBW", "GRWB", "WBGR", "BWRG",
                                               "RBGW", "GWRB", "WGBR", "BRWG"};
    const auto colour = [](char name, int channel) {
        const bool on = name == 'W' || name == "RGB"[channel];
        return on ? 230 : 30;
    };
    for (const bool isBigEndian : {false, true}) {
        for (int orientation = 1; orientation <= 8; ++orientation) {
            const std::string& quadrants = stored[static_cast<std::size_t>(orientation - 1)];
            const std::string jpeg = jpegBytes(32, 32, [&](int x, int y, int c) {
                const int quadrant = y / 16 * 2 + x / 16;
                return byteOf(colour(quadrants[static_cast<std::size_t>(quadrant)], c));
            });
            const auto file = write("a.jpg", withExif(jpeg, exifBlock(isBigEndian, orientation)));
            const RgbImage image = loadImage(file, 32);
            for (int q = 0; q < 4; ++q) {
                for (int c = 0; c < 3; ++c) {
                    EXPECT_NEAR(valueAt(image, 8 + q % 2 * 16, 8 + q / 2 * 16, c),
                                colour("RGBW"[q], c), 12)
                        << "orientation " << orientation << " quadrant " << q;
                }
            }
        }
    }
}

TEST_F(ImageIo, SidewaysPictureSwapsItsSides)
{
    const std::string jpeg = jpegBytes(48, 32, gradient);
    const SourceImage picture(write("a.jpg", withExif(jpeg, exifBlock(true, 6))));
    EXPECT_EQ(picture.width(), 32);
    EXPECT_EQ(picture.height(), 48);
    EXPECT_EQ(picture.centre(), (SquareCrop{.left = 0, .top = 8, .side = 32}));
}

TEST(Exif, BlockThatLiesAboutItselfMeansAsStored)
{
    EXPECT_EQ(exifOrientation({}), 1);
    EXPECT_EQ(exifOrientation(bytesOf("MM")), 1);
    EXPECT_EQ(exifOrientation(bytesOf(exifBlock(false, 0))), 1);
    EXPECT_EQ(exifOrientation(bytesOf(exifBlock(false, 9))), 1);
    std::string elsewhere = exifBlock(true, 6);
    elsewhere.replace(4, 4, "\xff\xff\xff\xff"); // the directory is outside the block
    EXPECT_EQ(exifOrientation(bytesOf(elsewhere)), 1);
    std::string manyEntries = exifBlock(true, 6).substr(0, 22);
    manyEntries.replace(8, 2, "\xff\xff");
    EXPECT_EQ(exifOrientation(bytesOf(manyEntries)), 1);
}

TEST(Exif, EveryPrefixOfABlockIsReadWithinItsBounds)
{
    const std::string block = exifBlock(true, 6);
    for (std::size_t n = 0; n < block.size(); ++n) {
        const std::vector<std::uint8_t> exactly(block.begin(),
                                                block.begin() + static_cast<std::ptrdiff_t>(n));
        const int orientation = exifOrientation(exactly);
        EXPECT_TRUE(orientation == 1 || orientation == 6);
    }
}

TEST_F(ImageIo, CropIsTheMiddleSquare)
{
    const auto wide =
        write("wide.png", pngBytes(64, 32, 3, [](int x, int, int) { return byteOf(3 * x); }));
    const RgbImage fromWide = loadImage(wide, 32);
    EXPECT_EQ(valueAt(fromWide, 0, 0, 0), 3 * 16);
    EXPECT_EQ(valueAt(fromWide, 31, 0, 0), 3 * 47);
    const auto tall =
        write("tall.png", pngBytes(32, 64, 3, [](int, int y, int) { return byteOf(3 * y); }));
    const RgbImage fromTall = loadImage(tall, 32);
    EXPECT_EQ(valueAt(fromTall, 0, 0, 0), 3 * 16);
    EXPECT_EQ(valueAt(fromTall, 0, 31, 0), 3 * 47);
}

TEST_F(ImageIo, MirroredSquareExchangesLeftAndRight)
{
    const SourceImage picture(write("a.png", pngBytes(40, 20, 3, gradient)));
    const RgbImage square = picture.square({.left = 3, .top = 2, .side = 16, .mirrored = true}, 16);
    EXPECT_EQ(valueAt(square, 0, 5, 1), gradient(18, 7, 1));
    EXPECT_EQ(valueAt(square, 15, 5, 1), gradient(3, 7, 1));
}

TEST_F(ImageIo, SquareOutsideThePictureIsRefused)
{
    const SourceImage picture(write("a.png", pngBytes(40, 20, 3, gradient)));
    EXPECT_THROW(picture.square({.left = 21, .top = 0, .side = 20}, 16), InvalidArgument);
    EXPECT_THROW(picture.square({.left = 0, .top = 1, .side = 20}, 16), InvalidArgument);
    EXPECT_THROW(picture.square({.left = -1, .top = 0, .side = 20}, 16), InvalidArgument);
    EXPECT_THROW(picture.square({.left = 0, .top = 0, .side = 0}, 16), InvalidArgument);
    EXPECT_THROW(picture.square(picture.centre(), 0), InvalidArgument);
}

TEST_F(ImageIo, FineCheckerboardBecomesUniformGrey)
{
    const auto file =
        write("a.png",
              pngBytes(512, 512, 1, [](int x, int y, int) { return byteOf((x + y) % 2 * 255); }));
    EXPECT_THAT(loadImage(file, 64).pixels, Each(testing::AnyOf(127, 128)));
}

TEST_F(ImageIo, RampStaysStraight)
{
    const auto file =
        write("a.png", pngBytes(256, 256, 1, [](int x, int, int) { return byteOf(x); }));
    for (const int size : {64, 100, 224, 400}) {
        const RgbImage image = loadImage(file, size);
        const double scale = 256.0 / size;
        const int margin = static_cast<int>(std::ceil(2 * std::max(1.0, 1 / scale)));
        for (int x = margin; x < size - margin; ++x) {
            EXPECT_NEAR(valueAt(image, x, size / 2, 0), (x + 0.5) * scale - 0.5, 0.51)
                << size << " at " << x;
        }
    }
}

TEST_F(ImageIo, FlatColourStaysFlatAtEverySize)
{
    const auto file =
        write("a.png", pngBytes(50, 41, 3, [](int, int, int c) { return byteOf(10 + 100 * c); }));
    for (const int size : {16, 40, 41, 42, 97}) {
        const RgbImage image = loadImage(file, size);
        ASSERT_EQ(image.width, size);
        EXPECT_EQ(image.pixels,
                  paint(size, size, 3, [](int, int, int c) { return byteOf(10 + 100 * c); }));
    }
}

TEST_F(ImageIo, RefusalsNameTheFileAndWhatWasFound)
{
    const std::string png = pngBytes(16, 16, 3, gradient);
    const std::string header = png.substr(0, 33); // signature and IHDR
    const std::vector<std::array<std::string, 3>> cases = {
        {"empty.png", "", "an empty file"},
        {"text.png", "this is not a picture\n", "a text file"},
        {"page.png", "\n<!DOCTYPE html>\n<html lang=\"en\">", "a web page"},
        {"pointer.png", "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 3\n",
         "a Git LFS pointer"},
        {"noise.jpg", "\x01\x02\x03\x04garbage", "unknown format"},
        {"a.gif", "GIF89a\x10", "a GIF image"},
        {"a.tif", std::string("II*\0rest", 8), "TIFF"},
        {"a.webp", std::string("RIFF\x10\0\0\0WEBPVP8 ", 16), "a WebP that is cut off"},
        {"a.heic", std::string("\0\0\0\x18", 4) + "ftypheic", "a HEIC image"},
        {"a.pbm", "P4\n16 16\n", "PBM"},
        {"tiny.png", pngBytes(1, 1, 3, gradient), "1 x 1 pixels"},
        {"thin.png", pngBytes(15, 400, 3, gradient), "15 x 400 pixels"},
        {"wide.pgm", "P5 16385 16 255\n", "16385 x 16 pixels"},
        {"huge.pgm", "P5 16000 16000 255\n", "16000 x 16000 pixels"},
        {"absurd.pgm", "P5 99999999999 99999999999 255\n", "pixels"},
        {"maximum.pgm", "P5 16 16 65536\n", "65536"},
        {"above.pgm", "P2 16 16 7\n9" + std::string(512, ' '), "a sample of 9"},
        {"huge.png",
         header.substr(0, 8) +
             pngChunk("IHDR", bigEndian(16384, 4) + bigEndian(16384, 4) +
                                  std::string("\x08\x02\0\0\0", 5)) +
             pngChunk("IDAT", "x") + pngChunk("IEND", ""),
         "16384 x 16384 pixels"},
        {"animated.png", header + pngChunk("acTL", std::string(8, '\0')) + png.substr(33),
         "animated"},
        {"nothing.png", header + pngChunk("IDAT", "no zlib stream") + pngChunk("IEND", ""),
         "corrupt"},
        {"segment.jpg", std::string("\xff\xd8\xff\xe0\x00\x01", 6) + std::string(64, ' '),
         "impossible length"},
        {"huffman.jpg",
         std::string("\xff\xd8\xff\xc4\x01\x13\x00\xff\xff", 9) + std::string(280, '\0'),
         "impossible Huffman table"},
        {"headless.jpg", std::string("\xff\xd8\xff\xd9", 4), "JPEG"},
    };
    for (const auto& [name, bytes, found] : cases) {
        const auto file = write(name, bytes);
        EXPECT_THAT([&] { loadImage(file, 32); },
                    ThrowsMessage<IoError>(AllOf(HasSubstr(file.string()), HasSubstr(found))))
            << name;
    }
}

TEST_F(ImageIo, AbsentFileAndFolderAreRefused)
{
    const auto absent = folder_ / "absent.png";
    EXPECT_THAT([&] { loadImage(absent, 32); }, ThrowsMessage<IoError>(HasSubstr(absent.string())));
    EXPECT_THROW(loadImage(folder_, 32), IoError);
}

// Decoders fill in what is missing, with grey or black; a reference made of that would be shown.
TEST_F(ImageIo, CutOffFileIsRefusedWhereverTheCutIs)
{
    std::string pgm = "P5 16 16 255\n" + std::string(256, 'x');
    std::string plainPgm = "P2 16 16 9";
    for (int i = 0; i < 256; ++i) {
        plainPgm += " 7";
    }
    const std::vector<std::pair<std::string, std::string>> files = {
        {"a.png", pngBytes(16, 16, 3, gradient)},
        {"a.jpg", withExif(jpegBytes(16, 16, gradient), exifBlock(true, 1))},
        {"a.bmp", bmpBytes(16, 16, gradient)},
        {"a.pgm", std::move(pgm)},
        {"b.pgm", std::move(plainPgm)}};
    for (const auto& [name, bytes] : files) {
        EXPECT_NO_THROW(loadImage(write(name, bytes), 16)) << name;
        for (std::size_t n = 0; n < bytes.size(); ++n) {
            const auto* begin = reinterpret_cast<const std::uint8_t*>(bytes.data());
            EXPECT_THROW(decodeImage({begin, n}), IoError) << name << " cut to " << n << " bytes";
        }
    }
}

// One of 2 kB was read as 3.7 million pixels, almost all grey. Whole ones of one colour are small
// too.
TEST_F(ImageIo, AJpegWithTooFewBytesForItsPixelsIsRefused)
{
    auto jpeg = jpegBytes(512, 512, [](int, int, int) { return byteOf(90); });
    EXPECT_NO_THROW(loadImage(write("whole.jpg", jpeg), 16));
    const auto size = jpeg.find(std::string("\xff\xc0\x00\x11\x08", 5)) + 5;
    jpeg.replace(size, 4, bigEndian(6100, 2) + bigEndian(16384, 2));
    const auto file = write("cut.jpg", jpeg);
    EXPECT_THAT([&] { loadImage(file, 16); },
                ThrowsMessage<IoError>(AllOf(HasSubstr("cut.jpg"), HasSubstr("cut off"))));
}

TEST_F(ImageIo, PngWithOneWrongBitIsRefused)
{
    const std::string png = pngBytes(16, 16, 3, gradient);
    for (std::size_t i = 0; i < png.size(); ++i) {
        std::string damaged = png;
        damaged[i] = static_cast<char>(damaged[i] ^ 1 << i % 8);
        EXPECT_THROW(decodeImage(bytesOf(damaged)), IoError) << "byte " << i;
    }
}

TEST_F(ImageIo, BytesAfterTheEndOfAJpegAreNoDamage)
{
    const auto file = write("a.jpg", jpegBytes(16, 16, gradient) + "a camera's own data");
    EXPECT_EQ(loadImage(file, 16).width, 16);
}

TEST(Photographs, AllEightDecodeToTheSizeAskedFor)
{
    const std::filesystem::path folder = std::filesystem::path(MLAB_SHARED_DIR) / "images";
    if (!std::filesystem::is_directory(folder)) {
        GTEST_SKIP() << "no photographs in " << folder;
    }
    for (const auto* name :
         {"astronaut.png", "brick.png", "camera.png", "chelsea.png", "coffee.png", "grass.png",
          "macaca_nigra_self-portrait.jpg", "rocket.jpg"}) {
        const RgbImage image = loadImage(folder / name, 224);
        EXPECT_EQ(image.width, 224);
        EXPECT_EQ(image.height, 224);
        ASSERT_EQ(image.pixels.size(), 224U * 224U * 3U);
        double sum = 0;
        double squares = 0;
        for (const double value : image.pixels) {
            sum += value;
            squares += value * value;
        }
        const auto count = static_cast<double>(image.pixels.size());
        EXPECT_GT(squares / count - sum / count * sum / count, 20.0 * 20.0) << name;
    }
}

} // namespace
} // namespace mlab::stimuli
