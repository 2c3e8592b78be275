// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/measures/sound_metrics.h"

#include "core/base/error.h"

#include <algorithm>
#include <cmath>
#include <fftw3.h>
#include <functional>
#include <memory>
#include <mutex>
#include <numbers>
#include <numeric>
#include <ranges>
#include <span>
#include <string>
#include <type_traits>
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

/// The levels of one window's frequencies, from 0 to Nyquist. FFTW's planner is not thread-safe,
/// its transforms are.
class WindowLevels {
public:
    explicit WindowLevels(std::size_t window)
        : hann_(window), samples_(fftw_alloc_real(window)),
          spectrum_(fftw_alloc_complex(window / 2 + 1))
    {
        for (std::size_t i = 0; i < window; ++i) {
            hann_[i] = 0.5 - 0.5 * std::cos(2 * std::numbers::pi * static_cast<double>(i) /
                                            static_cast<double>(window));
        }
        // A variance of 2^-30 / 12 a sample, what rounding to 16 bits adds.
        const double energy = std::inner_product(hann_.begin(), hann_.end(), hann_.begin(), 0.0);
        floor_ = std::ldexp(1.0, -30) / 12 * energy;
        const std::scoped_lock lock(planner());
        plan_.reset(fftw_plan_dft_r2c_1d(static_cast<int>(window), samples_.get(), spectrum_.get(),
                                         FFTW_ESTIMATE));
    }

    /// 10 log10(P + e) of each frequency of the window that starts there.
    void of(std::span<const double> samples, std::vector<double>& levels)
    {
        std::ranges::transform(samples.first(hann_.size()), hann_, samples_.get(),
                               std::multiplies<>());
        fftw_execute(plan_.get());
        levels.resize(hann_.size() / 2 + 1);
        for (std::size_t k = 0; k < levels.size(); ++k) {
            const double* value = spectrum_.get()[k];
            levels[k] = 10 * std::log10(value[0] * value[0] + value[1] * value[1] + floor_);
        }
    }

private:
    static std::mutex& planner()
    {
        static std::mutex mutex;
        return mutex;
    }
    struct Free {
        void operator()(void* memory) const { fftw_free(memory); }
    };
    struct Destroy {
        void operator()(fftw_plan plan) const
        {
            const std::scoped_lock lock(planner());
            fftw_destroy_plan(plan);
        }
    };

    std::vector<double> hann_;
    double floor_ = 0;
    std::unique_ptr<double, Free> samples_;
    std::unique_ptr<fftw_complex, Free> spectrum_;
    std::unique_ptr<std::remove_pointer_t<fftw_plan>, Destroy> plan_;
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
    metrics.peak =
        std::ranges::max(p | std::views::transform([](double sample) { return std::abs(sample); }));
    return metrics;
}

} // namespace mlab::stimuli
