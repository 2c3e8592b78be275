// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/image_metrics_json.h"

#include <nlohmann/json.hpp>

namespace mlab::stimuli {
namespace {

nlohmann::ordered_json numberOrNull(const std::optional<double>& value)
{
    return value ? nlohmann::ordered_json(*value) : nlohmann::ordered_json();
}

} // namespace

nlohmann::ordered_json toJson(const ImageMetrics& metrics)
{
    return {{"rmse_grey_levels", metrics.rmse},
            {"psnr_db", numberOrNull(metrics.psnrDb)},
            {"rms_contrast_difference", metrics.rmsContrastDifference},
            {"ssim", metrics.ssim},
            {"ms_ssim", numberOrNull(metrics.msSsim)}};
}

ImageMetrics imageMetricsFrom(const nlohmann::json& json)
{
    const auto optional = [&](const char* key) {
        const auto& value = json.at(key);
        return value.is_null() ? std::nullopt : std::optional(value.get<double>());
    };
    return {.rmse = json.at("rmse_grey_levels").get<double>(),
            .psnrDb = optional("psnr_db"),
            .rmsContrastDifference = json.at("rms_contrast_difference").get<double>(),
            .ssim = json.at("ssim").get<double>(),
            .msSsim = optional("ms_ssim")};
}

} // namespace mlab::stimuli
