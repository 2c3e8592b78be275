// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/measures/image_metrics.h"

#include "core/base/error.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <string>

namespace mlab::stimuli {
namespace {

constexpr int kChannels = 3;
constexpr std::size_t kTaps = kSsimMinSidePx;
constexpr std::size_t kMiddle = kTaps / 2;
constexpr std::array kScaleExponents = {0.0448, 0.2856, 0.3001, 0.2363, 0.1333};

std::string sizeOf(int width, int height)
{
    return std::to_string(width) + " x " + std::to_string(height);
}

template <class Image> void requireComparable(const Image& a, const Image& b)
{
    if (a.width != b.width || a.height != b.height) {
        throw InvalidArgument("an image of " + sizeOf(a.width, a.height) +
                              " pixels cannot be compared with one of " +
                              sizeOf(b.width, b.height));
    }
    if (std::min(a.width, a.height) < kSsimMinSidePx) {
        throw InvalidArgument("an image of " + sizeOf(a.width, a.height) +
                              " pixels is too small to compare: each side must have at least " +
                              std::to_string(kSsimMinSidePx));
    }
}

// The window is the outer product of this with itself.
const std::array<double, kTaps>& gaussianTaps()
{
    static const auto kGaussian = [] {
        constexpr double kSigma = 1.5;
        std::array<double, kTaps> taps{};
        double sum = 0.0;
        for (std::size_t i = 0; i < kTaps; ++i) {
            const double x = (static_cast<double>(i) - static_cast<double>(kMiddle)) / kSigma;
            taps[i] = std::exp(-x * x / 2);
            sum += taps[i];
        }
        for (auto& tap : taps) {
            tap /= sum;
        }
        return taps;
    }();
    return kGaussian;
}

// Averages of one row of windows: down the columns first, then along the row. The window is
// symmetric, so values at equal distance from its middle are added before they are weighted.
class WindowRow {
public:
    explicit WindowRow(std::size_t width) : column_(width), average_(width - kTaps + 1) {}

