// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json.hpp>

#include <cmath>
#include <cstdint>
#include <fstream>
#include <numbers>
#include <string>
#include <vector>

/// The inputs of the conformance data in this folder, from their formulas (inputs.json).
namespace mlab::conformance {

/// A file of this folder.
inline nlohmann::json synthesisData(const std::string& name)
{
    std::ifstream file(MLAB_SOURCE_DIR "/tests/conformance/synthesis/" + name);
    return nlohmann::json::parse(file);
}

/// s <- 1664525 s + 1013904223 (mod 2^32); u = s / 2^32.
class Lcg {
public:
    explicit Lcg(std::uint32_t seed) : state_(seed) {}
    double operator()()
    {
        state_ = 1664525U * state_ + 1013904223U;
        return static_cast<double>(state_) / 0x1.0p32;
    }

private:
    std::uint32_t state_;
};

/// image_N: [side * side] in row-major order.
inline std::vector<double> imageN(int side)
{
    using std::numbers::pi;
    Lcg u(12345);
    const double n = side;
    std::vector<double> image;
    for (int y = 0; y < side; ++y) {
        for (int x = 0; x < side; ++x) {
            const double dx = x - n / 2;
            const double dy = y - n / 2;
            image.push_back(0.5 + 0.18 * std::sin(2 * pi * (5 * x + 3 * y) / n) +
                            0.12 * std::cos(pi * (dx * dx + dy * dy) / n) + 0.2 * (u() - 0.5));
        }
    }
    return image;
}

/// sound: 2 s at 20 kHz, RMS 0.1.
inline std::vector<double> sound()
{
    using std::numbers::pi;
    constexpr int kSamples = 40'000;
    Lcg u(777);
    std::vector<double> samples;
    double mean = 0;
    for (int n = 0; n < kSamples; ++n) {
        const double t = n / 20'000.0;
        samples.push_back(std::sin(2 * pi * 440 * t) * (1 + 0.8 * std::sin(2 * pi * 4 * t)) +
                          0.5 * std::sin(2 * pi * (300 * t + 925 * t * t)) + 0.2 * (u() - 0.5));
        mean += samples.back() / kSamples;
    }
    double power = 0;
    for (double& sample : samples) {
        sample -= mean;
        power += sample * sample / kSamples;
    }
    for (double& sample : samples) {
        sample *= 0.1 / std::sqrt(power);
    }
    return samples;
}

} // namespace mlab::conformance
