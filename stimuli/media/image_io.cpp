// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/media/image_io.h"

#include "core/base/error.h"
#include "core/base/files.h"

#include <stb/stb_image_write.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace mlab::stimuli {
namespace {

constexpr float kMidGrey = 127.5F;
constexpr std::size_t kRgb = 3;

/// The stored pixels walked in upright order: pixel (x, y) is number origin + x*stepX + y*stepY.
struct Walk {
    std::ptrdiff_t origin = 0;
    std::ptrdiff_t stepX = 1;
    std::ptrdiff_t stepY = 0;
};

bool isTransposed(int orientation)
{
    return orientation >= 5;
}

Walk uprightWalk(const DecodedImage& image)
{
    const std::ptrdiff_t w = image.width;
    const std::ptrdiff_t last = w * image.height - 1;
    const std::ptrdiff_t lastRow = last - w + 1;
    switch (image.orientation) {
    case 2: // mirrored
        return {w - 1, -1, w};
    case 3: // upside down
        return {last, -1, -w};
    case 4: // upside down and mirrored
        return {lastRow, 1, -w};
    case 5: // stored rows are columns, from the left
        return {0, w, 1};
    case 6: // stored rows are columns, from the right
        return {lastRow, -w, 1};
    case 7: // as 6, each from bottom to top
        return {last, -w, -1};
    case 8: // as 5, each from bottom to top
        return {w - 1, w, -1};
    default:
        return {0, 1, w};
    }
}

/// One row of `out.size() / 3` pixels as RGB in [0, 255], composited over mid-grey.
template <typename Sample>
void readRow(const DecodedImage& image, const Sample* samples, Walk walk, std::span<float> out)
{
    const float scale = 255.0F / static_cast<float>(image.maxValue);
    const std::ptrdiff_t channels = image.channels;
    const bool hasAlpha = channels == 2 || channels == 4;
    const std::size_t green = channels >= 3 ? 1 : 0;
    std::ptrdiff_t at = walk.origin * channels;
    for (std::size_t i = 0; i < out.size(); i += kRgb, at += walk.stepX * channels) {
        const Sample* pixel = samples + at;
        for (std::size_t c = 0; c < kRgb; ++c) {
            out[i + c] = static_cast<float>(pixel[c * green]) * scale;
        }
        if (hasAlpha) {
            const float alpha =
                static_cast<float>(pixel[channels - 1]) / static_cast<float>(image.maxValue);
            for (std::size_t c = 0; c < kRgb; ++c) {
                out[i + c] = kMidGrey + (out[i + c] - kMidGrey) * alpha;
            }
        }
    }
}

void readRow(const DecodedImage& image, Walk walk, std::span<float> out)
{
    if (image.words) {
        readRow(image, image.words.get(), walk, out);
    } else {
        readRow(image, image.bytes.get(), walk, out);
    }
}

/// Cubic convolution with a = -1/2 (Keys 1981, eq. 15): straight lines come out straight, and at
/// the grid's own points the samples come out unchanged.
double cubic(double x)
{
    x = std::abs(x);
    if (x < 1) {
        return (1.5 * x - 2.5) * x * x + 1;
    }
    return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
}

/// The input samples that make one output sample.
struct Taps {
    std::size_t first = 0;
    std::vector<float> weights;
};

std::vector<Taps> resamplingTaps(int from, int to)
{
    const double scale = static_cast<double>(from) / to;
    const double stretch = std::max(scale, 1.0);
    std::vector<Taps> all(static_cast<std::size_t>(to));
    for (int i = 0; i < to; ++i) {
        const double centre = (i + 0.5) * scale - 0.5;
        const int first = std::max(0, static_cast<int>(std::ceil(centre - 2 * stretch)));
        const int last = std::min(from - 1, static_cast<int>(std::floor(centre + 2 * stretch)));
        std::vector<double> weights;
        double sum = 0;
        for (int j = first; j <= last; ++j) {
            weights.push_back(cubic((j - centre) / stretch));
            sum += weights.back();
        }
        Taps& taps = all[static_cast<std::size_t>(i)];
        taps.first = static_cast<std::size_t>(first);
        for (const double weight : weights) {
            taps.weights.push_back(static_cast<float>(weight / sum));
        }
    }
    return all;
}

void resampleRow(std::span<const float> row, const std::vector<Taps>& columns, float* out)
{
    for (const Taps& taps : columns) {
        std::array<float, kRgb> sum{};
        const float* pixel = row.data() + taps.first * kRgb;
        for (const float weight : taps.weights) {
            for (std::size_t c = 0; c < kRgb; ++c) {
                sum[c] += weight * pixel[c];
            }
            pixel += kRgb;
        }
        out = std::copy(sum.begin(), sum.end(), out);
    }
}

std::uint8_t toByte(float value)
{
    return static_cast<std::uint8_t>(std::lround(std::clamp(value, 0.0F, 255.0F)));
}

std::span<const std::uint8_t> asBytes(const std::string& text)
{
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// What `use` makes of the bytes of a file.
template <typename Use> auto withBytesOf(const std::filesystem::path& file, const Use& use)
{
    const std::string content = readFile(file);
    try {
        return use(asBytes(content));
    } catch (const IoError& e) {
        throw IoError("cannot use image " + file.string() + ": " + e.what());
    }
}

DecodedImage decodeFile(const std::filesystem::path& file)
{
    return withBytesOf(file, decodeImage);
}

} // namespace

SourceImage::SourceImage(const std::filesystem::path& file)
    : decoded_(decodeFile(file)), width_(decoded_.width), height_(decoded_.height)
{
    if (isTransposed(decoded_.orientation)) {
        std::swap(width_, height_);
    }
}

SquareCrop SourceImage::centre() const
{
    const int side = std::min(width_, height_);
    return {.left = (width_ - side) / 2, .top = (height_ - side) / 2, .side = side};
}

RgbImage SourceImage::square(const SquareCrop& crop, int sizePx) const
{
    if (sizePx < 1 || crop.side < 1 || crop.left < 0 || crop.top < 0 ||
        crop.left > width_ - crop.side || crop.top > height_ - crop.side) {
        throw InvalidArgument("cannot take a square of " + std::to_string(crop.side) +
                              " pixels at (" + std::to_string(crop.left) + ", " +
                              std::to_string(crop.top) + ") from a picture of " +
                              std::to_string(width_) + " x " + std::to_string(height_) +
                              " to show it at " + std::to_string(sizePx));
    }
    Walk walk = uprightWalk(decoded_);
    walk.origin += crop.left * walk.stepX + crop.top * walk.stepY;
    if (crop.mirrored) {
        walk.origin += (crop.side - 1) * walk.stepX;
        walk.stepX = -walk.stepX;
    }

    // Each row is reduced as it is read, so that the whole picture never exists as floats.
    const auto side = static_cast<std::size_t>(crop.side);
    const auto size = static_cast<std::size_t>(sizePx);
    const std::vector<Taps> taps = resamplingTaps(crop.side, sizePx);
    const std::size_t rowFloats = size * kRgb;
    std::vector<float> row(side * kRgb);
    std::vector<float> narrow(side * rowFloats);
    for (std::size_t y = 0; y < side; ++y) {
        readRow(decoded_, walk, row);
        walk.origin += walk.stepY;
        resampleRow(row, taps, narrow.data() + y * rowFloats);
    }

    RgbImage image{.width = sizePx, .height = sizePx, .pixels = {}};
    image.pixels.reserve(size * rowFloats);
    std::vector<float> sum(rowFloats);
    for (const Taps& rows : taps) {
        std::fill(sum.begin(), sum.end(), 0.0F);
        const float* source = narrow.data() + rows.first * rowFloats;
        for (const float weight : rows.weights) {
            for (std::size_t i = 0; i < rowFloats; ++i) {
                sum[i] += weight * source[i];
            }
            source += rowFloats;
        }
        std::transform(sum.begin(), sum.end(), std::back_inserter(image.pixels), toByte);
    }
    return image;
}

bool SourceImage::isUniform(const SquareCrop& crop) const
{
    Walk walk = uprightWalk(decoded_);
    walk.origin += crop.left * walk.stepX + crop.top * walk.stepY;
    std::array<float, kRgb> first{};
    readRow(decoded_, walk, first);
    std::vector<float> row(static_cast<std::size_t>(crop.side) * kRgb);
    for (int y = 0; y < crop.side; ++y) {
        readRow(decoded_, walk, row);
        walk.origin += walk.stepY;
        for (std::size_t i = 0; i < row.size(); ++i) {
            if (row[i] != first[i % kRgb]) {
                return false;
            }
        }
    }
    return true;
}

RgbImage loadImage(const std::filesystem::path& file, int sizePx)
{
    const SourceImage source(file);
    return source.square(source.centre(), sizePx);
}

bool hasForeignColours(const std::filesystem::path& file)
{
    return withBytesOf(
        file, [](std::span<const std::uint8_t> bytes) { return hasForeignColours(bytes); });
}

void savePng(const std::filesystem::path& file, const RgbImage& image)
{
    if (image.width < 1 || image.height < 1 ||
        image.pixels.size() !=
            static_cast<std::size_t>(image.width) * static_cast<std::size_t>(image.height) * kRgb) {
        throw InvalidArgument("cannot save " + file.string() + ": a picture of " +
                              std::to_string(image.width) + " x " + std::to_string(image.height) +
                              " cannot have " + std::to_string(image.pixels.size()) + " bytes");
    }
    std::string png;
    const auto append = [](void* context, void* data, int size) {
        static_cast<std::string*>(context)->append(static_cast<const char*>(data),
                                                   static_cast<std::size_t>(size));
    };
    if (stbi_write_png_to_func(append, &png, image.width, image.height, static_cast<int>(kRgb),
                               image.pixels.data(), image.width * static_cast<int>(kRgb)) == 0) {
        throw IoError("cannot save " + file.string() + ": the PNG encoder ran out of memory");
    }
    writeFileAtomically(file, png);
}

RgbImage loadPng(const std::filesystem::path& file)
{
    const DecodedImage image = decodeFile(file);
    if (image.format != "PNG" || !image.bytes || image.channels != static_cast<int>(kRgb)) {
        throw IoError("cannot use " + file.string() +
                      ": it is not an 8-bit RGB PNG, the format of stored stimuli");
    }
    const auto* first = image.bytes.get();
    const auto count =
        static_cast<std::size_t>(image.width) * static_cast<std::size_t>(image.height) * kRgb;
    return {.width = image.width, .height = image.height, .pixels = {first, first + count}};
}

} // namespace mlab::stimuli
