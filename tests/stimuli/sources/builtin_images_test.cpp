// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/random_stream.h"
#include "stimuli/sources/builtin_images.h"
#include "stimuli/sources/builtin_noise.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>
#include <numeric>
#include <set>
#include <vector>

namespace mlab::stimuli {
namespace {

std::vector<double> lumaOf(const RgbImage& image)
{
    std::vector<double> luma;
    for (std::size_t i = 0; i < image.pixels.size(); i += 3) {
        luma.push_back((0.2126 * image.pixels[i] + 0.7152 * image.pixels[i + 1] +
                        0.0722 * image.pixels[i + 2]) /
                       255);
    }
    return luma;
}

/// Sums the power at each radial frequency of the middle 64 x 64 samples, under a Hann window.
class RadialSpectrum {
public:
    void add(const std::vector<double>& values, int width)
    {
        using Complex = std::complex<double>;
        const auto n = static_cast<std::size_t>(kSize);
        const int from = (width - kSize) / 2;
        const double mean =
            std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
        std::vector<Complex> turns(n);
        std::vector<double> window(n);
        for (std::size_t i = 0; i < n; ++i) {
            const double angle = 2 * std::numbers::pi * static_cast<double>(i) / kSize;
            turns[i] = std::polar(1.0, -angle);
            window[i] = 0.5 - 0.5 * std::cos(angle + std::numbers::pi / kSize);
        }
        std::vector<Complex> rows(n * n);
        for (std::size_t y = 0; y < n; ++y) {
            for (std::size_t u = 0; u < n; ++u) {
                for (std::size_t x = 0; x < n; ++x) {
                    const auto at =
                        (y + static_cast<std::size_t>(from)) * static_cast<std::size_t>(width) + x +
                        static_cast<std::size_t>(from);
                    rows[y * n + u] +=
                        (values[at] - mean) * window[x] * window[y] * turns[u * x % n];
                }
            }
        }
        for (int v = -kSize / 2; v < kSize / 2; ++v) {
            for (std::size_t u = 0; u < n / 2; ++u) {
                Complex sum = 0;
                for (std::size_t y = 0; y < n; ++y) {
                    sum += rows[y * n + u] * turns[static_cast<std::size_t>(v + kSize) * y % n];
                }
                const auto radius = static_cast<std::size_t>(std::lround(std::hypot(u, v)));
                if (radius < power_.size()) {
                    power_[radius] += std::norm(sum);
                    count_[radius] += 1;
                }
            }
        }
    }

