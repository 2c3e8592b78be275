// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/synthesis_json.h"

#include "core/base/error.h"
#include "experiments/design/design_modality.h"

#include <nlohmann/json.hpp>

namespace mlab::app {
namespace {

using Json = nlohmann::ordered_json;

// Without sub-folders as it was when there were none.
Json sourceJson(const StimulusSource& source)
{
    Json json = {
        {"folder", source.folder.string()}, {"count", source.count}, {"seed", source.seed}};
    if (source.subfolders) {
        json["subfolders"] = true;
    }
    return json;
}

// A built-in model is stored by its name alone, as in earlier versions, except for a preset other
// than the default: without the preset, its session would be replayed with the default one.
Json modelJson(const ModelSpec& spec)
{
    if (spec.cochlea != sessionCochlea()) {
        return {{"name", spec.name},
                {"file", spec.file.string()},
                {"preset", cochleaPresetName(spec.cochlea)}};
    }
    if (spec.file.empty()) {
        return spec.name;
    }
    return {{"name", spec.name}, {"file", spec.file.string()}};
}

ModelSpec model(const Json& json)
{
    if (json.is_string()) {
        return {.name = json.get<std::string>(), .file = {}};
    }
    ModelSpec spec{.name = json.at("name").get<std::string>(),
                   .file = json.at("file").get<std::string>()};
    spec.cochlea = cochleaPreset(json.value("preset", "session"));
    return spec;
}

// Sessions from before there was such a limit do not have it.
std::optional<double> percentile(const Json& json)
{
    const auto found = json.find("references_within_percentile");
    return found == json.end() || found->is_null() ? std::nullopt
                                                   : std::optional(found->get<double>());
}

StimulusSource source(const Json& json)
{
    return {.folder = json.at("folder").get<std::string>(),
            .count = json.at("count").get<int>(),
            .seed = json.at("seed").get<std::uint64_t>(),
            .subfolders = json.value("subfolders", false)};
}

BasisMethod method(const Json& basis)
{
    const auto name = basis.at("method").get<std::string>();
    if (const auto known = basisMethodNamed(name)) {
        return *known;
    }
    throw InvalidArgument("the stored synthesis settings have the unknown basis method \"" + name +
                          "\"");
}

ProbeSolver solverType(const Json& solver)
{
    const auto name = solver.at("type").get<std::string>();
    if (const auto known = probeSolverNamed(name)) {
        return *known;
    }
    throw InvalidArgument("the stored synthesis settings have the unknown solver \"" + name + "\"");
}

} // namespace

std::string toJson(const SynthesisSpec& spec)
{
    Json json = {
        {"model", modelJson(spec.model)},
        {"references", sourceJson(spec.references)},
        {"references_within_percentile",
         spec.referencesWithinPercentile ? Json(*spec.referencesWithinPercentile) : Json()},
        {"basis",
         {{"method", toString(spec.basis.method)},
          {"components", spec.basis.components},
          {"candidates", spec.basis.candidates},
          {"seed", spec.basis.seed},
          {"select", spec.basis.select},
          {"pool", sourceJson(spec.basis.pool)}}},
        {"solver",
         {{"type", toString(spec.solver.type)}, {"tolerance_sd", spec.solver.toleranceSd}}}};
    experiments::addFormat(json, spec.format);
    return json.dump();
}

std::string synthesisJson(const experiments::Design& design, const std::string& networkJson)
{
    Json json;
    if (design.graphs) { // no model, basis or folder: the design has all
        experiments::addFormat(json, design.synthesis.format);
    } else {
        json = Json::parse(toJson(design.synthesis));
    }
    for (std::size_t d = 0; d < design.highestLevels.size(); ++d) {
        json["highest_levels"][design.dimensions.at(d).dimension.id()] = design.highestLevels[d];
    }
    if (!networkJson.empty()) {
        json["network"] = Json::parse(networkJson);
    }
    return json.dump();
}

std::string networkInSynthesis(const std::string& text)
{
    try {
        const auto json = Json::parse(text);
        return json.contains("network") ? json.at("network").dump() : "";
    } catch (const nlohmann::json::exception& problem) {
        throw InvalidArgument(std::string("the stored synthesis settings cannot be read: ") +
                              problem.what());
    }
}

std::vector<double> highestLevelsFromJson(const std::string& text,
                                          const experiments::Design& design)
{
    std::vector<double> levels;
    try {
        const auto json = Json::parse(text);
        const auto found = json.find("highest_levels");
        if (found == json.end()) {
            return levels;
        }
        for (const auto& measured : design.dimensions) {
            levels.push_back(found->at(measured.dimension.id()).get<double>());
        }
    } catch (const nlohmann::json::exception& problem) {
        throw InvalidArgument(std::string("the stored highest levels cannot be read: ") +
                              problem.what());
    }
    return levels;
}

SynthesisSpec synthesisFromJson(const std::string& text)
{
    try {
        const auto json = Json::parse(text);
        if (!json.contains("model")) { // drawings of graphs
            SynthesisSpec drawings;
            drawings.format = experiments::formatIn(json);
            return drawings;
        }
        const auto& basis = json.at("basis");
        const auto& solver = json.at("solver");
        return {.model = model(json.at("model")),
                .format = experiments::formatIn(json),
                .references = source(json.at("references")),
                .referencesWithinPercentile = percentile(json),
                .basis = {.method = method(basis),
                          .components = basis.at("components").get<int>(),
                          .candidates = basis.value("candidates", BasisSpec().candidates),
                          .seed = basis.value("seed", BasisSpec().seed),
                          .select = basis.value("select", std::vector<int>()),
                          .pool = source(basis.at("pool"))},
                .solver = {.type = solverType(solver),
                           .toleranceSd = solver.at("tolerance_sd").get<double>()}};
    } catch (const nlohmann::json::exception& problem) {
        throw InvalidArgument(std::string("the stored synthesis settings cannot be read: ") +
                              problem.what());
    }
}

std::string toJson(const std::vector<ReferenceInfo>& references)
{
    Json json = Json::array();
    for (const auto& reference : references) {
        json.push_back({{"id", reference.id}, {"sha256", reference.sha256}});
    }
    return json.dump();
}

std::vector<std::string> referenceIds(const std::string& referencesJson)
{
    try {
        std::vector<std::string> ids;
        for (const auto& reference : Json::parse(referencesJson)) {
            ids.push_back(reference.at("id").get<std::string>());
        }
        return ids;
    } catch (const nlohmann::json::exception& problem) {
        throw InvalidArgument(std::string("the stored list of references cannot be read: ") +
                              problem.what());
    }
}

std::string toJson(const stimuli::ComputeOptions& compute)
{
    return Json{{"device", compute.device},
                {"threads", compute.threads},
                {"half_precision", compute.halfPrecision}}
        .dump();
}

stimuli::ComputeOptions computeFromJson(const std::string& text)
{
    try {
        const auto json = Json::parse(text);
        return {.device = json.at("device").get<std::string>(),
                .threads = json.at("threads").get<int>(),
                .halfPrecision = json.at("half_precision").get<bool>()};
    } catch (const nlohmann::json::exception& problem) {
        throw InvalidArgument(std::string("what the store says of a run's device and threads "
                                          "cannot be read: ") +
                              problem.what());
    }
}

} // namespace mlab::app
