// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/measures/sound_metrics.h"

#include "core/base/error.h"
#include "stimuli/measures/power_spectrum.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>
#include <numeric>
#include <span>
#include <string>
#include <vector>

namespace mlab::stimuli {
namespace {

constexpr double kWindowS = 0.02;

std::int64_t windowSamples(const Sound& sound)
{
    return std::lround(kWindowS * sound.sampleRateHz);
}

void requireComparable(const Sound& a, const Sound& b)
{
    if (a.sampleRateHz != b.sampleRateHz || a.samples.size() != b.samples.size()) {
        throw InvalidArgument("cannot compare a sound of " + std::to_string(a.samples.size()) +
                              " samples at " + std::to_string(a.sampleRateHz) + " Hz with one of " +
                              std::to_string(b.samples.size()) + " at " +
                              std::to_string(b.sampleRateHz));
    }
    if (static_cast<std::int64_t>(a.samples.size()) < windowSamples(a)) {
        throw InvalidArgument("sounds are compared in windows of 20 ms; these have " +
                              std::to_string(a.samples.size()) + " samples");
    }
}

/// In float64, full scale 1.
std::vector<double> waveform(const Sound& sound)
{
    std::vector<double> samples(sound.samples.size());
    std::ranges::transform(sound.samples, samples.begin(), [&](std::int32_t sample) {
        return std::ldexp(static_cast<double>(sample), 1 - sound.bits);
    });
    return samples;
}

/// The levels of one window's frequencies, from 0 to Nyquist.
class WindowLevels {
public:
    explicit WindowLevels(std::size_t window) : hann_(window), spectrum_(window)
    {
        for (std::size_t i = 0; i < window; ++i) {
            hann_[i] = 0.5 - 0.5 * std::cos(2 * std::numbers::pi * static_cast<double>(i) /
                                            static_cast<double>(window));
        }
        // A variance of 2^-30 / 12 a sample, what rounding to 16 bits adds.
        const double energy = std::inner_product(hann_.begin(), hann_.end(), hann_.begin(), 0.0);
        floor_ = std::ldexp(1.0, -30) / 12 * energy;
    }

    /// 10 log10(P + e) of each frequency of the window that starts there.
    void of(std::span<const double> samples, std::vector<double>& levels)
    {
        std::ranges::transform(samples.first(hann_.size()), hann_, spectrum_.samples().begin(),
                               std::multiplies<>());
        spectrum_.transform(levels);
        for (double& level : levels) {
            level = 10 * std::log10(level + floor_);
        }
    }

private:
    std::vector<double> hann_;
    double floor_ = 0;
    PowerSpectrum spectrum_;
};

double energyOf(std::span<const double> samples)
{
    return std::inner_product(samples.begin(), samples.end(), samples.begin(), 0.0);
}

double rmsOf(std::span<const double> samples)
{
    return std::sqrt(energyOf(samples) / static_cast<double>(samples.size()));
}

} // namespace

double logSpectralDistanceDb(const Sound& reference, const Sound& probe)
{
    requireComparable(reference, probe);
    const auto window = static_cast<std::size_t>(windowSamples(reference));
    const auto r = waveform(reference);
    const auto p = waveform(probe);
    WindowLevels levels(window);
    std::vector<double> referenceLevels;
    std::vector<double> probeLevels;
    double sum = 0;
    int windows = 0;
    for (std::size_t first = 0; first + window <= r.size(); first += window / 2) {
        levels.of(std::span(r).subspan(first), referenceLevels);
        levels.of(std::span(p).subspan(first), probeLevels);
        double squares = 0;
        for (std::size_t k = 0; k < referenceLevels.size(); ++k) {
            squares += std::pow(referenceLevels[k] - probeLevels[k], 2);
        }
        sum += std::sqrt(squares / static_cast<double>(referenceLevels.size()));
        ++windows;
    }
    return sum / windows;
}

SoundMetrics compare(const Sound& reference, const Sound& probe)
{
    requireComparable(reference, probe);
    const auto r = waveform(reference);
    const auto p = waveform(probe);
    std::vector<double> difference(r.size());
    std::ranges::transform(p, r, difference.begin(), std::minus<>());
    const double error = energyOf(difference);
    SoundMetrics metrics;
    if (error > 0) {
        metrics.snrDb = 10 * std::log10(energyOf(r) / error);
    }
    metrics.logSpectralDistanceDb = logSpectralDistanceDb(reference, probe);
    metrics.rms = rmsOf(p);
    metrics.rmsDifferenceDb = 20 * std::log10(metrics.rms / rmsOf(r));
    const auto [lowest, highest] = std::ranges::minmax(p);
    metrics.peak = std::max(-lowest, highest);
    return metrics;
}

} // namespace mlab::stimuli
