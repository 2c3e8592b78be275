// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "stimuli/media/image_io.h"
#include "tests/stimuli/media/profile_test_support.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mlab::stimuli {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

using ColourProfiles = ImageFolderTest;

using Colour = std::array<int, 3>;

constexpr int kSide = 16;

/// Some that sRGB can show and some that it cannot.
constexpr std::array<Colour, 16> kPatches = {{{0, 0, 0},
                                              {255, 255, 255},
                                              {128, 128, 128},
                                              {20, 20, 20},
                                              {200, 120, 100},
                                              {90, 140, 70},
                                              {60, 90, 160},
                                              {180, 180, 60},
                                              {120, 60, 130},
                                              {30, 40, 60},
                                              {250, 200, 180},
                                              {255, 0, 0},
                                              {0, 255, 0},
                                              {0, 0, 255},
                                              {10, 200, 220},
                                              {3, 2, 5}}};

int patchValue(int x, int y, int channel)
{
    const auto patch = kPatches[static_cast<std::size_t>(y / 4 * 4 + x / 4)];
    return patch[static_cast<std::size_t>(channel)];
}

std::string patchesPng()
{
    return pngBytes(kSide, kSide, 3, [](int x, int y, int c) {
        return static_cast<std::uint8_t>(patchValue(x, y, c));
    });
}

double srgbLight(double v)
{
    return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4);
}

/// The patches in sRGB, computed from published matrices alone.
template <typename Curve> std::vector<double> patchesInSrgb(const Matrix& toXyz, const Curve& curve)
{
    std::vector<double> wanted;
    for (int y = 0; y < kSide; ++y) {
        for (int x = 0; x < kSide; ++x) {
            std::array<double, 3> linear{};
            for (int c = 0; c < 3; ++c) {
                linear[static_cast<std::size_t>(c)] = curve(patchValue(x, y, c) / 255.0);
            }
            for (const double value : srgbOf(linear, toXyz)) {
                wanted.push_back(255 * value);
            }
        }
    }
    return wanted;
}

void expectNear(const RgbImage& image, const std::vector<double>& wanted, double tolerance)
{
    ASSERT_EQ(image.pixels.size(), wanted.size());
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        ASSERT_NEAR(image.pixels[i], wanted[i], tolerance)
            << "patch " << i / 3 / kSide / 4 * 4 + i / 3 % kSide / 4 << " channel " << i % 3;
    }
}

// Adobe RGB (1998) Color Image Encoding, version 2005-05, 4.3.5.3.
constexpr Matrix kAdobeToXyz = {
    {{0.57667, 0.18556, 0.18823}, {0.29734, 0.62736, 0.07529}, {0.02703, 0.07069, 0.99134}}};
// SMPTE EG 432-1 with the white of D65.
constexpr Matrix kP3ToXyz = {
    {{0.48657, 0.26567, 0.19822}, {0.22897, 0.69174, 0.07929}, {0.0, 0.04511, 1.04394}}};
// IEC 61966-2-1.
constexpr Matrix kSrgbToXyz = {
    {{0.4124, 0.3576, 0.1805}, {0.2126, 0.7152, 0.0722}, {0.0193, 0.1192, 0.9505}}};

std::vector<double> adobePatchesInSrgb()
{
    return patchesInSrgb(kAdobeToXyz, [](double v) { return std::pow(v, 563.0 / 256); });
}

std::string profileSegment(int number, int count, const std::string& part)
{
    return std::string("ICC_PROFILE\0", 12) + static_cast<char>(number) + static_cast<char>(count) +
           part;
}

// Taken for sRGB, their colours were paler than they are: by up to 40 of 255.
TEST_F(ColourProfiles, AdobeRgbAndDisplayP3AreConvertedToSrgb)
{
    const auto adobe = write("adobe.png", withProfile(patchesPng(), adobeRgbProfile()));
    expectNear(loadImage(adobe, kSide), adobePatchesInSrgb(), 1);
    const auto p3 = write("p3.png", withProfile(patchesPng(), displayP3Profile()));
    expectNear(loadImage(p3, kSide), patchesInSrgb(kP3ToXyz, srgbLight), 1);
}

TEST_F(ColourProfiles, SixteenBitsAreConvertedToo)
{
    const auto png = png16Bytes(kSide, kSide, 3, [](int x, int y, int c) {
        return static_cast<std::uint16_t>(257 * patchValue(x, y, c));
    });
    const auto file = write("a.png", withProfile(png, adobeRgbProfile()));
    expectNear(loadImage(file, kSide), adobePatchesInSrgb(), 0.6);
}

