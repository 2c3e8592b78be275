// SPDX-License-Identifier: GPL-3.0-or-later
#include "experiments/design/distortion_entry.h"

#include "core/base/diagnostic.h"
#include "core/base/error.h"
#include "experiments/design/synthesis_reader.h"
#include "experiments/json/located_json.h"

#include <algorithm>
#include <optional>

namespace mlab::experiments {
namespace {

std::optional<KeyProblem> otherProblem(const ModelLayer& other, const std::string& pointer,
                                       const StimulusFormat& format,
                                       const std::function<ModelInfo(const ModelSpec&)>& modelInfo)
{
    ModelInfo info;
    try {
        info = modelInfo(other.model);
    } catch (const Error& problem) {
        return KeyProblem{.pointer = pointer + "/model", .reason = problem.what()};
    }
    if (info.modality != mlab::modalityOf(format)) {
        return KeyProblem{.pointer = pointer + "/model",
                          .reason = "model " + inQuotes(info.name) + " is for the modality " +
                                    inQuotes(toString(info.modality)) + ", the references are not"};
    }
    if (const auto problem = designModality(format).formatProblem(format, info)) {
        return KeyProblem{.pointer = pointer + "/model", .reason = problem->reason};
    }
    if (std::ranges::find(info.layers, other.layer) == info.layers.end()) {
        const auto nearest = nearestName(other.layer, info.layers);
        return KeyProblem{.pointer = pointer + "/layer",
                          .reason = "model " + inQuotes(info.name) + " has no layer " +
                                    inQuotes(other.layer) +
                                    (nearest ? "; did you mean " + inQuotes(*nearest) + "?" : "")};
    }
    return std::nullopt;
}

} // namespace

std::vector<DistortionEntry> readDistortionEntries(const JsonNode& parent,
                                                   const std::filesystem::path& file)
{
    std::vector<DistortionEntry> entries;
    for (const auto& node : parent.items("dimensions")) {
        const auto layer = node.find("layer");
        if (!layer || !node.find("distortions")) {
            continue;
        }
        DistortionEntry entry{
            .layer = {.layer = layer->as<std::string>()}, .kinds = {}, .pointer = node.pointer()};
        for (const auto& kind : node.items("distortions")) {
            entry.kinds.push_back(*valueIn(kDistortionKinds, kind.as<std::string>()));
        }
        for (const auto& item : node.items("other_models")) {
            ModelLayer other;
            readModel(item, file, other.model);
            item.read("layer", other.layer);
            entry.layer.others.push_back(std::move(other));
        }
        entries.push_back(std::move(entry));
    }
    return entries;
}

std::vector<DistortionLayer> layersOf(const std::vector<DistortionEntry>& entries)
{
    std::vector<DistortionLayer> layers;
    for (const auto& entry : entries) {
        auto known = std::ranges::find(layers, entry.layer.layer, &DistortionLayer::layer);
        if (known == layers.end()) {
            layers.push_back(entry.layer);
        } else if (known->others.empty()) {
            known->others = entry.layer.others;
        }
    }
    return layers;
}

std::vector<KeyProblem>
distortionProblems(const std::vector<DistortionEntry>& entries, const ModelSpec& own,
                   const StimulusFormat& format,
                   const std::function<ModelInfo(const ModelSpec&)>& modelInfo)
{
    std::vector<KeyProblem> problems;
    for (std::size_t i = 0; i < entries.size(); ++i) {
        const auto& layer = entries[i].layer;
        const auto& kinds = entries[i].kinds;
        const auto& pointer = entries[i].pointer;
        const auto sameLayer = [&](const DistortionEntry& other) {
            return other.layer.layer == layer.layer && !other.layer.others.empty() &&
                   !layer.others.empty() && other.layer.others != layer.others;
        };
        if (std::any_of(entries.begin(), entries.begin() + static_cast<std::ptrdiff_t>(i),
                        sameLayer)) {
            problems.push_back({.pointer = pointer + "/layer",
                                .reason = "another entry compares layer " + inQuotes(layer.layer) +
                                          " with other models; a layer has one such comparison"});
        }
        const bool principal = std::ranges::any_of(kinds, isPrincipal);
        if (principal && layer.others.empty()) {
            problems.push_back({.pointer = pointer + "/distortions",
                                .reason = "principal distortions compare models: name at least one "
                                          "in other_models"});
        }
        if (!principal && !layer.others.empty()) {
            problems.push_back({.pointer = pointer + "/other_models",
                                .reason = "only principal distortions compare models: leave out "
                                          "other_models, or name principal-1 or principal-2"});
        }
        if (mlab::modalityOf(format) == Modality::audio &&
            std::ranges::find(kinds, DistortionKind::smallest) != kinds.end()) {
            problems.push_back({.pointer = pointer + "/distortions",
                                .reason = "smallest is for images: of a sound it would lie in the "
                                          "fading ends"});
        }
        for (std::size_t other = 0; other < layer.others.size(); ++other) {
            if (layer.others[other] == ModelLayer{.model = own, .layer = layer.layer}) {
                problems.push_back({.pointer = childPointer(pointer + "/other_models", other),
                                    .reason = "layer " + inQuotes(layer.layer) +
                                              " would be compared with itself; name another layer "
                                              "or model"});
            }
        }
        for (std::size_t other = 0; modelInfo && other < layer.others.size(); ++other) {
            if (auto problem = otherProblem(layer.others[other],
                                            childPointer(pointer + "/other_models", other), format,
                                            modelInfo)) {
                problems.push_back(std::move(*problem));
            }
        }
    }
    return problems;
}

} // namespace mlab::experiments
