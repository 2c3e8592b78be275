// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/store/probe_cache.h"

#include "core/base/error.h"
#include "core/base/sha256.h"

#include <nlohmann/json.hpp>

namespace mlab::stimuli {
namespace {

// Increase with every change that can alter a probe's pixels or samples, or what its record holds.
int engineVersion(const ProbeKey& key)
{
    switch (key.solver) {
    case ProbeSolver::relativeNorm:
        return 4;
    case ProbeSolver::minimumNorm:
        return key.compressiveSounds ? 4 : 2;
    case ProbeSolver::adam:
        return 2;
    }
    throw InternalError("an unknown solver of probes");
}

nlohmann::ordered_json toJson(const ProbeKey& key)
{
    nlohmann::ordered_json json = {{"engine", engineVersion(key)},
                                   {"model_sha256", key.modelSha256},
                                   {"basis_sha256", key.basisSha256},
                                   {"reference_sha256", key.referenceSha256},
                                   {"layer", key.layer},
                                   {"component", key.component},
                                   {"signed_level_sd", key.signedLevel},
                                   {"solver", toString(key.solver)},
                                   {"tolerance_sd", key.toleranceSd}};
    if (key.halfPrecision) {
        json["half_precision"] = true;
    }
    return json;
}

nlohmann::ordered_json recordJson(const ProbeKey& key, const CachedProbe& probe)
{
    return {{"key", toJson(key)},
            {"coordinates_sd", probe.coordinates},
            {"level_achieved_sd", probe.levelAchieved},
            {"residual_max_sd", probe.residualMax},
            {"converged", probe.converged},
            {"iterations", probe.iterations},
            {"gradient_passes", probe.gradientPasses},
            {"generation_ms", probe.generationMs},
            {"metrics", toJson(probe.metrics)}};
}

nlohmann::ordered_json toJson(const DistortedProbeKey& key)
{
    return {{"distorted", 1}, // increase with every change that can alter pixels or samples
            {"distortion", key.distortion.hash()},
            {"signed_level_percent", key.signedLevel}};
}

nlohmann::ordered_json toJson(const RewiredProbeKey& key)
{
    return {{"rewired", 1}, // increase with every change that can alter pixels
            {"graph_sha256", key.graphSha256},
            {"reference_sha256", key.referenceSha256},
            {"layout_seed", key.layoutSeed},
            {"nodes", nameIn(kNodeColours, key.drawing.nodes)},
            {"node_px", key.drawing.nodePx},
            {"edge_px", key.drawing.edgePx},
            {"kind", nameIn(kRewiringKinds, key.kind)},
            {"swaps", key.swaps},
            {"seed", key.seed}};
}

} // namespace

std::string RewiredProbeKey::hash() const
{
    return sha256Hex(toJson(*this).dump());
}

std::string DistortedProbeKey::hash() const
{
    return sha256Hex(toJson(*this).dump());
}

std::string ProbeKey::hash() const
{
    return sha256Hex(toJson(*this).dump());
}

std::optional<CachedProbe> ProbeCache::find(const ProbeKey& key, const Check& check)
{
    std::optional<CachedProbe> found;
    files_.find(key.hash(), [&](StimulusFiles::Stored stored) {
        const auto record = nlohmann::json::parse(stored.recordText);
        CachedProbe probe{.stimulus = std::move(stored.stimulus),
                          .sha256 = sha256InRecord(record),
                          .coordinates = record.at("coordinates_sd").get<std::vector<double>>(),
                          .levelAchieved = record.at("level_achieved_sd").get<double>(),
                          .residualMax = record.at("residual_max_sd").get<double>(),
                          .converged = record.at("converged").get<bool>(),
                          .iterations = record.at("iterations").get<int>(),
                          .gradientPasses = record.at("gradient_passes").get<int>(),
                          .generationMs = record.at("generation_ms").get<double>(),
                          .metrics = stimulusMetricsFrom(record.at("metrics"))};
        check(probe, stored.hashed);
        found = std::move(probe);
    });
    return found;
}

void ProbeCache::store(const ProbeKey& key, const CachedProbe& probe) const
{
    files_.store(key.hash(), probe.stimulus, recordJson(key, probe));
}

void ProbeCache::store(const DistortedProbeKey& key, const DistortedProbe& probe) const
{
    files_.store(key.hash(), probe.stimulus,
                 {{"key", toJson(key)},
                  {"level_achieved_percent", probe.levelAchieved},
                  {"rest_percent", probe.rest},
                  {"converged", probe.converged},
                  {"metrics", toJson(probe.metrics)}});
}

void ProbeCache::store(const RewiredProbeKey& key, const RewiredProbe& probe) const
{
    files_.store(
        key.hash(), probe.stimulus,
        {{"key", toJson(key)}, {"swaps", probe.swaps}, {"metrics", toJson(probe.metrics)}});
}

std::map<std::string, ProbeCache::Kept>
ProbeCache::findByContent(const std::set<std::string>& sha256, const std::stop_token& stop)
{
    std::map<std::string, Kept> found;
    files_.forEachRecord([&](const std::string& keyHash, const std::string& text) {
        if (stop.stop_requested()) {
            throw Cancelled();
        }
        try {
            const auto record = nlohmann::json::parse(text);
            auto hash = sha256InRecord(record);
            if (sha256.contains(hash)) {
                found.insert_or_assign(
                    std::move(hash),
                    Kept{.keyHash = keyHash, .metrics = stimulusMetricsFrom(record.at("metrics"))});
            }
        } catch (const nlohmann::json::exception&) {
            return; // of a metamer
        }
    });
    return found;
}

std::optional<Stimulus> ProbeCache::stimulusOf(const Kept& kept)
{
    std::optional<Stimulus> found;
    files_.find(kept.keyHash,
                [&](StimulusFiles::Stored stored) { found = std::move(stored.stimulus); });
    return found;
}

std::string probeRecordJson(const ProbeKey& key, const CachedProbe& probe)
{
    return StimulusFiles::wholeRecord(recordJson(key, probe), probe.stimulus).dump(2) + "\n";
}

} // namespace mlab::stimuli
