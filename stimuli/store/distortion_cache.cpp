// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/store/distortion_cache.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/sha256.h"
#include "stimuli/checkpoints/safetensors.h"

#include <nlohmann/json.hpp>

namespace mlab::stimuli {
namespace {

using Json = nlohmann::ordered_json;

// Increase with every change that can alter a direction.
constexpr int kDistortionVersion = 1;
constexpr const char* kDirectionArray = "direction";
constexpr const char* kRecord = "record";
constexpr const char* kContentHash = "sha256";

Json keyJson(const DistortionKey& key)
{
    Json networks = Json::array();
    for (const auto& network : key.networks) {
        networks.push_back({{"model_sha256", network.modelSha256}, {"layer", network.layer}});
    }
    return {{"distortion", kDistortionVersion},
            {"kind", nameIn(kDistortionKinds, key.kind)},
            {"networks", networks},
            {"reference_sha256", key.referenceSha256}};
}

std::string contentHash(const std::string& record, const std::vector<float>& direction)
{
    Sha256 hash;
    return hash.update(record)
        .update({reinterpret_cast<const char*>(direction.data()), direction.size() * sizeof(float)})
        .hex();
}

} // namespace

std::string DistortionKey::hash() const
{
    return sha256Hex(keyJson(*this).dump());
}

std::filesystem::path DistortionCache::path(const DistortionKey& key) const
{
    const auto hash = key.hash();
    return folder_ / hash.substr(0, 2) / (hash + ".safetensors");
}

std::optional<Distortion> DistortionCache::find(const DistortionKey& key) const
{
    const auto file = path(key);
    std::error_code unreadable;
    if (!std::filesystem::exists(file, unreadable)) {
        return std::nullopt;
    }
    const auto refuse = [&](const std::string& why) {
        warn_(file.string() +
              " is not used; the distortion is made again and the file replaced: " + why);
        return std::nullopt;
    };
    try {
        auto content = decodeSafetensors(readFile(file), file.string());
        auto& direction = content.arrays[kDirectionArray].values;
        const auto& text = content.metadata[kRecord];
        const auto record = Json::parse(text);
        if (content.metadata[kContentHash] != contentHash(text, direction) ||
            record.at("key") != keyJson(key)) {
            return refuse("it was damaged, edited or renamed");
        }
        return Distortion{.direction = std::move(direction),
                          .sensitivities = record.at("sensitivities").get<std::vector<double>>(),
                          .units = record.at("units").get<std::vector<std::int64_t>>(),
                          .residual = record.at("residual").get<double>(),
                          .iterations = record.at("iterations").get<int>(),
                          .converged = record.at("converged").get<bool>()};
    } catch (const nlohmann::json::exception&) {
        return refuse("it is not a whole record of this program");
    } catch (const IoError& problem) {
        return refuse(problem.what());
    }
}

void DistortionCache::store(const DistortionKey& key, const Distortion& distortion)
{
    const auto record = Json{{"key", keyJson(key)},
                             {"sensitivities", distortion.sensitivities},
                             {"units", distortion.units},
                             {"residual", distortion.residual},
                             {"iterations", distortion.iterations},
                             {"converged", distortion.converged}}
                            .dump();
    Safetensors content;
    content.metadata = {{kRecord, record},
                        {kContentHash, contentHash(record, distortion.direction)}};
    content.arrays[kDirectionArray] = {
        .shape = {static_cast<std::int64_t>(distortion.direction.size())},
        .values = distortion.direction};
    const auto file = path(key);
    std::error_code problem;
    std::filesystem::create_directories(file.parent_path(), problem); // writing says what is wrong
    try {
        writeFileAtomically(file, encodeSafetensors(content));
    } catch (const IoError& error) {
        if (!std::exchange(failed_, true)) {
            warn_(std::string(error.what()) +
                  ". Distortions are made again at each start until the cache folder has space and "
                  "is writable; --cache names another folder");
        }
    }
}

} // namespace mlab::stimuli
