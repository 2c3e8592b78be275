// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/measures/stimulus_metrics.h"

#include "core/base/error.h"
#include "stimuli/measures/likeness.h"

#include <nlohmann/json.hpp>

#include <cmath>
#include <type_traits>

namespace mlab::stimuli {
namespace {

constexpr const char* kOnlyImages = "rmse_grey_levels";
constexpr const char* kOnlySounds = "log_spectral_distance_db";

nlohmann::ordered_json numberOrNull(const std::optional<double>& value)
{
    return value ? nlohmann::ordered_json(*value) : nlohmann::ordered_json();
}

std::optional<double> optionalNumber(const nlohmann::json& json, const char* key)
{
    const auto& value = json.at(key);
    return value.is_null() ? std::nullopt : std::optional(value.get<double>());
}

Likeness likeness(const ImageMetrics& metrics)
{
    return {.name = "SSIM", .value = metrics.ssim, .unit = {}};
}

Likeness likeness(const SoundMetrics& metrics)
{
    return {.name = "waveform SNR", .value = metrics.snrDb, .unit = "dB"};
}

} // namespace

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

Likeness likeness(const StimulusMetrics& metrics)
{
    return std::visit([](const auto& its) { return likeness(its); }, metrics);
}

nlohmann::ordered_json toJson(const ImageMetrics& metrics)
{
    return {{kOnlyImages, metrics.rmse},
            {"psnr_db", numberOrNull(metrics.psnrDb)},
            {"rms_contrast_difference", metrics.rmsContrastDifference},
            {"ssim", metrics.ssim},
            {"ms_ssim", numberOrNull(metrics.msSsim)}};
}

nlohmann::ordered_json toJson(const SoundMetrics& metrics)
{
    return {{"snr_db", numberOrNull(metrics.snrDb)},
            {kOnlySounds, metrics.logSpectralDistanceDb},
            {"rms", metrics.rms},
            {"rms_difference_db", metrics.rmsDifferenceDb},
            {"peak", metrics.peak}};
}

nlohmann::ordered_json toJson(const StimulusMetrics& metrics)
{
    return std::visit([](const auto& its) { return toJson(its); }, metrics);
}

ImageMetrics imageMetricsFrom(const nlohmann::json& json)
{
    return {.rmse = json.at(kOnlyImages).get<double>(),
            .psnrDb = optionalNumber(json, "psnr_db"),
            .rmsContrastDifference = json.at("rms_contrast_difference").get<double>(),
            .ssim = json.at("ssim").get<double>(),
            .msSsim = optionalNumber(json, "ms_ssim")};
}

SoundMetrics soundMetricsFrom(const nlohmann::json& json)
{
    return {.snrDb = optionalNumber(json, "snr_db"),
            .logSpectralDistanceDb = json.at(kOnlySounds).get<double>(),
            .rms = json.at("rms").get<double>(),
            .rmsDifferenceDb = json.at("rms_difference_db").get<double>(),
            .peak = json.at("peak").get<double>()};
}

StimulusMetrics stimulusMetricsFrom(const nlohmann::json& json)
{
    return json.contains(kOnlySounds) ? StimulusMetrics(soundMetricsFrom(json))
                                      : StimulusMetrics(imageMetricsFrom(json));
}

} // namespace mlab::stimuli
