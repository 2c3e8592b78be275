// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/batch/study.h"

#include "app/program/design_input.h"
#include "core/base/error.h"
#include "core/base/files.h"
#include "experiments/design/design_modality.h"
#include "experiments/design/design_schema.h"
#include "experiments/design/synthesis_reader.h"
#include "experiments/json/json_node.h"
#include "stimuli/catalog/model_info.h"
#include "stimuli/store/metamer_settings.h"

#include <algorithm>

namespace mlab::app {
namespace {

using experiments::JsonNode;
using experiments::LocatedJson;

// `steps` is the budget of every solver, whatever it counts.
stimuli::MetamerSolverSpec solverOf(const JsonNode& node)
{
    stimuli::MetamerSolverSpec spec = stimuli::LbfgsSpec{};
    if (const auto type = node.find("type")) {
        spec = *stimuli::metamerSolverNamed(type->as<std::string>());
    }
    node.read("steps", stimuli::budgetOf(spec));
    return spec;
}

MetamerStudy readMetamers(const JsonNode& node, const std::filesystem::path& file)
{
    MetamerStudy study;
    for (const auto& layer : node.items("layers")) {
        study.layers.push_back(layer.as<std::string>());
    }
    if (node.find("seeds")) {
        study.seeds.clear();
        for (const auto& seed : node.items("seeds")) {
            study.seeds.push_back(seed.as<std::uint64_t>());
        }
    }
    if (const auto loss = node.find("loss")) {
        study.settings.loss = stimuli::matchLossFrom(loss->as<std::string>());
    }
    if (const auto noise = node.find("noise")) {
        study.settings.noise = stimuli::metamerNoiseFrom(noise->as<std::string>());
    }
    if (const auto solver = node.find("solver")) {
        study.settings.solver = solverOf(*solver);
    }
    node.read("tolerance", study.settings.tolerance);
    study.settings.identityGradient = !stimuli::needsTrueGradient(study.settings.solver);
    node.read("identity_gradient", study.settings.identityGradient);
    node.read("batch_size", study.batchSize);
    if (const auto null = node.find("null")) {
        null->read("pairs", study.null.pairs);
        null->read("seed", study.null.seed);
        experiments::readPool(*null, file, study.null.pool);
    }
    return study;
}

std::vector<ProbeMove> readMoves(const JsonNode& node)
{
    std::vector<ProbeMove> moves;
    for (const auto& entry : node.items("dimensions")) {
        const auto layer = entry.find("layer");
        if (!layer) {
            continue;
        }
        const auto directions = experiments::readDirections(entry);
        for (const auto& component : entry.items("components")) {
            for (const auto direction : directions) {
                for (const auto& level : entry.items("levels")) {
                    if (moves.size() > kMostItems) {
                        return moves; // Check::components() refuses them
                    }
                    moves.push_back({.layer = layer->as<std::string>(),
                                     .component = component.as<int>(),
                                     .direction = direction,
                                     .level = level.as<double>()});
                }
            }
        }
    }
    return moves;
}

// What the schema cannot know: the model, its layers, the folders.
class Check {
public:
    Check(const LocatedJson& document, const Study& study) : document_(document), study_(study) {}

    std::vector<Diagnostic> run()
    {
        model();
        folder("/references/folder", study_.synthesis.references);
        folder("/probes/basis/pool/folder", study_.synthesis.basis.pool);
        if (study_.metamers) {
            folder("/metamers/null/pool/folder", study_.metamers->null.pool);
            pairs();
            items();
        }
        components();
        distortions();
        if (study_.metamers && study_.metamers->settings.identityGradient &&
            stimuli::needsTrueGradient(study_.metamers->settings.solver)) {
            add("/metamers/identity_gradient",
                "lbfgs needs the true gradient; use adam or normalised-gradient with the "
                "identity gradient");
        }
        return std::move(diagnostics_);
    }

private:
    void add(const std::string& pointer, const std::string& message, std::string suggestion = {})
    {
        diagnostics_.push_back(document_.atValue(pointer, message, std::move(suggestion)));
    }

