// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/synth/synthesis_options.h"

#include "app/program/command_line.h"
#include "app/program/design_input.h"
#include "app/program/progress_bar.h"
#include "core/base/diagnostic.h"
#include "core/base/error.h"
#include "stimuli/catalog/model_info.h"
#include "stimuli/engine/engine_module.h"
#include "stimuli/sources/stimulus_sources.h"
#include "stimuli/store/cache_folder.h"
#include "stimuli/worker/engine_info.h"

#include <algorithm>
#include <cstddef>
#include <iterator>

namespace mlab::app {
void addModel(CLI::App& command, ModelOptions& options)
{
    command
        .add_option("--model", options.model,
                    "gabor-scattering, gabor-compressive, cochlea-modulation, resnet50, vgg19, "
                    "alexnet, or a "
                    "TorchScript file")
        ->capture_default_str();
    command.add_option("--weights", options.weights,
                       "Weights of resnet50, vgg19 or alexnet: safetensors, .pt or .pth");
}

void addFormat(CLI::App& command, ModelOptions& options,
               const std::function<void(CLI::Option*)>& changed)
{
    options.formats = {ImageFormat(), SoundFormat()};
    auto& image = std::get<ImageFormat>(options.formats[0]);
    auto& sound = std::get<SoundFormat>(options.formats[1]);
    changed(command.add_option("--size", image.sizePx, "Side of the images, px"));
    changed(
        command.add_option("--sample-rate", sound.sampleRateHz, "Sample rate of the sounds, Hz"));
    changed(command.add_option("--duration", sound.durationMs, "Duration of the sounds, ms"));
    changed(command.add_option("--bits", sound.bits, "Bits per sample, 16 or 24"));
}

StimulusFormat formatFor(const ModelOptions& options, const ModelSpec& model)
{
    return options.formats.at(static_cast<std::size_t>(stimuli::modelInfo(model).modality));
}

void addCompute(CLI::App& command, stimuli::ComputeOptions& compute)
{
    command
        .add_option("--device", compute.device,
                    "cpu, cuda, cuda:N, or auto (a GPU if there is one)")
        ->capture_default_str();
    command.add_option("--threads", compute.threads, "LibTorch threads (0: one for each core)")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    command.add_flag("--half", compute.halfPrecision, "Half precision (GPU only)");
}

void addSynthesis(CLI::App& command, SynthesisOptions& options)
{
    auto& spec = options.spec;
    auto* design = command.add_option("--design", options.design,
                                      "Take model, references, basis and solver from this design");
    const auto without = [&](CLI::Option* option) {
        return option->excludes(design)->capture_default_str();
    };
    addModel(command, options.model);
    command.get_option("--model")->excludes(design);
    command.get_option("--weights")->excludes(design);
    addFormat(command, options.model, without);
    without(command.add_option("--references", options.references,
                               "Folder of pictures or sounds (default: built-in ones)"));
    without(command.add_option("--pool", options.pool,
                               "Folder of stimuli for the basis (default: built-in ones)"));
    without(command.add_option("--pool-count", options.poolCount,
                               "Number of stimuli, crops or excerpts in the pool"));
    without(command.add_option("--method", options.method,
                               "Method of the basis: " + listOfNames(kBasisMethods)))
        ->check(oneOf(namesOf(kBasisMethods)));
    without(command.add_option("--candidates", spec.basis.candidates,
                               "Number of components found, of which some are retained"));
    without(command.add_option("--seed", spec.basis.seed, "Seed of the start of ica"));
    auto* components = without(command.add_option("--components", spec.basis.components,
                                                  "Number of components retained, the first ones"));
    without(command.add_option("--select", spec.basis.select,
                               "Ranks of the components retained, such as 1,4,7"))
        ->delimiter(',')
        ->excludes(components);
    without(command.add_option("--solver", options.solver,
                               "Solver: " + listOfNames(kProbeSolvers) +
                                   " (default: relative-norm for gabor-compressive, "
                                   "otherwise minimum-norm)"))
        ->check(oneOf(namesOf(kProbeSolvers)));
    without(
        command.add_option("--tolerance", spec.solver.toleranceSd, "Tolerance of the solver, SD"));
    command.add_option("--cache", options.cache, "Folder of bases and probes");
    addCompute(command, options.compute);
}

SynthesisSpec synthesisOf(const SynthesisOptions& options)
{
    if (!options.design.empty()) {
        const auto design = loadDesign(options.design, std::nullopt);
        if (design.graphs) {
            throw InvalidArgument(options.design +
                                  " shows drawings of graphs, which have no model");
        }
        return design.synthesis;
    }
    auto spec = options.spec;
    spec.basis.method = basisMethodNamed(options.method).value();
    spec.model = stimuli::modelSpec(options.model.model, options.model.weights);
    spec.solver.type = options.solver.empty() ? defaultSolver(spec.model)
                                              : probeSolverNamed(options.solver).value();
    spec.format = formatFor(options.model, spec.model);
    if (!spec.basis.select.empty()) {
        spec.basis.components = static_cast<int>(spec.basis.select.size());
    }
    if (!options.references.empty()) {
        spec.references = {.folder = options.references, .count = 0, .seed = 1};
    }
    spec.basis.pool.folder = options.pool;
    spec.basis.pool.count = options.poolCount;
    return spec;
}

void requireLayers(const ModelSpec& model, const std::vector<std::string>& layers)
{
    const auto info = stimuli::modelInfo(model);
    for (const auto& layer : layers) {
        stimuli::requireLayer(info, layer);
    }
}

std::unique_ptr<stimuli::ProbeEngine> probeEngine(const SynthesisOptions& options,
                                                  const SynthesisSpec& spec,
                                                  const std::vector<std::string>& layers,
                                                  const std::stop_token& stop)
{
    ProgressBar bar;
    return stimuli::engine().probes(
        {.spec = spec,
         .layers = layers,
         .cacheFolder = options.cache.empty() ? stimuli::defaultCacheFolder() : options.cache,
         .compute = options.compute},
        [&](const std::string& what, double share) {
            if (share >= 1.0) {
                bar.clear();
            } else {
                bar.show(what, share);
            }
        },
        stop);
}

stimuli::NamedStimulus chosenReference(const stimuli::ProbeEngine& engine,
                                       const SynthesisSpec& spec, const std::string& reference)
{
    const auto& known = engine.references();
    const auto found = std::ranges::find(known, reference, &stimuli::NamedStimulus::id);
    if (found != known.end()) {
        return *found;
    }
    std::error_code ignored;
    if (std::filesystem::exists(std::filesystem::symlink_status(reference, ignored))) {
        auto loaded = stimuli::loadReferenceFile(reference, spec.format);
        stimuli::tellRemarks({loaded}, stimuli::warnOnStderr);
        return loaded;
    }
    std::vector<std::string> ids;
    std::ranges::transform(known, std::back_inserter(ids), &stimuli::NamedStimulus::id);
    const auto nearest = nearestName(reference, ids);
    throw InvalidArgument("\"" + reference + "\" is neither a reference nor a file" +
                          (nearest ? " (did you mean \"" + *nearest + "\"?)" : ""));
}

} // namespace mlab::app
