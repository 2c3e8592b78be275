// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "experiments/design/semantic_checks.h"

#include <algorithm>
#include <optional>
#include <string>

namespace mlab::experiments {
namespace {

/// What is known of the design's model; reports why where nothing is.
std::optional<ModelInfo> modelOf(CheckedDesign& design, const std::string& modelAt)
{
    if (!design.context().modelInfo ||
        !design.usable({"/model/builtin", "/model/architecture", "/model/weights", "/model/file",
                        "/modality", "/dimensions"})) {
        return std::nullopt;
    }
    try {
        return design.context().modelInfo(design->synthesis.model);
    } catch (const Error& error) {
        design.add(modelAt, error.what());
        return std::nullopt;
    }
}

void checkLayer(CheckedDesign& design, const ModelInfo& model, const std::string& at)
{
    if (!design.has(at) || !design.usable({at})) {
        return;
    }
    std::string known;
    for (const auto& layer : model.layers) {
        known += known.empty() ? "" : ", ";
        known += layer;
    }
    const auto layer =
        design.document().root().at(nlohmann::json::json_pointer(at)).get<std::string>();
    if (std::ranges::find(model.layers, layer) == model.layers.end()) {
        design.add(at,
                   "model " + inQuotes(model.name) + " has no layer " + inQuotes(layer) +
                       "; its layers are " + known,
                   nearestName(layer, model.layers).value_or(""));
    }
}

} // namespace

void checkModel(CheckedDesign& design)
{
    if (design->graphs) {
        return; // drawings need none
    }
    if (design->sounds() != nullptr && design->synthesis.solver.type == ProbeSolver::relativeNorm) {
        design.add("/solver/type", "relative-norm is for images; use minimum-norm for sounds");
    }
    std::string modelAt = "/model/builtin";
    for (const auto* file : {"/model/weights", "/model/file"}) {
        modelAt = design.writtenOr(file, modelAt);
    }
    const auto model = modelOf(design, modelAt);
    if (!model) {
        return;
    }
    if (const auto problem = design.modality().formatProblem(design->synthesis.format, *model);
        problem && design.usable({problem->pointer})) {
        design.add(design.writtenOr(problem->pointer, "/model"), problem->reason);
    }
    if (model->modality != design->modality) {
        design.add(modelAt, "model " + inQuotes(model->name) + " is for the modality " +
                                inQuotes(toString(model->modality)) +
                                ", but the design's modality is " +
                                inQuotes(toString(design->modality)));
    }
    for (std::size_t i = 0; design.has(childPointer("/dimensions", i)); ++i) {
        checkLayer(design, *model, childPointer("/dimensions", i) + "/layer");
    }
    for (const std::string layers : {"/recognition/layers", "/metamers/layers"}) {
        for (std::size_t i = 0; design.has(childPointer(layers, i)); ++i) {
            checkLayer(design, *model, childPointer(layers, i));
        }
    }
}

} // namespace mlab::experiments
