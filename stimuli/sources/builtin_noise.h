// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random_stream.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace mlab::stimuli {

// What the built-in images are made of. Everything here uses additions, multiplications, divisions
// and square roots alone, which every platform rounds alike; the sines and powers of the standard
// library do not have that property.

/// A map of numbers, rows from top to bottom.
struct Field {
    int width = 0;
    int height = 0;
    std::vector<float> values;

    float at(int x, int y) const
    {
        return values[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) +
                      static_cast<std::size_t>(x)];
    }
};

/// Noise with mean 0, SD 1 and power falling as f^-alpha, alpha = 2 + 2 log2(octaveGain): white
/// noise of every octave, each `octaveGain` times as strong as the next finer one, summed through a
/// cubic B-spline pyramid. Over images of a few hundred pixels, alpha is met to about 0.15.
Field pinkField(RandomStream& random, int width, int height, float octaveGain);

/// Gradient noise (Perlin 2002) on the whole plane, one feature a unit, about -1 to 1.
class GradientNoise {
public:
    explicit GradientNoise(RandomStream& random) : seed_(static_cast<std::uint32_t>(random())) {}

    float operator()(float x, float y) const;
    /// Octaves of noise, each twice as fine and half as strong as the one before.
    float fractal(float x, float y, int octaves) const;

private:
    std::uint32_t seed_;
};

/// Largest whole number not above x, which must fit in an int.
inline int floorInt(float x)
{
    const int whole = static_cast<int>(x);
    return static_cast<float>(whole) > x ? whole - 1 : whole;
}

/// sin(2 pi turns), to 2e-4.
float wave(float turns);

/// 0 below `from`, 1 above `to`, a smooth cubic between.
inline float smoothStep(float from, float to, float x)
{
    const float t = (x - from) / (to - from);
    if (t <= 0) {
        return 0;
    }
    return t >= 1 ? 1 : t * t * (3 - 2 * t);
}

/// A well-mixed 32-bit number for a point of the grid.
inline std::uint32_t hashPoint(std::uint32_t seed, int x, int y)
{
    std::uint32_t h = seed ^ static_cast<std::uint32_t>(x) * 0x9e3779b1U;
    h = (h ^ h >> 15U) * 0x85ebca77U;
    h ^= static_cast<std::uint32_t>(y) * 0xc2b2ae3dU;
    h = (h ^ h >> 13U) * 0x27d4eb2fU;
    return h ^ h >> 16U;
}

} // namespace mlab::stimuli
