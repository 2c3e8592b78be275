// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/distances/network_distances.h"

#include "core/base/sha256.h"
#include "stimuli/catalog/builtin_models.h"
#include "stimuli/catalog/model_info.h"
#include "stimuli/sources/stimulus_kind.h"
#include "stimuli/sources/stimulus_sources.h"
#include "stimuli/store/cache_folder.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace mlab::stimuli {
namespace {

// Increase with every change of a built-in model, or of what a representation or a distance is.
constexpr int kVersion = 1;

// Checks all that can be wrong before the model is loaded, and names the layer of logits.
StimulusFormat checkedFormat(RepresentationOptions& options)
{
    const auto info = modelInfo(options.model);
    for (auto& wanted : options.wanted) {
        wanted.layer = representedLayer(info, wanted);
    }
    return nearestFormat(info, options.format);
}

std::string fingerprintOf(const RepresentationOptions& options, const StimulusFormat& seen)
{
    nlohmann::ordered_json json = {{"version", kVersion}, {"model", options.model.name}};
    if (!options.model.file.empty()) {
        json["file_sha256"] = sha256OfFile(options.model.file);
    }
    if (options.model.name == kBuiltInSoundModel) {
        json["cochlea"] = cochleaIdentity(options.model.cochlea);
    }
    json["stimuli"] = kindOf(seen).formatJson(seen);
    json["half_precision"] = options.compute.halfPrecision;
    const auto wants = [&](RepresentationSpace space) {
        return std::ranges::count(options.wanted, space, &Representation::space) > 0;
    };
    const auto& basis = options.basis;
    if (wants(RepresentationSpace::standardised) || wants(RepresentationSpace::gram)) {
        json["pool_sha256"] = poolHash(basis.pool, seen);
    }
    if (wants(RepresentationSpace::gram)) {
        json["basis"] = {{"method", toString(basis.method)},
                         {"components", basis.components},
                         {"candidates", basis.candidates},
                         {"seed", basis.seed},
                         {"select", basis.select}};
    }
    return sha256Hex(json.dump());
}

} // namespace

NetworkDistances::NetworkDistances(RepresentationOptions options, Open open)
    : options_(std::move(options)), open_(std::move(open)), seen_(checkedFormat(options_)),
      fingerprint_(fingerprintOf(options_, seen_)),
      cache_(distanceFolder(options_.cacheFolder), options_.warn)
{
}

std::vector<RepresentationDistance>
NetworkDistances::between(const std::string& sha256A, const std::string& sha256B, const Load& load)
{
    const DistanceKey key{.fingerprint = fingerprint_, .sha256A = sha256A, .sha256B = sha256B};
    auto known = cache_.find(key);
    if (!std::ranges::all_of(options_.wanted,
                             [&](const auto& wanted) { return known.contains(wanted); })) {
        if (!engine_) {
            engine_ = open_(options_);
        }
        const auto measured = engine_->distances(load(sha256A), load(sha256B));
        for (std::size_t i = 0; i < measured.size(); ++i) {
            known[options_.wanted[i]] = measured[i];
        }
        cache_.store(key, known);
    }
    std::vector<RepresentationDistance> all;
    for (const auto& wanted : options_.wanted) {
        all.push_back(known.at(wanted));
    }
    return all;
}

} // namespace mlab::stimuli
