// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/store/distance_cache.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/sha256.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace mlab::stimuli {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kHash = "sha256";

Json keyJson(const DistanceKey& key)
{
    const auto [first, second] = std::minmax(key.sha256A, key.sha256B);
    return {{"network", key.fingerprint}, {"stimuli", {first, second}}};
}

Json withHash(Json json)
{
    json[kHash] = sha256Hex(json.dump());
    return json;
}

} // namespace

std::filesystem::path DistanceCache::fileOf(const DistanceKey& key) const
{
    const auto hash = sha256Hex(keyJson(key).dump());
    return folder_ / hash.substr(0, 2) / (hash + ".json");
}

DistanceCache::Distances DistanceCache::find(const DistanceKey& key) const
{
    const auto file = fileOf(key);
    std::error_code unreadable;
    if (!std::filesystem::exists(file, unreadable)) {
        return {};
    }
    const auto refuse = [&](const std::string& why) {
        warn_(file.string() +
              " is not used; its distances are measured again and the file "
              "replaced: " +
              why);
        return Distances();
    };
    try {
        auto json = Json::parse(readText(file));
        const auto hash = json.at(kHash).get<std::string>();
        json.erase(kHash);
        if (hash != sha256Hex(json.dump()) || json.at("key") != keyJson(key)) {
            return refuse("it was damaged, edited or renamed");
        }
        Distances found;
        for (const auto& one : json.at("distances")) {
            if (const auto space =
                    valueIn(kRepresentationSpaces, one.at("space").get<std::string>())) {
                found[{.layer = one.at("layer").get<std::string>(), .space = *space}] = {
                    .delta = one.at("delta").get<double>(), .units = one.at("units").get<int>()};
            }
        }
        return found;
    } catch (const nlohmann::json::exception&) {
        return refuse("it is not a whole record of this program");
    } catch (const IoError& problem) {
        return refuse(problem.what());
    }
}

void DistanceCache::store(const DistanceKey& key, const Distances& distances)
{
    Json list = Json::array();
    for (const auto& [where, distance] : distances) {
        list.push_back({{"layer", where.layer},
                        {"space", nameIn(kRepresentationSpaces, where.space)},
                        {"delta", distance.delta},
                        {"units", distance.units}});
    }
    const auto file = fileOf(key);
    std::error_code problem;
    std::filesystem::create_directories(file.parent_path(), problem); // writing says what is wrong
    try {
        // find() notices a file that a power cut has left empty, and waiting for the disk takes
        // longer than a small network.
        writeFileAtomically(file,
                            withHash({{"key", keyJson(key)}, {"distances", list}}).dump() + "\n",
                            Durability::programEnd);
    } catch (const IoError& error) {
        if (!std::exchange(failed_, true)) {
            warn_(std::string(error.what()) +
                  ". Distances are measured again each time until the cache folder has space and "
                  "is writable; --cache names another folder");
        }
    }
}

} // namespace mlab::stimuli