    void model()
    {
        ModelInfo info;
        try {
            info = stimuli::modelInfo(study_.synthesis.model);
            stimuli::requireFormat(info, study_.synthesis.format);
            const auto& modality = experiments::designModality(study_.synthesis.format);
            if (!modality.onScreen() && document_.has("/image_size_px")) {
                add("/image_size_px", "model " + info.name + " is for " +
                                          std::string(modality.stimuli()) +
                                          ", which have no such size");
            }
        } catch (const Error& problem) {
            add("/model", problem.what());
            return;
        }
        const auto layer = [&](const std::string& pointer) {
            const auto name =
                document_.root().at(nlohmann::json::json_pointer(pointer)).get<std::string>();
            if (std::ranges::find(info.layers, name) == info.layers.end()) {
                add(pointer, "model " + info.name + " has no layer \"" + name + "\"",
                    nearestName(name, info.layers).value_or(""));
            }
        };
        for (std::size_t i = 0; document_.has(experiments::childPointer("/metamers/layers", i));
             ++i) {
            layer(experiments::childPointer("/metamers/layers", i));
        }
        for (const std::string list : {"/probes/dimensions", "/distortions/dimensions"}) {
            for (std::size_t i = 0; document_.has(experiments::childPointer(list, i)); ++i) {
                layer(experiments::childPointer(list, i) + "/layer");
            }
        }
    }

    void folder(const std::string& pointer, const StimulusSource& source)
    {
        std::error_code unreadable;
        if (!source.folder.empty() && !std::filesystem::is_directory(source.folder, unreadable)) {
            add(pointer, "folder " + source.folder.string() + " not found");
        }
    }

    // A folder taken whole (count 0) is counted when it is read.
    void pairs()
    {
        const auto& null = study_.metamers->null;
        const std::int64_t images = null.pool.count;
        const auto most = images * (images - 1) / 2;
        if (images > 0 && null.pairs > most) {
            add("/metamers/null/pairs",
                std::to_string(null.pairs) + " pairs are requested, but a pool of " +
                    std::to_string(images) + " stimuli has " + std::to_string(most));
        }
    }

    void items()
    {
        if (study_.metamers->layers.size() * study_.metamers->seeds.size() > kMostItems) {
            add("/metamers/seeds", "all combinations of layers and seeds are more than " +
                                       std::to_string(kMostItems) +
                                       ", the most a study may have; divide it");
        }
    }

    void components()
    {
        if (study_.moves.size() > kMostItems) {
            add("/probes/dimensions", "all combinations of components, directions and levels are "
                                      "more than " +
                                          std::to_string(kMostItems) +
                                          ", the most a study may have; divide it");
            return;
        }
        for (const auto& move : study_.moves) {
            if (move.component > study_.synthesis.basis.components) {
                add("/probes/dimensions", "component " + std::to_string(move.component) +
                                              " is requested, but basis.components retains " +
                                              std::to_string(study_.synthesis.basis.components));
                return;
            }
        }
    }

    void distortions()
    {
        if (!study_.distortions) {
            return;
        }
        for (const auto& problem :
             experiments::distortionProblems(study_.distortions->entries, study_.synthesis.model,
                                             study_.synthesis.format, stimuli::modelInfo)) {
            add(problem.pointer, problem.reason, problem.suggestion);
        }
    }

    const LocatedJson& document_;
    const Study& study_;
    std::vector<Diagnostic> diagnostics_;
};

} // namespace

Study loadStudy(const std::filesystem::path& file)
{
    std::vector<Diagnostic> diagnostics;
    const auto document = LocatedJson::parse(readText(file), file.string(), diagnostics);
    if (!document) {
        throw BadInput(listed(std::move(diagnostics)));
    }
    auto verdict = experiments::checkAgainstSchema(*document, "/definitions/study");
    diagnostics.insert(diagnostics.end(), verdict.diagnostics.begin(), verdict.diagnostics.end());
    if (!diagnostics.empty()) {
        throw BadInput(listed(std::move(diagnostics)));
    }
    const JsonNode root(document->root(), "", verdict.unusable);
    Study study;
    root.read("name", study.name);
    experiments::readSynthesis(root, file, study.synthesis);
    if (const auto metamers = root.find("metamers")) {
        study.metamers = readMetamers(*metamers, file);
    }
    if (const auto probes = root.find("probes")) {
        experiments::readSynthesis(*probes, file, study.synthesis);
        study.moves = readMoves(*probes);
    }
    if (const auto distortions = root.find("distortions")) {
        study.distortions = {.entries = experiments::readDistortionEntries(*distortions, file)};
        distortions->read("level", study.distortions->level);
    }
    if (auto problems = Check(*document, study).run(); !problems.empty()) {
        throw BadInput(listed(std::move(problems)));
    }
    return study;
}

} // namespace mlab::app
