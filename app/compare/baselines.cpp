// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/compare/baselines.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <variant>

namespace mlab::app {
namespace {

using stimuli::ImageMetrics;
using stimuli::SoundMetrics;

template <typename Metrics> struct Baseline {
    const char* name;
    double (*distance)(const Metrics&);
};

constexpr std::array<Baseline<ImageMetrics>, 3> kOfImages{
    {{"pixels", [](const ImageMetrics& m) { return m.rmse / 255; }},
     {"rms_contrast", [](const ImageMetrics& m) { return std::abs(m.rmsContrastDifference); }},
     // Rounding can leave the SSIM of equal images just above 1.
     {"ssim", [](const ImageMetrics& m) { return std::max(0.0, 1 - m.ssim); }}}};

constexpr std::array<Baseline<SoundMetrics>, 2> kOfSounds{
    {{"waveform_snr",
      [](const SoundMetrics& m) { return m.snrDb ? std::pow(10.0, -*m.snrDb / 20) : 0.0; }},
     {"log_spectral_distance", [](const SoundMetrics& m) { return m.logSpectralDistanceDb; }}}};

template <typename Metrics, std::size_t N>
std::vector<ComparedLayer> layersOf(const std::array<Baseline<Metrics>, N>& baselines,
                                    std::span<const stimuli::StimulusMetrics> metrics)
{
    std::vector<ComparedLayer> out;
    for (const auto& baseline : baselines) {
        out.push_back({.model = baseline.name,
                       .layer = {},
                       .space = {},
                       .rule = DecisionRule::linear,
                       .fitExponent = false,
                       .baseline = true,
                       .units = 1,
                       .distances = {}});
        for (const auto& pair : metrics) {
            out.back().distances.push_back(baseline.distance(std::get<Metrics>(pair)));
        }
    }
    return out;
}

} // namespace

std::vector<ComparedLayer> baselinesOf(const StimulusFormat& format,
                                       std::span<const stimuli::StimulusMetrics> metrics)
{
    return modalityOf(format) == Modality::image ? layersOf(kOfImages, metrics)
                                                 : layersOf(kOfSounds, metrics);
}

bool isBaseline(const std::string& name)
{
    const auto isNamed = [&](const auto& baseline) { return name == baseline.name; };
    return std::ranges::any_of(kOfImages, isNamed) || std::ranges::any_of(kOfSounds, isNamed);
}

} // namespace mlab::app