    const std::vector<double>& of(const double* firstRow)
    {
        const auto& taps = gaussianTaps();
        const std::size_t width = column_.size();
        const double* middle = firstRow + kMiddle * width;
        double* column = column_.data();
        for (std::size_t x = 0; x < width; ++x) {
            column[x] = taps[kMiddle] * middle[x];
        }
        for (std::size_t k = 0; k < kMiddle; ++k) {
            const double* above = firstRow + k * width;
            const double* below = firstRow + (kTaps - 1 - k) * width;
            for (std::size_t x = 0; x < width; ++x) {
                column[x] += taps[k] * (above[x] + below[x]);
            }
        }
        double* average = average_.data();
        for (std::size_t x = 0; x < average_.size(); ++x) {
            average[x] = taps[kMiddle] * column[x + kMiddle];
        }
        for (std::size_t k = 0; k < kMiddle; ++k) {
            const double* left = column + k;
            const double* right = column + (kTaps - 1 - k);
            for (std::size_t x = 0; x < average_.size(); ++x) {
                average[x] += taps[k] * (left[x] + right[x]);
            }
        }
        return average_;
    }

private:
    std::vector<double> column_;
    std::vector<double> average_;
};

struct Similarity {
    double whole = 0.0;             // luminance, contrast and structure
    double contrastStructure = 0.0; // without luminance
};

// Means over all places of the window.
Similarity similarity(const Plane& a, const Plane& b)
{
    constexpr double kC1 = 0.01 * 0.01;
    constexpr double kC2 = 0.03 * 0.03;
    const auto width = static_cast<std::size_t>(a.width);
    const auto rows = static_cast<std::size_t>(a.height) - kTaps + 1;
    const std::size_t columns = width - kTaps + 1;
    // The two variances are needed as their sum only.
    std::vector<double> squares(a.values.size());
    std::vector<double> products(a.values.size());
    for (std::size_t i = 0; i < a.values.size(); ++i) {
        squares[i] = a.values[i] * a.values[i] + b.values[i] * b.values[i];
        products[i] = a.values[i] * b.values[i];
    }
    std::array<WindowRow, 4> windows = {WindowRow(width), WindowRow(width), WindowRow(width),
                                        WindowRow(width)};
    Similarity sum;
    for (std::size_t y = 0; y < rows; ++y) {
        const auto& meanA = windows[0].of(a.values.data() + y * width);
        const auto& meanB = windows[1].of(b.values.data() + y * width);
        const auto& meanSquares = windows[2].of(squares.data() + y * width);
        const auto& meanProducts = windows[3].of(products.data() + y * width);
        for (std::size_t x = 0; x < columns; ++x) {
            const double meansSquared = meanA[x] * meanA[x] + meanB[x] * meanB[x];
            const double meansProduct = meanA[x] * meanB[x];
            const double contrastStructure = (2 * (meanProducts[x] - meansProduct) + kC2) /
                                             (meanSquares[x] - meansSquared + kC2);
            sum.contrastStructure += contrastStructure;
            sum.whole += contrastStructure * (2 * meansProduct + kC1) / (meansSquared + kC1);
        }
    }
    const auto places = static_cast<double>(rows * columns);
    return {.whole = sum.whole / places, .contrastStructure = sum.contrastStructure / places};
}

Plane halved(const Plane& plane)
{
    Plane half{.width = (plane.width + 1) / 2, .height = (plane.height + 1) / 2, .values = {}};
    half.values.reserve(static_cast<std::size_t>(half.width) *
                        static_cast<std::size_t>(half.height));
    const auto at = [&](int x, int y) {
        return plane.values[static_cast<std::size_t>(std::min(y, plane.height - 1)) *
                                static_cast<std::size_t>(plane.width) +
                            static_cast<std::size_t>(std::min(x, plane.width - 1))];
    };
    for (int y = 0; y < plane.height; y += 2) {
        for (int x = 0; x < plane.width; x += 2) {
            half.values.push_back((at(x, y) + at(x + 1, y) + at(x, y + 1) + at(x + 1, y + 1)) / 4);
        }
    }
    return half;
}

// `finest` is the similarity of a and b themselves, which is SSIM's as well.
std::optional<double> msSsim(const Plane& a, const Plane& b, const Similarity& finest)
{
    if (std::min(a.width, a.height) < kMsSsimMinSidePx) {
        return std::nullopt;
    }
    double product = std::pow(std::max(0.0, finest.contrastStructure), kScaleExponents.front());
    Plane coarseA = halved(a);
    Plane coarseB = halved(b);
    for (std::size_t scale = 1; scale < kScaleExponents.size(); ++scale) {
        const bool coarsest = scale + 1 == kScaleExponents.size();
        const auto here = similarity(coarseA, coarseB);
        product *= std::pow(std::max(0.0, coarsest ? here.whole : here.contrastStructure),
                            kScaleExponents[scale]);
        if (!coarsest) {
            coarseA = halved(coarseA);
            coarseB = halved(coarseB);
        }
    }
    return product;
}

Plane channelOf(const RgbImage& image, std::size_t channel)
{
    Plane plane{.width = image.width, .height = image.height, .values = {}};
    plane.values.resize(image.pixels.size() / kChannels);
    for (std::size_t i = 0; i < plane.values.size(); ++i) {
        plane.values[i] = image.pixels[i * kChannels + channel] / 255.0;
    }
    return plane;
}

} // namespace

double ssim(const Plane& a, const Plane& b)
{
    requireComparable(a, b);
    return similarity(a, b).whole;
}

std::optional<double> msSsim(const Plane& a, const Plane& b)
{
    requireComparable(a, b);
    return msSsim(a, b, similarity(a, b));
}

double rmsContrast(const RgbImage& image)
{
    std::vector<double> luma(image.pixels.size() / kChannels);
    double mean = 0.0;
    for (std::size_t i = 0; i < luma.size(); ++i) {
        const auto* rgb = &image.pixels[i * kChannels];
        luma[i] = (0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2]) / 255.0;
        mean += luma[i];
    }
    mean /= static_cast<double>(luma.size());
    double squares = 0.0;
    for (const double value : luma) {
        squares += (value - mean) * (value - mean);
    }
    return std::sqrt(squares / static_cast<double>(luma.size() - 1));
}

ImageMetrics compare(const RgbImage& reference, const RgbImage& probe)
{
    requireComparable(reference, probe);
    double squares = 0.0;
    for (std::size_t i = 0; i < reference.pixels.size(); ++i) {
        const int difference = int{probe.pixels[i]} - int{reference.pixels[i]};
        squares += static_cast<double>(difference * difference);
    }
    ImageMetrics metrics;
    metrics.rmse = std::sqrt(squares / static_cast<double>(reference.pixels.size()));
    if (metrics.rmse > 0.0) {
        metrics.psnrDb = 20 * std::log10(255.0 / metrics.rmse);
    }
    metrics.rmsContrastDifference = rmsContrast(probe) - rmsContrast(reference);
    double ssimSum = 0.0;
    std::optional<double> msSsimSum = 0.0;
    for (std::size_t channel = 0; channel < kChannels; ++channel) {
        const auto a = channelOf(reference, channel);
        const auto b = channelOf(probe, channel);
        const auto finest = similarity(a, b);
        ssimSum += finest.whole;
        const auto scales = msSsim(a, b, finest);
        msSsimSum = scales ? std::optional(*msSsimSum + *scales) : std::nullopt;
    }
    metrics.ssim = ssimSum / kChannels;
    if (msSsimSum) {
        metrics.msSsim = *msSsimSum / kChannels;
    }
    return metrics;
}

} // namespace mlab::stimuli
