// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/measures/stimulus_metrics.h"

#include "core/base/error.h"

#include <cmath>
#include <type_traits>

namespace mlab::stimuli {

StimulusMetrics compare(const Stimulus& reference, const Stimulus& probe)
{
    return std::visit(
        [](const auto& one, const auto& other) -> StimulusMetrics {
            if constexpr (std::is_same_v<decltype(one), decltype(other)>) {
                return compare(*one, *other);
            } else {
                throw InvalidArgument("an image cannot be compared with a sound");
            }
        },
        reference, probe);
}

std::vector<std::optional<double>> reportedMeasures(const ImageMetrics& metrics)
{
    return {std::abs(metrics.rmsContrastDifference), metrics.ssim};
}

std::vector<std::optional<double>> reportedMeasures(const SoundMetrics& metrics)
{
    return {metrics.snrDb, metrics.logSpectralDistanceDb};
}

std::vector<std::optional<double>> reportedMeasures(const StimulusMetrics& metrics)
{
    return std::visit([](const auto& its) { return reportedMeasures(its); }, metrics);
}

Modality modalityOf(const StimulusMetrics& metrics)
{
    struct Visitor {
        Modality operator()(const ImageMetrics& /*metrics*/) const { return Modality::image; }
        Modality operator()(const SoundMetrics& /*metrics*/) const { return Modality::audio; }
    };
    return std::visit(Visitor{}, metrics);
}

} // namespace mlab::stimuli
