// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/media/sound_level.h"

#include "core/base/error.h"
#include "core/base/number_text.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>
#include <numeric>
#include <string>

namespace mlab::stimuli {
namespace {

std::size_t rampSamples(int sampleRateHz)
{
    return static_cast<std::size_t>(std::lround(kSoundRampMs * sampleRateHz / 1000));
}

std::string decibels(double ratio)
{
    return shortNumber(std::round(200 * std::log10(ratio)) / 10) + " dB";
}

} // namespace

std::vector<double> rampWindow(std::size_t samples, int sampleRateHz)
{
    std::vector<double> window(samples, 1.0);
    const std::size_t ramp = std::min(rampSamples(sampleRateHz), samples / 2);
    for (std::size_t i = 0; i < ramp; ++i) {
        const double s = std::sin(std::numbers::pi / 2 * (static_cast<double>(i) + 0.5) /
                                  static_cast<double>(ramp));
        window[i] = s * s;
        window[samples - 1 - i] = s * s;
    }
    return window;
}

double rms(const std::vector<double>& samples)
{
    double sum = 0;
    for (const double x : samples) {
        sum += x * x;
    }
    return samples.empty() ? 0.0 : std::sqrt(sum / static_cast<double>(samples.size()));
}

double peak(const std::vector<double>& samples)
{
    double largest = 0;
    for (const double x : samples) {
        largest = std::max(largest, std::abs(x));
    }
    return largest;
}

double constantOffset(const std::vector<double>& samples)
{
    constexpr double kShareOfRms = 0.1;
    if (samples.empty()) {
        return 0;
    }
    const double mean =
        std::accumulate(samples.begin(), samples.end(), 0.0) / static_cast<double>(samples.size());
    const double all = rms(samples);
    const double rest = std::sqrt(std::max(0.0, all * all - mean * mean));
    return std::abs(mean) > kShareOfRms * rest ? mean : 0;
}

Sound equalised(std::vector<double> samples, const SoundFormat& format)
{
    const std::size_t count = sampleCount(format);
    if (samples.size() > count || samples.size() < 2 * rampSamples(format.sampleRateHz)) {
        throw InvalidArgument("it has " + std::to_string(samples.size()) + " samples at " +
                              std::to_string(format.sampleRateHz) + " Hz; " +
                              std::to_string(2 * rampSamples(format.sampleRateHz)) +
                              " (two ramps of " + shortNumber(kSoundRampMs) + " ms) to " +
                              std::to_string(count) + " are needed");
    }
    if (!std::ranges::all_of(samples, [](double x) { return std::isfinite(x); })) {
        throw InvalidArgument("it has samples that are not finite numbers");
    }
    const auto window = rampWindow(samples.size(), format.sampleRateHz);
    std::ranges::transform(samples, window, samples.begin(), std::multiplies<>());
    const double level = rms(samples);
    if (!std::isfinite(level)) {
        throw InvalidArgument("its samples are too large");
    }
    if (level < kSilenceRms) {
        throw InvalidArgument("it is silent" +
                              (level > 0
                                   ? " (RMS " + decibels(level) + " re full scale; at least " +
                                         decibels(kSilenceRms) + " is needed)"
                                   : std::string()) +
                              " and cannot be made as loud as the other sounds");
    }
    const double fullScale = std::ldexp(1.0, format.bits - 1);
    const double gain = kSoundRms / level * fullScale;
    if (const double top = peak(samples); std::round(top * gain) > fullScale - 1) {
        throw InvalidArgument("its peak is " + decibels(top / level) +
                              " above its RMS and would be cut off at the level of the other "
                              "sounds, which leaves room for " +
                              decibels(1 / kSoundRms) +
                              "; take a part without the loudest click, or limit its peaks");
    }
    Sound sound{.sampleRateHz = format.sampleRateHz, .bits = format.bits, .samples = {}};
    sound.samples.resize(count);
    std::ranges::transform(samples, sound.samples.begin(), [gain](double x) {
        return static_cast<std::int32_t>(std::lround(x * gain));
    });
    return sound;
}

} // namespace mlab::stimuli
