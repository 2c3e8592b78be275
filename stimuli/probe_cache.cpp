// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/probe_cache.h"

#include "core/error.h"
#include "core/files.h"
#include "core/sha256.h"
#include "stimuli/image_io.h"

#include <nlohmann/json.hpp>

namespace mlab::stimuli {
namespace {

// To be raised with every change that can alter a probe's pixels or what its record holds.
constexpr int kEngineVersion = 2;

nlohmann::ordered_json toJson(const ProbeKey& key)
{
    nlohmann::ordered_json json = {{"engine", kEngineVersion},
                                   {"model_sha256", key.modelSha256},
                                   {"basis_sha256", key.basisSha256},
                                   {"reference_sha256", key.referenceSha256},
                                   {"layer", key.layer},
                                   {"component", key.component},
                                   {"signed_level_sd", key.signedLevel},
                                   {"solver", key.solver},
                                   {"tolerance_sd", key.toleranceSd}};
    if (key.halfPrecision) {
        json["half_precision"] = true;
    }
    return json;
}

nlohmann::ordered_json numberOrNull(const std::optional<double>& value)
{
    return value ? nlohmann::ordered_json(*value) : nlohmann::ordered_json();
}

nlohmann::ordered_json toJson(const ImageMetrics& metrics)
{
    return {{"rmse_grey_levels", metrics.rmse},
            {"psnr_db", numberOrNull(metrics.psnrDb)},
            {"rms_contrast_difference", metrics.rmsContrastDifference},
            {"ssim", metrics.ssim},
            {"ms_ssim", numberOrNull(metrics.msSsim)}};
}

ImageMetrics metricsFrom(const nlohmann::json& json)
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

} // namespace

std::string ProbeKey::hash() const
{
    return sha256Hex(toJson(*this).dump());
}

std::string probeRecordJson(const ProbeKey& key, const CachedProbe& probe)
{
    const nlohmann::ordered_json record = {{"key", toJson(key)},
                                           {"image_sha256", probe.imageSha256},
                                           {"width_px", probe.image.width},
                                           {"height_px", probe.image.height},
                                           {"coordinates_sd", probe.coordinates},
                                           {"level_achieved_sd", probe.levelAchieved},
                                           {"residual_max_sd", probe.residualMax},
                                           {"converged", probe.converged},
                                           {"iterations", probe.iterations},
                                           {"gradient_passes", probe.gradientPasses},
                                           {"generation_ms", probe.generationMs},
                                           {"metrics", toJson(probe.metrics)}};
    return record.dump(2) + "\n";
}

std::filesystem::path ProbeCache::picturePath(const ProbeKey& key) const
{
    const std::string hash = key.hash();
    return folder_ / hash.substr(0, 2) / (hash + ".png");
}

std::optional<CachedProbe> ProbeCache::find(const ProbeKey& key) const
{
    const auto picture = picturePath(key);
    auto recordFile = picture;
    recordFile.replace_extension(".json");
    if (!std::filesystem::exists(recordFile) || !std::filesystem::exists(picture)) {
        return std::nullopt;
    }
    CachedProbe probe;
    try {
        const auto record = nlohmann::json::parse(readFile(recordFile));
        probe.image = loadPng(picture);
        probe.imageSha256 = record.at("image_sha256").get<std::string>();
        probe.coordinates = record.at("coordinates_sd").get<std::vector<double>>();
        probe.levelAchieved = record.at("level_achieved_sd").get<double>();
        probe.residualMax = record.at("residual_max_sd").get<double>();
        probe.converged = record.at("converged").get<bool>();
        probe.iterations = record.at("iterations").get<int>();
        probe.gradientPasses = record.at("gradient_passes").get<int>();
        probe.generationMs = record.at("generation_ms").get<double>();
        probe.metrics = metricsFrom(record.at("metrics"));
    } catch (const nlohmann::json::exception&) {
        return std::nullopt; // cut short: as good as absent, it is made again
    } catch (const IoError&) {
        return std::nullopt;
    }
    if (sha256Of(probe.image) != probe.imageSha256) {
        return std::nullopt;
    }
    return probe;
}

void ProbeCache::store(const ProbeKey& key, const CachedProbe& probe) const
{
    const auto picture = picturePath(key);
    auto recordFile = picture;
    recordFile.replace_extension(".json");
    std::error_code problem;
    std::filesystem::create_directories(picture.parent_path(), problem);
    if (problem) {
        throw IoError("cannot make the cache folder " + picture.parent_path().string() + ": " +
                      problem.message());
    }
    savePng(picture, probe.image);
    writeFileAtomically(recordFile, probeRecordJson(key, probe));
}

} // namespace mlab::stimuli
