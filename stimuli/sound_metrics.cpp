// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/sound_metrics.h"

#include "core/error.h"

#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <string>

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

// [samples] float64, full scale 1.
torch::Tensor waveform(const Sound& sound)
{
    return torch::tensor(at::ArrayRef<std::int32_t>(sound.samples), torch::kInt32)
        .to(torch::kFloat64)
        .mul_(std::ldexp(1.0, 1 - sound.bits));
}

// 10 log10(P + e) of each window and frequency, [frequencies, windows].
torch::Tensor levels(const torch::Tensor& samples, std::int64_t window)
{
    const auto hann = torch::hann_window(window, torch::kFloat64);
    const auto spectrum = torch::stft(samples, window, window / 2, window, hann, /*center=*/false,
                                      "reflect", /*normalized=*/false, /*onesided=*/true,
                                      /*return_complex=*/true);
    const double roundingVariance = std::ldexp(1.0, -30) / 12;
    return torch::view_as_real(spectrum)
        .square()
        .sum(-1)
        .add_(roundingVariance * hann.square().sum().item<double>())
        .log10_()
        .mul_(10);
}

double rmsOf(const torch::Tensor& samples)
{
    return std::sqrt(samples.square().mean().item<double>());
}

} // namespace

double logSpectralDistanceDb(const Sound& reference, const Sound& probe)
{
    requireComparable(reference, probe);
    const torch::NoGradGuard noGradients;
    const auto window = windowSamples(reference);
    return (levels(waveform(reference), window) - levels(waveform(probe), window))
        .square_()
        .mean(0)
        .sqrt_()
        .mean()
        .item<double>();
}

SoundMetrics compare(const Sound& reference, const Sound& probe)
{
    requireComparable(reference, probe);
    const torch::NoGradGuard noGradients;
    const auto r = waveform(reference);
    const auto p = waveform(probe);
    const double error = (p - r).square_().sum().item<double>();
    SoundMetrics metrics;
    if (error > 0) {
        metrics.snrDb = 10 * std::log10(r.square().sum().item<double>() / error);
    }
    metrics.logSpectralDistanceDb = logSpectralDistanceDb(reference, probe);
    metrics.rms = rmsOf(p);
    metrics.rmsDifferenceDb = 20 * std::log10(metrics.rms / rmsOf(r));
    metrics.peak = p.abs().max().item<double>();
    return metrics;
}

} // namespace mlab::stimuli
