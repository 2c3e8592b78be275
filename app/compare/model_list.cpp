// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/compare/model_list.h"

#include "app/program/bad_input.h"
#include "core/base/files.h"
#include "experiments/design/design_schema.h"
#include "experiments/design/synthesis_reader.h"
#include "experiments/json/json_node.h"
#include "stimuli/measures/baseline_distance.h"

#include <algorithm>
#include <set>
#include <utility>

namespace mlab::app {
namespace {

using experiments::JsonNode;
using experiments::LocatedJson;

ListedModel modelOf(const JsonNode& node, const std::filesystem::path& file)
{
    ListedModel out;
    node.read("name", out.name);
    SynthesisSpec spec;
    experiments::readSynthesis(node, file, spec); // of whose keys a model has one
    out.model = spec.model;
    for (const auto& layer : node.items("layers")) {
        out.layers.push_back(layer.as<std::string>());
    }
    if (const auto space = node.find("space")) {
        out.space = *valueIn(kRepresentationSpaces, space->as<std::string>());
    }
    if (const auto rule = node.find("rule")) {
        const auto name = rule->as<std::string>();
        out.onlyRecognition = name == "classifier";
        out.rule = name == "distance" ? DecisionRule::distance : DecisionRule::linear;
    }
    node.read("fit_exponent", out.fitExponent);
    return out;
}

/// What the schema cannot check of an entry.
void checkLayers(const ListedModel& model, const JsonNode& node, const LocatedJson& document,
                 const std::string& pointer, std::vector<Diagnostic>& diagnostics)
{
    if (!model.layers.empty()) {
        return;
    }
    if (!model.onlyRecognition) {
        diagnostics.push_back(document.atValue(
            pointer, R"(the key "layers" is missing: only the rule "classifier" needs none)"));
    } else if (node.find("space") && model.space != RepresentationSpace::logits) {
        diagnostics.push_back(document.atValue(
            pointer + "/space", R"(a space other than "logits" needs the key "layers")"));
    }
}

} // namespace

std::vector<ListedModel> readModelList(const std::filesystem::path& file)
{
    std::vector<Diagnostic> diagnostics;
    const auto document =
        LocatedJson::parse(readInput([&] { return readText(file); }), file.string(), diagnostics);
    if (!document) {
        throw BadInput(listed(std::move(diagnostics)));
    }
    auto verdict = experiments::checkAgainstSchema(*document, "/definitions/models");
    diagnostics.insert(diagnostics.end(), verdict.diagnostics.begin(), verdict.diagnostics.end());
    if (!diagnostics.empty()) {
        throw BadInput(listed(std::move(diagnostics)));
    }
    std::vector<ListedModel> models;
    std::set<std::string> names;
    for (std::size_t i = 0; i < document->root().size(); ++i) {
        const auto pointer = experiments::childPointer("", i);
        const JsonNode node(document->root().at(i), pointer, verdict.unusable);
        models.push_back(modelOf(node, file));
        checkLayers(models.back(), node, *document, pointer, diagnostics);
        const auto& name = models.back().name;
        if (!names.insert(name).second) {
            diagnostics.push_back(document->atValue(
                pointer + "/name", "another entry has this name; give each a name of its own"));
        }
        if (valueIn(stimuli::kBaselines, name)) {
            diagnostics.push_back(document->atValue(
                pointer + "/name", "this is the name of a baseline, which is always compared; "
                                   "choose another name"));
        }
    }
    if (!diagnostics.empty()) {
        throw BadInput(listed(std::move(diagnostics)));
    }
    return models;
}

} // namespace mlab::app
