// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/program/design_input.h"
#include "app/program/end_signals.h"
#include "app/program/exit_codes.h"
#include "app/program/progress_bar.h"
#include "app/synth/synth_commands.h"
#include "app/synth/synthesis_options.h"
#include "core/base/error.h"
#include "core/base/number_text.h"
#include "stimuli/catalog/model_info.h"
#include "stimuli/engine/engine_module.h"
#include "stimuli/media/image_io.h"
#include "stimuli/preview/contact_sheet.h"

#include <array>
#include <cmath>
#include <iostream>
#include <memory>

namespace mlab::app {
namespace {

std::string percent(double share)
{
    return shortNumber(std::round(share * 1000) / 10) + " %";
}

std::string signedSd(double level)
{
    return (level > 0 ? "+" : "") + shortNumber(std::round(level * 100) / 100) + " SD";
}

// What each retained component changes in one reference.
stimuli::ContactSheet contactSheet(stimuli::ProbeEngine& engine, const std::string& layer,
                                   const stimuli::NamedStimulus& reference,
                                   const std::stop_token& stop)
{
    constexpr std::array kLevels = {-2.0, -1.0, 0.0, 1.0, 2.0};
    const auto& basis = engine.basis(layer);
    stimuli::ContactSheet sheet;
    sheet.title = "layer " + layer + ", " + toString(basis.method) + ", reference " + reference.id;
    for (const double level : kLevels) {
        sheet.columns.push_back(signedSd(level));
    }
    ProgressBar bar;
    for (int k = 0; k < basis.retained(); ++k) {
        const auto place = static_cast<std::size_t>(k);
        bar.show("Component " + std::to_string(k + 1), static_cast<double>(k) / basis.retained());
        stimuli::ContactSheet::Row row{.label = "component " + std::to_string(k + 1) + "\nrank " +
                                                std::to_string(basis.ranks[place]) + "\n" +
                                                percent(basis.explainedVariance[place]),
                                       .tiles = {}};
        for (const double level : kLevels) {
            const auto made = engine.makeSingle(reference, layer, k + 1, level, stop).probe;
            const double achieved = std::copysign(1.0, level) * made.levelAchieved;
            row.tiles.push_back({.image = stimuli::engine().preview(made.stimulus),
                                 .caption = made.converged ? "" : "reached " + signedSd(achieved),
                                 .marked = !made.converged});
        }
        sheet.rows.push_back(std::move(row));
    }
    bar.clear();
    return sheet;
}

struct FitBasisOptions {
    SynthesisOptions synthesis;
    std::vector<std::string> layers;
    std::filesystem::path sheetFile;
    std::string sheetReference;
};

int fitBasis(const FitBasisOptions& options, const std::stop_token& stop)
{
    const auto spec = synthesisOf(options.synthesis);
    auto layers = options.layers;
    if (layers.empty()) {
        layers = options.synthesis.design.empty()
                     ? stimuli::modelInfo(spec.model).layers
                     : layersOf(loadDesign(options.synthesis.design, std::nullopt));
    }
    requireLayers(spec.model, layers);
    if (!options.sheetFile.empty() && layers.size() != 1) {
        throw InvalidArgument("a contact sheet shows one layer; choose it with --layer");
    }
    const auto engine = probeEngine(options.synthesis, spec, layers, stop);
    bool converged = true;
    for (const auto& layer : layers) {
        const auto& basis = engine->basis(layer);
        std::error_code unreadable;
        if (!std::filesystem::exists(engine->basisFile(layer), unreadable)) {
            throw IoError("the basis was fitted, but could not be kept in " +
                          engine->basisFile(layer).string());
        }
        std::cout << layer << ": " << toString(basis.method) << ", " << basis.channels
                  << " channels, pool of " << basis.poolCount << ", sha256 " << basis.sha256
                  << "\n  explained variance:";
        for (std::size_t k = 0; k < basis.ranks.size(); ++k) {
            std::cout << " " << basis.ranks[k] << ": " << percent(basis.explainedVariance[k]);
        }
        std::cout << "\n  " << engine->basisFile(layer).string() << "\n";
        converged = converged && basis.converged;
    }
    if (!options.sheetFile.empty()) {
        const auto reference = options.sheetReference.empty()
                                   ? engine->references().front()
                                   : chosenReference(*engine, spec, options.sheetReference);
        stimuli::savePng(options.sheetFile, stimuli::drawContactSheet(contactSheet(
                                                *engine, layers.front(), reference, stop)));
    }
    return converged ? kDone : kFailed;
}

} // namespace

void addFitBasis(CommandLine& program)
{
    auto options = std::make_shared<FitBasisOptions>();
    auto& command = program.add(
        "fit-basis", "Fit the bases of layers into the cache; exit code 1 if ICA does not converge",
        [options] {
            return runStoppable(
                [&](const std::stop_token& stop) { return fitBasis(*options, stop); });
        });
    addSynthesis(command, options->synthesis);
    command.add_option("--layer", options->layers, "Layer; may be repeated (default: all)");
    auto* sheet = command.add_option(
        "--contact-sheet", options->sheetFile,
        "PNG to write: what each retained component changes, from -2 to 2 SD; one layer");
    command
        .add_option("--reference", options->sheetReference,
                    "Reference ID or file for the contact sheet (default: the first reference)")
        ->needs(sheet);
}

} // namespace mlab::app
