// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/stimuli/media/image_test_support.h"

#include <array>
#include <cmath>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace mlab::stimuli {

using Matrix = std::array<std::array<double, 3>, 3>;

/// Tags of an ICC profile: a signature of four characters, and the contents from their type on.
using ProfileTags = std::vector<std::pair<std::string, std::string>>;

/// An ICC profile of version 2 (ICC.1:2001-04). @param space "RGB ", "GRAY" or "CMYK"
inline std::string iccProfile(const std::string& deviceClass, const std::string& space,
                              const ProfileTags& tags)
{
    constexpr std::size_t kHeader = 128;
    std::string table = bigEndian(static_cast<std::uint32_t>(tags.size()), 4);
    std::string data;
    for (const auto& [name, content] : tags) {
        const auto at = kHeader + 4 + 12 * tags.size() + data.size();
        table += name + bigEndian(static_cast<std::uint32_t>(at), 4) +
                 bigEndian(static_cast<std::uint32_t>(content.size()), 4);
        data += content + std::string((4 - content.size() % 4) % 4, '\0');
    }
    const std::string d50 = bigEndian(0xf6d6, 4) + bigEndian(0x10000, 4) + bigEndian(0xd32d, 4);
    const std::string header = std::string(4, '\0') + bigEndian(0x02400000, 4) + deviceClass +
                               space + "XYZ " + std::string(12, '\0') + "acsp" +
                               std::string(28, '\0') + d50;
    const auto size = static_cast<std::uint32_t>(kHeader + table.size() + data.size());
    return bigEndian(size, 4) + header + std::string(kHeader - 4 - header.size(), '\0') + table +
           data;
}

inline std::string xyzTag(double x, double y, double z)
{
    std::string tag = std::string("XYZ \0\0\0\0", 8);
    for (const double value : {x, y, z}) {
        tag += bigEndian(static_cast<std::uint32_t>(std::lround(value * 65536)), 4);
    }
    return tag;
}

/// @param gamma in 1/256
inline std::string gammaTag(std::uint32_t gamma)
{
    return std::string("curv\0\0\0\0", 8) + bigEndian(1, 4) + bigEndian(gamma, 2) +
           std::string(2, '\0');
}

/// sRGB's curve, sampled as makers of profiles do.
inline std::string srgbCurveTag()
{
    constexpr int kCount = 1024;
    std::string tag = std::string("curv\0\0\0\0", 8) + bigEndian(kCount, 4);
    for (int i = 0; i < kCount; ++i) {
        const double v = i / (kCount - 1.0);
        const double light = v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4);
        tag += bigEndian(static_cast<std::uint32_t>(std::lround(light * 65535)), 2);
    }
    return tag;
}

/// @param colorants the columns are red, green and blue, relative to D50
inline std::string matrixProfile(const Matrix& colorants, const std::string& curve)
{
    const auto& m = colorants;
    return iccProfile("mntr", "RGB ",
                      {{"wtpt", xyzTag(0.9505, 1, 1.0891)},
                       {"rXYZ", xyzTag(m[0][0], m[1][0], m[2][0])},
                       {"gXYZ", xyzTag(m[0][1], m[1][1], m[2][1])},
                       {"bXYZ", xyzTag(m[0][2], m[1][2], m[2][2])},
                       {"rTRC", curve},
                       {"gTRC", curve},
                       {"bTRC", curve}});
}

/// Adobe RGB (1998) Color Image Encoding, version 2005-05, annex B.
inline std::string adobeRgbProfile()
{
    return matrixProfile(
        {{{0.60974, 0.20528, 0.14919}, {0.31111, 0.62567, 0.06322}, {0.01947, 0.06087, 0.74457}}},
        gammaTag(563));
}

/// The tags of Apple's profile.
inline std::string displayP3Profile()
{
    return matrixProfile(
        {{{0.51512, 0.29198, 0.15710}, {0.24120, 0.69225, 0.06657}, {-0.00105, 0.04189, 0.78407}}},
        srgbCurveTag());
}

/// The tags of the profile that most programs embed (sRGB IEC61966-2.1).
inline std::string srgbProfile()
{
    return matrixProfile(
        {{{0.43607, 0.38515, 0.14307}, {0.22249, 0.71687, 0.06061}, {0.01392, 0.09708, 0.71410}}},
        srgbCurveTag());
}

inline std::string greyProfile(std::uint32_t gamma)
{
    return iccProfile("mntr", "GRAY",
                      {{"wtpt", xyzTag(0.9642, 1, 0.8249)}, {"kTRC", gammaTag(gamma)}});
}

/// A PNG with an iCCP chunk.
inline std::string withProfile(const std::string& png, const std::string& profile)
{
    return withChunk(png, "iCCP", std::string("test\0\0", 6) + storedZlib(profile));
}

/// sRGB of a colour that is linear in other primaries (IEC 61966-2-1), from 0 to 1.
/// @param toXyz the published matrix to XYZ, relative to D65
inline std::array<double, 3> srgbOf(const std::array<double, 3>& linear, const Matrix& toXyz)
{
    constexpr Matrix kToSrgb = {
        {{3.2406, -1.5372, -0.4986}, {-0.9689, 1.8758, 0.0415}, {0.0557, -0.2040, 1.0570}}};
    const auto times = [](const Matrix& m, const std::array<double, 3>& v) {
        std::array<double, 3> product{};
        for (std::size_t i = 0; i < 3; ++i) {
            product[i] = m[i][0] * v[0] + m[i][1] * v[1] + m[i][2] * v[2];
        }
        return product;
    };
    auto rgb = times(kToSrgb, times(toXyz, linear));
    for (double& value : rgb) {
        value = std::min(1.0, std::max(0.0, value));
        value = value <= 0.0031308 ? 12.92 * value : 1.055 * std::pow(value, 1 / 2.4) - 0.055;
    }
    return rgb;
}

} // namespace mlab::stimuli
