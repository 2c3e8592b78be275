// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/store/metamer_cache.h"

#include "core/base/error.h"
#include "core/base/sha256.h"
#include "core/stimulus/enum_names.h"
#include "stimuli/store/metamer_settings.h"

#include <nlohmann/json.hpp>

#include <cmath>
#include <limits>
#include <utility>

namespace mlab::stimuli {
namespace {

using Json = nlohmann::ordered_json;

// Increase with every change that can alter a metamer's pixels or what its record holds.
constexpr int kMetamerEngineVersion = 2;

constexpr EnumNames<MatchLoss, 5> kLosses = {
    {{MatchLoss::normalised, "normalised"},
     {MatchLoss::relativeSquaredError, "relative-squared-error"},
     {MatchLoss::squaredError, "squared-error"},
     {MatchLoss::meanSquaredError, "mean-squared-error"},
     {MatchLoss::l2, "l2"}}};
constexpr EnumNames<MetamerNoise, 2> kNoises = {
    {{MetamerNoise::gaussian, "gaussian"}, {MetamerNoise::uniform, "uniform"}}};
constexpr EnumNames<MetamerStatus, 3> kStatuses = {{{MetamerStatus::converged, "converged"},
                                                    {MetamerStatus::maxSteps, "max-steps"},
                                                    {MetamerStatus::failed, "failed"}}};

// @throws InvalidArgument for a name that is not in the table
template <class Enum, std::size_t N>
Enum required(const EnumNames<Enum, N>& names, const std::string& name)
{
    if (const auto value = valueIn(names, name)) {
        return *value;
    }
    throw InvalidArgument("\"" + name + "\" is not known; use " + listOfNames(names));
}

Json toJson(const MetamerKey& key)
{
    Json json = {{"kind", "metamer"},
                 {"engine", kMetamerEngineVersion},
                 {"model_sha256", key.modelSha256},
                 {"reference_sha256", key.referenceSha256},
                 {"layer", key.layer},
                 {"seed", key.seed},
                 {"noise", toString(key.settings.noise)},
                 {"loss", toString(key.settings.loss)},
                 {"identity_gradient", key.settings.identityGradient},
                 {"solver", toJson(key.settings.solver)},
                 {"tolerance", key.settings.tolerance}};
    if (key.halfPrecision) {
        json["half_precision"] = true;
    }
    if (!key.startSha256.empty()) {
        json["start_sha256"] = key.startSha256;
    }
    return json;
}

// JSON has no infinity; an exact match has infinite SNR.
Json finiteOrNull(double value)
{
    return std::isfinite(value) ? Json(value) : Json();
}

double numberOrInfinity(const nlohmann::json& json)
{
    return json.is_null() ? std::numeric_limits<double>::infinity() : json.get<double>();
}

Json recordJson(const MetamerKey& key, const Metamer& metamer)
{
    Json layers = Json::array();
    for (const auto& [layer, match] : metamer.layers) {
        layers.push_back({{"layer", layer},
                          {"spearman", match.spearman},
                          {"pearson", match.pearson},
                          {"snr_db", finiteOrNull(match.snrDb)},
                          {"snr_db_published", finiteOrNull(publishedSnrDb(match))},
                          {"l2", match.l2}});
    }
    Json history = Json::array();
    for (const auto& [step, loss] : metamer.outcome.history) {
        history.push_back({step, finiteOrNull(loss)});
    }
    return {{"key", toJson(key)},
            {"status", toString(metamer.outcome.status)},
            {"reason", metamer.outcome.reason},
            {"loss", finiteOrNull(metamer.loss)},
            {"loss_before_rounding", finiteOrNull(metamer.outcome.loss)},
            {"steps", metamer.outcome.steps},
            {"evaluations", metamer.outcome.evaluations},
            {"layers", layers},
            {"original_class", metamer.originalClass},
            {"metamer_class", metamer.metamerClass},
            {"metrics", toJson(metamer.metrics)},
            {"loss_history", history}};
}

Metamer fromRecord(StimulusFiles::Stored stored)
{
    // Not as ordered JSON: what is read below would be converted, by recursion, however deep it is.
    const auto record = nlohmann::json::parse(stored.recordText);
    Metamer metamer;
    metamer.stimulus = std::move(stored.stimulus);
    metamer.outcome = {.status = required(kStatuses, record.at("status").get<std::string>()),
                       .reason = record.at("reason").get<std::string>(),
                       .loss = numberOrInfinity(record.at("loss_before_rounding")),
                       .steps = record.at("steps").get<int>(),
                       .evaluations = record.at("evaluations").get<int>(),
                       .history = {}};
    for (const auto& sample : record.at("loss_history")) {
        metamer.outcome.history.push_back(
            {sample.at(0).get<int>(), numberOrInfinity(sample.at(1))});
    }
    metamer.loss = numberOrInfinity(record.at("loss"));
    for (const auto& layer : record.at("layers")) {
        metamer.layers.push_back({.layer = layer.at("layer").get<std::string>(),
                                  .match = {.spearman = layer.at("spearman").get<double>(),
                                            .pearson = layer.at("pearson").get<double>(),
                                            .snrDb = numberOrInfinity(layer.at("snr_db")),
                                            .l2 = layer.at("l2").get<double>()}});
    }
    metamer.originalClass = record.at("original_class").get<std::string>();
    metamer.metamerClass = record.at("metamer_class").get<std::string>();
    metamer.metrics = stimulusMetricsFrom(record.at("metrics"));
    return metamer;
}

} // namespace

std::string MetamerKey::hash() const
{
    return sha256Hex(toJson(*this).dump());
}

std::optional<bool> Metamer::sameClass() const
{
    return originalClass.empty() ? std::nullopt : std::optional(originalClass == metamerClass);
}

std::optional<Metamer> MetamerCache::find(const MetamerKey& key, const Check& check)
{
    std::optional<Metamer> found;
    files_.find(key.hash(), [&](StimulusFiles::Stored stored) {
        const bool hashed = stored.hashed;
        auto metamer = fromRecord(std::move(stored));
        check(metamer, hashed);
        found = std::move(metamer);
    });
    return found;
}

std::map<std::string, Stimulus> MetamerCache::stimuliOf(const std::set<std::string>& sha256,
                                                        const std::stop_token& stop)
{
    std::map<std::string, std::string> files; // their keys' hashes, by the stimulus's
    files_.forEachRecord([&](const std::string& keyHash, const std::string& text) {
        if (stop.stop_requested()) {
            throw Cancelled();
        }
        try {
            const auto record = Json::parse(text);
            if (auto hash = sha256InRecord(record); sha256.contains(hash)) {
                files[std::move(hash)] = keyHash;
            }
        } catch (const nlohmann::json::exception&) {
            return; // not one of this program
        }
    });
    std::map<std::string, Stimulus> found;
    for (const auto& entry : files) {
        files_.find(entry.second, [&](StimulusFiles::Stored stored) {
            found.emplace(entry.first, std::move(stored.stimulus));
        });
    }
    return found;
}

void MetamerCache::store(const MetamerKey& key, const Metamer& metamer) const
{
    files_.store(key.hash(), metamer.stimulus, recordJson(key, metamer));
}

std::string toString(MatchLoss loss)
{
    return nameIn(kLosses, loss);
}

MatchLoss matchLossFrom(const std::string& name)
{
    return required(kLosses, name);
}

std::string toString(MetamerNoise noise)
{
    return nameIn(kNoises, noise);
}

MetamerNoise metamerNoiseFrom(const std::string& name)
{
    return required(kNoises, name);
}

std::string toString(MetamerStatus status)
{
    return nameIn(kStatuses, status);
}

} // namespace mlab::stimuli