TEST_F(ColourProfiles, AProfileInSeveralSegmentsOfAJpegIsPutTogether)
{
    const std::string profile = adobeRgbProfile();
    const std::size_t third = profile.size() / 3;
    std::string jpeg = jpegBytes(kSide, kSide, [](int x, int y, int c) {
        return static_cast<std::uint8_t>(patchValue(x / 16 * 4, y / 16 * 4 + 4, c));
    });
    const auto plain = loadImage(write("plain.jpg", jpeg), kSide);
    jpeg = withSegment(jpeg, '\xe2', profileSegment(2, 3, profile.substr(third, third)));
    const auto incomplete =
        write("a.jpg", withSegment(jpeg, '\xe2', profileSegment(1, 3, profile.substr(0, third))));
    EXPECT_THAT(
        [&] { loadImage(incomplete, kSide); },
        ThrowsMessage<IoError>(AllOf(HasSubstr("a.jpg"), HasSubstr("colour profile is damaged"))));
    jpeg = withSegment(jpeg, '\xe2', profileSegment(3, 3, profile.substr(2 * third)));
    jpeg = withSegment(jpeg, '\xe2', profileSegment(1, 3, profile.substr(0, third)));
    const auto converted = loadImage(write("b.jpg", jpeg), kSide);
    std::array<double, 3> linear{};
    for (std::size_t c = 0; c < 3; ++c) {
        linear[c] = std::pow(plain.pixels[c] / 255.0, 563.0 / 256);
    }
    for (std::size_t c = 0; c < 3; ++c) {
        EXPECT_NEAR(converted.pixels[c], 255 * srgbOf(linear, kAdobeToXyz)[c], 1) << c;
    }
    EXPECT_NE(converted, plain);
}

TEST_F(ColourProfiles, AProfileOfSrgbChangesNothing)
{
    const auto file = write("a.png", withProfile(patchesPng(), srgbProfile()));
    EXPECT_EQ(loadImage(file, kSide), loadImage(write("b.png", patchesPng()), kSide));
    EXPECT_EQ(loadPng(file).width, kSide); // still 8 bits: untouched
    EXPECT_FALSE(hasForeignColours(file));
    EXPECT_FALSE(hasForeignColours(folder_ / "b.png"));
    EXPECT_TRUE(hasForeignColours(write("c.png", withProfile(patchesPng(), adobeRgbProfile()))));
}

TEST_F(ColourProfiles, GreyPicturesStayGrey)
{
    const auto grey = [](int x, int y, int) { return static_cast<std::uint8_t>(16 * y + x); };
    const std::string png = pngBytes(kSide, kSide, 1, grey);
    const std::vector<std::pair<std::string, double>> profiles = {{greyProfile(256 * 9 / 5), 1.8},
                                                                  {adobeRgbProfile(), 563.0 / 256}};
    for (const auto& [profile, gamma] : profiles) {
        const auto image = loadImage(write("a.png", withProfile(png, profile)), kSide);
        for (std::size_t i = 0; i < image.pixels.size(); i += 3) {
            const double level = static_cast<double>(i / 3) / 255;
            const double light = std::pow(level, gamma);
            ASSERT_NEAR(image.pixels[i], 255 * srgbOf({light, light, light}, kSrgbToXyz)[1], 1)
                << level;
            ASSERT_EQ(image.pixels[i], image.pixels[i + 1]);
            ASSERT_EQ(image.pixels[i], image.pixels[i + 2]);
        }
    }
}

TEST_F(ColourProfiles, TransparencyStaysAsItIs)
{
    const auto png = pngBytes(kSide, kSide, 4, [](int x, int y, int c) {
        return static_cast<std::uint8_t>(c < 3 ? patchValue(x, y, c) : x % 4 == 0 ? 0 : 51);
    });
    const auto image = loadImage(write("a.png", withProfile(png, adobeRgbProfile())), kSide);
    const auto opaque = adobePatchesInSrgb();
    for (std::size_t i = 0; i < opaque.size(); ++i) {
        const double alpha = i / 3 % 4 == 0 ? 0 : 0.2;
        ASSERT_NEAR(image.pixels[i], 127.5 + (opaque[i] - 127.5) * alpha, 0.8) << i;
    }
}

