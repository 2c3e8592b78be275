// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/sources/builtin_noise.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace mlab::stimuli {
namespace {

/// The sum of four uniform numbers: near enough to normal for a sum of octaves, and exact.
float whiteNoise(RandomStream& random)
{
    const std::uint64_t bits = random();
    const std::uint64_t sum =
        (bits & 0xffffU) + (bits >> 16U & 0xffffU) + (bits >> 32U & 0xffffU) + (bits >> 48U);
    // Variance of the sum: 4 (2^16)^2 / 12.
    return (static_cast<float>(sum) - 131070.0F) * (1.0F / 37837.0F);
}

/// Twice as many samples by cubic B-spline subdivision; needs (n - 1) / 2 + 3 for n.
void subdivide(const float* coarse, std::ptrdiff_t coarseStep, float* fine, std::ptrdiff_t fineStep,
               int n)
{
    for (int i = 0; i < n; ++i) {
        const float* c = coarse + (i / 2) * coarseStep;
        *fine = i % 2 == 0 ? 0.125F * c[0] + 0.75F * c[coarseStep] + 0.125F * c[2 * coarseStep]
                           : 0.5F * (c[coarseStep] + c[2 * coarseStep]);
        fine += fineStep;
    }
}

int coarser(int n)
{
    return (n - 1) / 2 + 3;
}

Field upsample(const Field& coarse, int width, int height)
{
    Field wide{width, coarse.height, {}};
    wide.values.resize(static_cast<std::size_t>(width) * static_cast<std::size_t>(coarse.height));
    for (std::ptrdiff_t y = 0; y < coarse.height; ++y) {
        subdivide(coarse.values.data() + y * coarse.width, 1, wide.values.data() + y * width, 1,
                  width);
    }
    Field fine{width, height, {}};
    fine.values.resize(static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
    for (int x = 0; x < width; ++x) {
        subdivide(wide.values.data() + x, width, fine.values.data() + x, width, height);
    }
    return fine;
}

Field octaves(RandomStream& random, int width, int height, float gain, float octaveGain)
{
    constexpr int kCoarsest = 7;
    Field field;
    if (std::max(width, height) > kCoarsest) {
        field = upsample(
            octaves(random, coarser(width), coarser(height), gain * octaveGain, octaveGain), width,
            height);
    } else {
        field = {width, height, {}};
        field.values.resize(static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
    }
    for (float& value : field.values) {
        value += gain * whiteNoise(random);
    }
    return field;
}

/// Brings down what the white noise of the finest octave has too much near the highest frequency:
/// [a, 1 - 2a, a] along rows and columns, a fitted to a power law up to that frequency.
void smoothFinest(Field& field)
{
    constexpr float kA = 0.11F;
    const auto filterLine = [](float* line, std::ptrdiff_t step, int n) {
        float before = line[0];
        for (int i = 0; i < n; ++i) {
            float& here = line[i * step];
            const float after = line[std::min(i + 1, n - 1) * step];
            before = std::exchange(here, kA * (before + after) + (1 - 2 * kA) * here);
        }
    };
    for (std::ptrdiff_t y = 0; y < field.height; ++y) {
        filterLine(field.values.data() + y * field.width, 1, field.width);
    }
    for (std::ptrdiff_t x = 0; x < field.width; ++x) {
        filterLine(field.values.data() + x, field.width, field.height);
    }
}

} // namespace

Field pinkField(RandomStream& random, int width, int height, float octaveGain)
{
    Field field = octaves(random, width, height, 1, octaveGain);
    smoothFinest(field);
    double sum = 0;
    double squares = 0;
    for (const float value : field.values) {
        sum += value;
        squares += static_cast<double>(value) * value;
    }
    const auto count = static_cast<double>(field.values.size());
    const double mean = sum / count;
    const double sd = std::sqrt(squares / count - mean * mean);
    for (float& value : field.values) {
        value = static_cast<float>((value - mean) / sd);
    }
    return field;
}

float GradientNoise::operator()(float x, float y) const
{
    constexpr float kC = 0.92387953F; // cos and sin of 22.5 degrees
    constexpr float kS = 0.38268343F;
    constexpr float kD = 0.70710678F;
    constexpr std::array<std::array<float, 2>, 16> kGradients = {{{1, 0},
                                                                  {kC, kS},
                                                                  {kD, kD},
                                                                  {kS, kC},
                                                                  {0, 1},
                                                                  {-kS, kC},
                                                                  {-kD, kD},
                                                                  {-kC, kS},
                                                                  {-1, 0},
                                                                  {-kC, -kS},
                                                                  {-kD, -kD},
                                                                  {-kS, -kC},
                                                                  {0, -1},
                                                                  {kS, -kC},
                                                                  {kD, -kD},
                                                                  {kC, -kS}}};
    const int ix = floorInt(x);
    const int iy = floorInt(y);
    const float fx = x - static_cast<float>(ix);
    const float fy = y - static_cast<float>(iy);
    const auto corner = [&](int dx, int dy) {
        const auto& g = kGradients[hashPoint(seed_, ix + dx, iy + dy) >> 28U];
        return g[0] * (fx - static_cast<float>(dx)) + g[1] * (fy - static_cast<float>(dy));
    };
    const auto fade = [](float t) { return t * t * t * (t * (t * 6 - 15) + 10); };
    const float u = fade(fx);
    const float top = corner(0, 0) + u * (corner(1, 0) - corner(0, 0));
    const float bottom = corner(0, 1) + u * (corner(1, 1) - corner(0, 1));
    return 1.5F * (top + fade(fy) * (bottom - top));
}

float GradientNoise::fractal(float x, float y, int octaves) const
{
    float sum = 0;
    float gain = 1;
    for (int i = 0; i < octaves; ++i) {
        // The shift keeps the lattices' zeros apart.
        const auto shift = static_cast<float>(17 * i);
        sum += gain * (*this)(x + shift, y - shift);
        gain *= 0.5F;
        x *= 2;
        y *= 2;
    }
    return sum;
}

float wave(float turns)
{
    float t = turns - static_cast<float>(floorInt(turns + 0.5F)); // [-0.5, 0.5)
    if (t > 0.25F) {
        t = 0.5F - t;
    } else if (t < -0.25F) {
        t = -0.5F - t;
    }
    constexpr float kTwoPi = 6.28318531F;
    const float a = kTwoPi * t;
    const float a2 = a * a;
    return a * (1 - a2 / 6 * (1 - a2 / 20 * (1 - a2 / 42)));
}

} // namespace mlab::stimuli
