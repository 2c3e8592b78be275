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

// With the layer of the logits where none is given.
std::vector<Representation> named(std::vector<Representation> wanted, const ModelInfo& info)
{
    for (auto& one : wanted) {
        one.layer = representedLayer(info, one);
    }
    return wanted;
}

} // namespace

std::string networkFingerprint(const RepresentationOptions& options)
{
    const auto info = modelInfo(options.model);
    named(options.wanted, info); // checks it
    const auto seen = nearestFormat(info, options.format);
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

NetworkDistances::NetworkDistances(RepresentationOptions options, Open open)
    : options_(std::move(options)), open_(std::move(open)),
      seen_(nearestFormat(modelInfo(options_.model), options_.format)),
      fingerprint_(networkFingerprint(options_)),
      cache_(distanceFolder(options_.cacheFolder), options_.warn)
{
    options_.wanted = named(options_.wanted, modelInfo(options_.model));
}

void NetworkDistances::load()
{
    if (!engine_) {
        engine_ = open_(options_);
    }
}

std::vector<RepresentationDistance> NetworkDistances::between(const std::string& sha256A,
                                                              const std::string& sha256B,
                                                              const Load& stimulus)
{
    const DistanceKey key{.fingerprint = fingerprint_, .sha256A = sha256A, .sha256B = sha256B};
    auto known = cache_.find(key);
    if (!std::ranges::all_of(options_.wanted,
                             [&](const auto& wanted) { return known.contains(wanted); })) {
        load();
        const auto measured = engine_->distances(stimulus(sha256A), stimulus(sha256B));
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
