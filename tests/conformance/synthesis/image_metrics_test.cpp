// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/random_stream.h"
#include "stimuli/measures/image_metrics.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <numbers>

namespace mlab::stimuli {
namespace {

constexpr double kTolerance = 1e-6;

// inputs.json: the linear congruential generator and the picture "image_N".
class Lcg {
public:
    explicit Lcg(std::uint32_t seed) : state_(seed) {}
    double operator()()
    {
        state_ = 1664525U * state_ + 1013904223U;
        return state_ / 4294967296.0;
    }

private:
    std::uint32_t state_;
};

Plane imageN(int side)
{
    Lcg noise(12345);
    Plane plane{.width = side, .height = side, .values = {}};
    for (int y = 0; y < side; ++y) {
        for (int x = 0; x < side; ++x) {
            const double dx = x - side / 2.0;
            const double dy = y - side / 2.0;
            plane.values.push_back(0.5 +
                                   0.18 * std::sin(2 * std::numbers::pi * (5 * x + 3 * y) / side) +
                                   0.12 * std::cos(std::numbers::pi * (dx * dx + dy * dy) / side) +
                                   0.2 * (noise() - 0.5));
        }
    }
    return plane;
}

Plane withNoise(Plane plane)
{
    Lcg noise(7);
    for (auto& value : plane.values) {
        value = std::clamp(value + 0.1 * (noise() - 0.5), 0.0, 1.0);
    }
    return plane;
}

TEST(ImageMetricsConformance, SsimAndMsSsimArePlenoptics)
{
    const auto expected = nlohmann::json::parse(
        readFile(MLAB_SOURCE_DIR "/tests/conformance/synthesis/image_metrics.json"));
    const auto image = imageN(256);
    const auto noisy = withNoise(image);
    double squares = 0.0;
    for (std::size_t i = 0; i < image.values.size(); ++i) {
        squares += std::pow(image.values[i] - noisy.values[i], 2);
    }
    ASSERT_NEAR(squares / static_cast<double>(image.values.size()),
                expected.at("mse").get<double>(), 1e-12)
        << "the inputs are not those of the conformance file";
    EXPECT_NEAR(ssim(image, noisy), expected.at("ssim").get<double>(), kTolerance);
    EXPECT_NEAR(msSsim(image, noisy).value(), expected.at("ms_ssim").get<double>(), kTolerance);
}

RgbImage painted(int side, const std::function<int(int x, int y, int channel)>& value)
{
    RgbImage image{.width = side, .height = side, .pixels = {}};
    for (int y = 0; y < side; ++y) {
        for (int x = 0; x < side; ++x) {
            for (int channel = 0; channel < 3; ++channel) {
                image.pixels.push_back(static_cast<std::uint8_t>(value(x, y, channel)));
            }
        }
    }
    return image;
}

RgbImage noise(int side, std::uint64_t seed)
{
    RandomStream random(seed, "image metrics test");
    return painted(side, [&](int, int, int) { return static_cast<int>(random.below(256)); });
}

TEST(ImageMetrics, AnImageIsItselfInEveryMeasure)
{
    const auto image = noise(176, 1);
    const auto metrics = compare(image, image);
    EXPECT_EQ(metrics.rmse, 0.0);
    EXPECT_FALSE(metrics.psnrDb.has_value());
    EXPECT_EQ(metrics.rmsContrastDifference, 0.0);
    EXPECT_NEAR(metrics.ssim, 1.0, 1e-12);
    EXPECT_NEAR(metrics.msSsim.value(), 1.0, 1e-12);
}

TEST(ImageMetrics, AConstantOffsetGivesTheKnownRmseAndPsnr)
{
    const auto image = painted(32, [](int x, int y, int) { return (x * 5 + y * 3) % 200; });
    auto brighter = image;
    for (auto& value : brighter.pixels) {
        value = static_cast<std::uint8_t>(value + 10);
    }
    const auto metrics = compare(image, brighter);
    EXPECT_DOUBLE_EQ(metrics.rmse, 10.0);
    EXPECT_NEAR(metrics.psnrDb.value(), 28.130803608679102, 1e-12);
    EXPECT_NEAR(metrics.rmsContrastDifference, 0.0, 1e-12);
    EXPECT_LT(metrics.ssim, 1.0);
}

TEST(ImageMetrics, RmsContrastOfACheckerboardIsHalfItsRange)
{
    // n values of +-d have a sample standard deviation of d sqrt(n / (n - 1)).
    const auto board = [](int low, int high) {
        return painted(16, [=](int x, int y, int) { return (x + y) % 2 == 0 ? low : high; });
    };
    const double sample = std::sqrt(256.0 / 255.0);
    EXPECT_NEAR(rmsContrast(board(51, 153)), 0.2 * sample, 1e-12);
    EXPECT_NEAR(compare(board(51, 153), board(0, 255)).rmsContrastDifference, 0.3 * sample, 1e-12);
}

TEST(ImageMetrics, AGreyImagesSsimIsThatOfItsOneChannel)
{
    const auto plane = imageN(176);
    const auto other = withNoise(plane);
    const auto grey = [](const Plane& source) {
        return painted(source.width, [&](int x, int y, int) {
            return static_cast<int>(
                std::lround(255 * source.values[static_cast<std::size_t>(y * source.width + x)]));
        });
    };
    const auto metrics = compare(grey(plane), grey(other));
    EXPECT_NEAR(metrics.ssim, ssim(plane, other), 2e-3); // 8 bits
    EXPECT_NEAR(metrics.msSsim.value(), msSsim(plane, other).value(), 2e-3);
    EXPECT_EQ(compare(grey(plane), grey(other)), metrics);
}

TEST(ImageMetrics, SsimIsSymmetricAndMsSsimIsNeverNegative)
{
    const auto a = noise(176, 1);
    const auto negative = painted(176, [&](int x, int y, int channel) {
        return 255 - a.pixels[static_cast<std::size_t>((y * 176 + x) * 3 + channel)];
    });
    const auto forth = compare(a, negative);
    const auto back = compare(negative, a);
    EXPECT_LT(forth.ssim, 0.0);
    EXPECT_DOUBLE_EQ(forth.ssim, back.ssim);
    EXPECT_EQ(forth.msSsim, 0.0);
}

TEST(ImageMetrics, MsSsimIsAbsentBelowTheSizeOfItsFiveScales)
{
    EXPECT_FALSE(compare(noise(32, 1), noise(32, 2)).msSsim.has_value());
    EXPECT_FALSE(compare(noise(160, 1), noise(160, 2)).msSsim.has_value());
    EXPECT_TRUE(compare(noise(161, 1), noise(161, 2)).msSsim.has_value());
}

TEST(ImageMetrics, SizesThatCannotBeComparedAreRefused)
{
    EXPECT_THROW(compare(noise(32, 1), noise(33, 1)), InvalidArgument);
    EXPECT_THROW(compare(noise(10, 1), noise(10, 1)), InvalidArgument);
    EXPECT_NO_THROW(compare(noise(11, 1), noise(11, 1)));
    EXPECT_THROW(ssim(imageN(32), imageN(64)), InvalidArgument);
    EXPECT_THROW(msSsim(imageN(8), imageN(8)), InvalidArgument);
}

} // namespace
} // namespace mlab::stimuli