TEST_F(ColourProfiles, GammaAndChromaticitiesOfAPngAreApplied)
{
    const std::string png = patchesPng();
    const auto gamma = [](std::uint32_t value) { return bigEndian(value, 4); };
    const auto linear = write("linear.png", withChunk(png, "gAMA", gamma(100'000)));
    expectNear(loadImage(linear, kSide), patchesInSrgb(kSrgbToXyz, [](double v) { return v; }), 1);

    std::string adobe;
    for (const std::uint32_t value : {31270, 32900, 64000, 33000, 21000, 71000, 15000, 6000}) {
        adobe += bigEndian(value, 4);
    }
    const auto both =
        write("both.png", withChunk(withChunk(png, "gAMA", gamma(45471)), "cHRM", adobe));
    expectNear(loadImage(both, kSide), adobePatchesInSrgb(), 1);

    const auto plain = loadImage(write("plain.png", png), kSide);
    EXPECT_EQ(loadImage(write("a.png", withChunk(png, "gAMA", gamma(45455))), kSide), plain);
    // A chunk sRGB has precedence over gamma and chromaticities, a profile over all.
    const auto named =
        withChunk(withChunk(png, "gAMA", gamma(100'000)), "sRGB", std::string(1, '\0'));
    EXPECT_EQ(loadImage(write("b.png", named), kSide), plain);
    expectNear(loadImage(write("c.png", withProfile(named, adobeRgbProfile())), kSide),
               adobePatchesInSrgb(), 1);
}

TEST_F(ColourProfiles, AProfileInABmpIsApplied)
{
    const std::string profile = adobeRgbProfile();
    std::string bmp = bmpBytes(kSide, kSide, [](int x, int y, int c) {
        return static_cast<std::uint8_t>(patchValue(x, y, c));
    });
    const auto little = [](std::uint32_t value) {
        std::string text = bigEndian(value, 4);
        std::reverse(text.begin(), text.end());
        return text;
    };
    const std::string info = bmp.substr(14, 40);
    const std::string pixels = bmp.substr(54);
    constexpr std::uint32_t kVersion5 = 124;
    const auto size = static_cast<std::uint32_t>(profile.size());
    const auto header = [&](const std::string& space) {
        return bmp.substr(0, 10) + little(14 + kVersion5) + little(kVersion5) + info.substr(4) +
               std::string(16, '\0') + space + std::string(52, '\0') +
               little(kVersion5 + static_cast<std::uint32_t>(pixels.size())) + little(size) +
               std::string(4, '\0') + pixels;
    };
    expectNear(loadImage(write("a.bmp", header("DEBM") + profile), kSide), adobePatchesInSrgb(), 1);
    const auto plain = loadImage(write("b.bmp", bmp), kSide);
    EXPECT_EQ(loadImage(write("c.bmp", header("BGRs")), kSide), plain);
    const auto cut = write("d.bmp", header("DEBM") + profile.substr(1));
    EXPECT_THAT([&] { loadImage(cut, kSide); }, ThrowsMessage<IoError>(HasSubstr("cut off")));
    const auto linked = write("e.bmp", header("KNIL") + profile);
    EXPECT_THAT([&] { loadImage(linked, kSide); },
                ThrowsMessage<IoError>(HasSubstr("another file")));
}

TEST_F(ColourProfiles, OneThatCannotBeAppliedIsNamed)
{
    const std::string png = patchesPng();
    const std::string adobe = adobeRgbProfile();
    const std::string grey =
        pngBytes(kSide, kSide, 1, [](int, int y, int) { return static_cast<std::uint8_t>(y); });
    const ProfileTags white = {{"wtpt", xyzTag(0.9642, 1, 0.8249)}};
    std::string noNumber = adobe;
    noNumber.at(36) = 'x'; // of "acsp"
    const std::vector<std::array<std::string, 3>> cases = {
        {"empty.png", withProfile(png, ""), "damaged"},
        {"short.png", withProfile(png, adobe.substr(0, 100)), "damaged"},
        {"cut.png", withProfile(png, adobe.substr(0, adobe.size() - 1)), "cut off"},
        {"number.png", withProfile(png, noNumber), "damaged"},
        {"tags.png", withProfile(png, iccProfile("mntr", "RGB ", white)), "damaged"},
        {"link.png", withProfile(png, iccProfile("link", "RGB ", white)), "not one for"},
        {"cmyk.png", withProfile(png, iccProfile("prtr", "CMYK", white)), "an RGB picture"},
        {"grey.png", withProfile(png, greyProfile(512)), "profile for grey"},
        {"inks.png", withProfile(grey, iccProfile("prtr", "CMYK", white)), "profile for CMYK"},
        {"zlib.png", withChunk(png, "iCCP", std::string("test\0\0rubbish", 13)), "decompressed"},
        {"name.png", withChunk(png, "iCCP", "test"), "decompressed"},
        {"video.png", withChunk(png, "cICP", "\x09\x10\x01\x01"), "cICP"},
        {"gamma.png", withChunk(png, "gAMA", std::string(4, '\0')), "gAMA"},
        {"gamma3.png", withChunk(png, "gAMA", std::string(3, '\0')), "gAMA"},
        {"white.png", withChunk(png, "cHRM", std::string(32, '\0')), ""},
    };
    for (const auto& [name, bytes, found] : cases) {
        const auto file = write(name, bytes);
        EXPECT_THAT([&] { loadImage(file, kSide); },
                    ThrowsMessage<IoError>(AllOf(HasSubstr(file.string()), HasSubstr(found))))
            << name;
    }
    const std::string cmyk = readFile(MLAB_SOURCE_DIR "/tests/stimuli/media/files/cmyk-adobe.jpg");
    const auto file = write("cmyk.jpg", withSegment(cmyk, '\xe2', profileSegment(1, 1, adobe)));
    EXPECT_THAT([&] { loadImage(file, kSide); },
                ThrowsMessage<IoError>(HasSubstr("CMYK JPEG with a colour profile")));
}

} // namespace
} // namespace mlab::stimuli