    /// alpha of the power law f^-alpha that fits best, each octave having the same weight.
    double alpha() const
    {
        double w = 0;
        double wx = 0;
        double wy = 0;
        double wxx = 0;
        double wxy = 0;
        for (std::size_t k = 3; k < power_.size(); ++k) {
            const auto f = static_cast<double>(k);
            const double x = std::log(f);
            const double y = std::log(power_[k] / count_[k]);
            w += 1 / f;
            wx += x / f;
            wy += y / f;
            wxx += x * x / f;
            wxy += x * y / f;
        }
        return -(w * wxy - wx * wy) / (w * wxx - wx * wx);
    }

private:
    static constexpr int kSize = 64;
    std::vector<double> power_ = std::vector<double>(kSize / 2);
    std::vector<double> count_ = std::vector<double>(kSize / 2);
};

double alphaOf(float octaveGain)
{
    RadialSpectrum spectrum;
    for (std::uint64_t seed = 0; seed < 6; ++seed) {
        RandomStream random(seed, "test-noise");
        const Field field = pinkField(random, 96, 96, octaveGain);
        spectrum.add({field.values.begin(), field.values.end()}, 96);
    }
    return spectrum.alpha();
}

TEST(PinkField, PowerFallsAsPromised)
{
    for (const float gain : {0.8706F, 1.0F, 1.1487F}) {
        EXPECT_NEAR(alphaOf(gain), 2 + 2 * std::log2(gain), 0.25) << gain;
    }
}

TEST(PinkField, HasMeanZeroAndSdOne)
{
    RandomStream random(1, "test-noise");
    const Field field = pinkField(random, 61, 40, 1);
    ASSERT_EQ(field.values.size(), 61U * 40U);
    double sum = 0;
    double squares = 0;
    for (const double value : field.values) {
        sum += value;
        squares += value * value;
    }
    EXPECT_NEAR(sum / (61 * 40), 0, 1e-4);
    EXPECT_NEAR(squares / (61 * 40), 1, 1e-4);
}

TEST(Wave, IsASine)
{
    for (float turns = -2.3F; turns < 2.3F; turns += 0.013F) {
        EXPECT_NEAR(wave(turns), std::sin(2 * std::numbers::pi * double{turns}), 2e-4) << turns;
    }
}

TEST(BuiltinImages, AreNamedByFamilyAndNumber)
{
    EXPECT_EQ(builtinImageId(0), "dead-leaves-01");
    EXPECT_EQ(builtinImageId(7), "mixture-08");
    EXPECT_EQ(builtinImageId(8), "dead-leaves-09");
    EXPECT_EQ(builtinImageId(199), "mixture-200");
    std::set<std::string> ids;
    for (int i = 0; i < 300; ++i) {
        ids.insert(builtinImageId(i));
    }
    EXPECT_EQ(ids.size(), 300U);
    EXPECT_THROW(builtinImageId(-1), InvalidArgument);
}

// A change here changes the references and pools of every design that uses them: it needs a new
// kBuiltinImagesVersion.
TEST(BuiltinImages, GiveTheSamePixelsEverywhere)
{
    const std::vector<std::string> expected = {
        "e46bfcd79e1f8493a734aa4f3972e44cb3b99ccce65301d4792cb2c4e4639e22",
        "15caf92bdcf8474fcccdf561eece052f991fe61fd4c9e3bf8112ffcda76fc20a",
        "399505c526a131858585cc8de898dbbc39ee6dbfeb0b380d70f19ebea3eee208",
        "cf13e6f3e236061cba55788aeb9c181ee911de5e0099a4ccafe8c4e0534b91a7",
        "6eeb96d44d429cc3957d2a43380bda42b8f111aa8aeb4a4fd056355e798cd1f6",
        "69a71c3e3361891bbac45b481f35f1fa62af4626633abfb6046cbdefff5e40d7",
        "e884acbe8416f4fe4361699e538a35af11616b2e380ed741725a42f060422891",
        "823ec3887a31879291b9aab8857571b3dc792ef73a27a958d831ac0e3582e4d5",
    };
    EXPECT_EQ(kBuiltinImagesVersion, "builtin-images-v1");
    for (int i = 0; i < static_cast<int>(expected.size()); ++i) {
        EXPECT_EQ(sha256Of(builtinImage(5, i, 48)), expected[static_cast<std::size_t>(i)])
            << builtinImageId(i);
    }
}

TEST(BuiltinImages, DifferBySeedAndIndex)
{
    std::set<std::string> hashes;
    for (std::uint64_t seed = 0; seed < 3; ++seed) {
        for (int i = 0; i < 16; ++i) {
            hashes.insert(sha256Of(builtinImage(seed, i, 24)));
        }
    }
    EXPECT_EQ(hashes.size(), 48U);
}

TEST(BuiltinImages, ComeAtEverySizeThatIsAllowed)
{
    for (int i = 0; i < 8; ++i) {
        for (const int size : {16, 17, 63}) {
            const RgbImage image = builtinImage(2, i, size);
            EXPECT_EQ(image.width, size);
            EXPECT_EQ(image.height, size);
            EXPECT_EQ(image.pixels.size(), static_cast<std::size_t>(size * size * 3));
        }
        EXPECT_THROW(builtinImage(2, i, 15), InvalidArgument);
        EXPECT_THROW(builtinImage(2, i, 4097), InvalidArgument);
    }
    EXPECT_THROW(builtinImage(2, -1, 64), InvalidArgument);
}

TEST(BuiltinImages, LeaveRoomToMoveUpAndDown)
{
    double darkest = 1;
    double brightest = 0;
    double flattest = 1;
    double strongest = 0;
    double sumOfMeans = 0;
    constexpr int kImages = 80;
    for (int i = 0; i < kImages; ++i) {
        const RgbImage image = builtinImage(1, i, 64);
        const auto [low, high] = std::minmax_element(image.pixels.begin(), image.pixels.end());
        EXPECT_GT(*low, 0) << i;
        EXPECT_LT(*high, 255) << i;
        double sum = 0;
        double squares = 0;
        for (const double value : lumaOf(image)) {
            sum += value;
            squares += value * value;
        }
        const double mean = sum / (64 * 64);
        const double sd = std::sqrt(squares / (64 * 64) - mean * mean);
        darkest = std::min(darkest, mean);
        brightest = std::max(brightest, mean);
        flattest = std::min(flattest, sd);
        strongest = std::max(strongest, sd);
        sumOfMeans += mean;
    }
    EXPECT_NEAR(sumOfMeans / kImages, 0.45, 0.02);
    EXPECT_GT(darkest, 0.36);
    EXPECT_LT(brightest, 0.54);
    EXPECT_GT(flattest, 0.09);
    EXPECT_LT(flattest, 0.12);
    EXPECT_GT(strongest, 0.20);
    EXPECT_LT(strongest, 0.25);
}

TEST(BuiltinImages, PinkNoiseFamilyHasTheSpectraOfPhotographs)
{
    for (int i = 1; i < 80; i += 16) {
        RadialSpectrum spectrum;
        spectrum.add(lumaOf(builtinImage(1, i, 96)), 96);
        EXPECT_GT(spectrum.alpha(), 1.3) << i;
        EXPECT_LT(spectrum.alpha(), 2.8) << i;
    }
}

} // namespace
} // namespace mlab::stimuli
