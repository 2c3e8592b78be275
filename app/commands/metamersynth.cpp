// SPDX-License-Identifier: GPL-3.0-or-later
//
// The engine from a shell: fits bases and makes probes into the same cache that sessions use. No
// Qt.
#include "app/batch/batch.h"
#include "app/batch/recognition_batch.h"
#include "app/batch/study.h"
#include "app/program/design_input.h"
#include "app/program/exit_codes.h"
#include "app/program/progress_bar.h"
#include "app/program/run_program.h"
#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/number_text.h"
#include "core/base/version.h"
#include "stimuli/media/image_io.h"
#include "stimuli/models/model_info.h"
#include "stimuli/models/model_summary.h"
#include "stimuli/preview/contact_sheet.h"
#include "stimuli/probes/probe_synthesizer.h"
#include "stimuli/sources/stimulus_sources.h"
#include "stimuli/spaces/stimulus_space.h"
#include "stimuli/store/cache_folder.h"
#include "stimuli/store/content_store.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <iomanip>
#include <iostream>
#include <string>

namespace mlab::app {
namespace {

struct Settings {
    std::string design;
    std::string model = "gabor-scattering";
    std::string weights;
    SynthesisSpec spec;
    std::string method = toString(BasisSpec().method);
    std::string solver = toString(SolverSpec().type);
    ImageFormat image;
    SoundFormat sound;
    std::string references;
    std::string pool;
    int poolCount = 200;
    std::filesystem::path cache;
    stimuli::ComputeOptions compute;
};

void addCompute(CLI::App& command, stimuli::ComputeOptions& compute)
{
    command.add_option("--device", compute.device, "cpu, cuda, cuda:N, or auto: the GPU if any")
        ->capture_default_str();
    command.add_option("--threads", compute.threads, "LibTorch threads (0: one for each core)")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    command.add_flag("--half", compute.halfPrecision, "Half precision (GPU only)");
}

// The model: a name, with a file of weights where it needs one, or a TorchScript file.
void addModel(CLI::App& command, Settings& settings)
{
    command
        .add_option("--model", settings.model,
                    "gabor-scattering, resnet50, vgg19, alexnet, or a TorchScript file")
        ->capture_default_str();
    command.add_option("--weights", settings.weights,
                       "Weights of a named network: safetensors, .pt or .pth");
}

// Images or sounds: the model's modality says which.
template <typename Changed> void addFormat(CLI::App& command, Settings& settings, Changed&& changed)
{
    changed(command.add_option("--size", settings.image.sizePx, "Side of images, px"));
    changed(command.add_option("--sample-rate", settings.sound.sampleRateHz, "Of sounds, Hz"));
    changed(command.add_option("--duration", settings.sound.durationMs, "Of sounds, ms"));
    changed(command.add_option("--bits", settings.sound.bits, "Of a sound's samples, 16 or 24"));
}

StimulusFormat formatFor(const Settings& settings, const ModelSpec& model)
{
    if (stimuli::modelInfo(model).modality == modalityOf(StimulusFormat(settings.sound))) {
        return settings.sound;
    }
    return settings.image;
}

// What both commands take: a design, or its parts.
void addSettings(CLI::App& command, Settings& settings)
{
    auto& spec = settings.spec;
    auto* design = command.add_option("--design", settings.design,
                                      "Take model, references, basis and solver from this design");
    const auto without = [&](CLI::Option* option) {
        return option->excludes(design)->capture_default_str();
    };
    addModel(command, settings);
    command.get_option("--model")->excludes(design);
    command.get_option("--weights")->excludes(design);
    addFormat(command, settings, without);
    without(command.add_option("--references", settings.references,
                               "Folder of pictures or sounds (default: built-in ones)"));
    without(command.add_option("--pool", settings.pool,
                               "Folder for the basis (default: built-in stimuli)"));
    without(command.add_option("--pool-count", settings.poolCount,
                               "Stimuli, crops or excerpts in the pool"));
    without(command.add_option("--method", settings.method,
                               "Of the basis: " + listOfNames(kBasisMethods)));
    without(command.add_option("--candidates", spec.basis.candidates,
                               "Components found, of which some are retained"));
    without(command.add_option("--seed", spec.basis.seed, "Of the start of ica"));
    auto* components = without(command.add_option("--components", spec.basis.components,
                                                  "Components retained, the first"));
    without(command.add_option("--select", spec.basis.select,
                               "Ranks of the components retained, such as 1,4,7"))
        ->delimiter(',')
        ->excludes(components);
    without(command.add_option("--solver", settings.solver, listOfNames(kProbeSolvers)));
    without(command.add_option("--tolerance", spec.solver.toleranceSd, "SD"));
    command.add_option("--cache", settings.cache, "Folder for bases and probes");
    addCompute(command, settings.compute);
}

BasisMethod basisMethodOf(const std::string& name)
{
    if (const auto method = basisMethodNamed(name)) {
        return *method;
    }
    throw InvalidArgument("unknown basis method \"" + name + "\": use " +
                          listOfNames(kBasisMethods));
}

ProbeSolver solverOf(const std::string& name)
{
    if (const auto solver = probeSolverNamed(name)) {
        return *solver;
    }
    throw InvalidArgument("unknown solver \"" + name + "\": use " + listOfNames(kProbeSolvers));
}

SynthesisSpec resolved(const Settings& settings)
{
    if (!settings.design.empty()) {
        return loadDesign(settings.design, std::nullopt).synthesis;
    }
    auto spec = settings.spec;
    spec.basis.method = basisMethodOf(settings.method);
    spec.solver.type = solverOf(settings.solver);
    spec.model = stimuli::modelSpec(settings.model, settings.weights);
    spec.format = formatFor(settings, spec.model);
    if (!spec.basis.select.empty()) {
        spec.basis.components = static_cast<int>(spec.basis.select.size());
    }
    if (!settings.references.empty()) {
        spec.references = {.folder = settings.references, .count = 0, .seed = 1};
    }
    spec.basis.pool.folder = settings.pool;
    spec.basis.pool.count = settings.poolCount;
    return spec;
}

void requireLayers(const ModelSpec& model, const std::vector<std::string>& layers)
{
    const auto info = stimuli::modelInfo(model);
    for (const auto& layer : layers) {
        stimuli::requireLayer(info, layer);
    }
}

stimuli::ProbeSynthesizer makeEngine(const Settings& settings, const SynthesisSpec& spec,
                                     const std::vector<std::string>& layers)
{
    ProgressBar bar;
    return stimuli::ProbeSynthesizer(
        {.spec = spec,
         .layers = layers,
         .cacheFolder = settings.cache.empty() ? stimuli::defaultCacheFolder() : settings.cache,
         .compute = settings.compute},
        [&](const std::string& what, double share) {
            if (share >= 1.0) {
                bar.clear();
            } else {
                bar.show(what, share);
            }
        },
        {});
}

// One of the references, or any picture or sound file.
stimuli::NamedStimulus chosenReference(const stimuli::ProbeSynthesizer& engine,
                                       const SynthesisSpec& spec, const std::string& reference)
{
    const auto& known = engine.references();
    const auto found = std::ranges::find(known, reference, &stimuli::NamedStimulus::id);
    if (found != known.end()) {
        return *found;
    }
    if (std::filesystem::exists(reference)) {
        return stimuli::loadReferenceFile(reference, spec.format);
    }
    std::vector<std::string> ids;
    std::ranges::transform(known, std::back_inserter(ids), &stimuli::NamedStimulus::id);
    const auto nearest = nearestName(reference, ids);
    throw InvalidArgument("\"" + reference + "\" is neither a reference nor a file" +
                          (nearest ? " (did you mean \"" + *nearest + "\"?)" : ""));
}

std::string percent(double share)
{
    return shortNumber(std::round(share * 1000) / 10) + " %";
}

std::string signedSd(double level)
{
    return (level > 0 ? "+" : "") + shortNumber(std::round(level * 100) / 100) + " SD";
}

// What each retained component changes in one reference.
stimuli::ContactSheet contactSheet(stimuli::ProbeSynthesizer& engine, const std::string& layer,
                                   const stimuli::NamedStimulus& reference)
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
            const auto made = engine.makeSingle(reference, layer, k + 1, level, {}).probe;
            const double achieved = std::copysign(1.0, level) * made.levelAchieved;
            row.tiles.push_back({.image = stimuli::spaceOf(made.stimulus).preview(made.stimulus),
                                 .caption = made.converged ? "" : "reached " + signedSd(achieved),
                                 .marked = !made.converged});
        }
        sheet.rows.push_back(std::move(row));
    }
    bar.clear();
    return sheet;
}

int fitBasis(const Settings& settings, std::vector<std::string> layers,
             const std::filesystem::path& sheetFile, const std::string& sheetReference)
{
    const auto spec = resolved(settings);
    if (layers.empty()) {
        layers = settings.design.empty() ? stimuli::modelInfo(spec.model).layers
                                         : layersOf(loadDesign(settings.design, std::nullopt));
    }
    requireLayers(spec.model, layers);
    if (!sheetFile.empty() && layers.size() != 1) {
        throw InvalidArgument("a contact sheet shows one layer; name it with --layer");
    }
    auto engine = makeEngine(settings, spec, layers);
    bool converged = true;
    for (const auto& layer : layers) {
        const auto& basis = engine.basis(layer);
        if (!std::filesystem::exists(engine.basisFile(layer))) {
            throw IoError("the basis was fitted, but could not be kept in " +
                          engine.basisFile(layer).string());
        }
        std::cout << layer << ": " << toString(basis.method) << ", " << basis.channels
                  << " channels, pool of " << basis.poolCount << ", sha256 " << basis.sha256
                  << "\n  explained variance:";
        for (std::size_t k = 0; k < basis.ranks.size(); ++k) {
            std::cout << " " << basis.ranks[k] << ": " << percent(basis.explainedVariance[k]);
        }
        std::cout << "\n  " << engine.basisFile(layer).string() << "\n";
        converged = converged && basis.converged;
    }
    if (!sheetFile.empty()) {
        const auto reference = sheetReference.empty()
                                   ? engine.references().front()
                                   : chosenReference(engine, spec, sheetReference);
        stimuli::savePng(
            sheetFile, stimuli::drawContactSheet(contactSheet(engine, layers.front(), reference)));
    }
    return converged ? kDone : kFailed;
}

int makeProbe(const Settings& settings, const std::string& layer, int component, double level,
              const std::string& reference, const std::filesystem::path& out)
{
    const auto spec = resolved(settings);
    requireLayers(spec.model, {layer});
    auto engine = makeEngine(settings, spec, {layer});
    const auto chosen = chosenReference(engine, spec, reference);
    const auto single = engine.makeSingle(chosen, layer, component, level, {});
    const auto record = stimuli::probeRecordJson(single.key, single.probe);
    if (!out.empty()) {
        std::filesystem::create_directories(out);
        const std::string ending(stimuli::fileEnding(chosen.stimulus));
        stimuli::saveStimulus(out / ("reference" + ending), chosen.stimulus);
        stimuli::saveStimulus(out / ("probe" + ending), single.probe.stimulus);
        writeFileAtomically(out / "probe.json", record);
    }
    std::cout << record;
    if (!single.probe.converged) {
        std::cerr << "metamersynth: " << chosen.id
                  << " cannot make this move within the tolerance; "
                  << "level achieved " << shortNumber(single.probe.levelAchieved)
                  << " SD, largest residual " << shortNumber(single.probe.residualMax) << " SD\n";
        return kFailed;
    }
    return kDone;
}

std::string shapeText(const std::vector<std::int64_t>& shape)
{
    std::string text;
    for (const auto side : shape) {
        text.append(text.empty() ? "" : " x ").append(std::to_string(side));
    }
    return text;
}

int describeModel(const Settings& settings)
{
    const auto spec = stimuli::modelSpec(settings.model, settings.weights);
    const auto format = formatFor(settings, spec);
    const auto model = stimuli::makeModel(spec, format, settings.compute);
    const auto& info = model->info();
    std::cout << info.name << " (" << toString(info.modality) << "), sha256 " << model->sha256()
              << "\n"
              << "input: " << info.input << "; here " << describe(format) << "\n";
    if (!info.source.empty()) {
        std::cout << "source: " << info.source << "\n";
    }
    if (info.logitsLayer.empty()) {
        std::cout << "classes: none, it does not classify\n";
    } else {
        std::cout << "classes: " << info.classes.size() << ", by layer " << info.logitsLayer
                  << "\n";
    }
    std::cout << std::left << std::setw(16) << "layer" << std::setw(18) << "shape" << std::right
              << std::setw(16) << "multiply-adds" << std::setw(14) << "parameters\n";
    for (const auto& layer : stimuli::summarise(*model, format)) {
        std::cout << std::left << std::setw(16) << layer.name << std::setw(18)
                  << shapeText(layer.shape) << std::right << std::setw(16) << layer.multiplyAdds
                  << std::setw(13) << layer.parameters << "\n";
    }
    return kDone;
}

// "2/8"
Shard parsedShard(const std::string& text)
{
    Shard shard;
    char rest = 0;
    const int read =
        std::sscanf(text.c_str(), "%d/%d%c", &shard.index, &shard.count, &rest); // NOLINT
    if (read != 2 || shard.count < 1 || shard.index < 1 || shard.index > shard.count) {
        throw InvalidArgument("--shard " + text + " is not of the form I/N with I from 1 to N");
    }
    return shard;
}

int dispatch(int argc, char** argv)
{
    CLI::App program("metamersynth makes MetamerLab's stimuli from a shell.");
    program.set_version_flag("--version", kSoftwareVersion);
    program.require_subcommand(1);

    Settings settings;
    std::vector<std::string> layers;
    auto* fit = program.add_subcommand(
        "fit-basis",
        "Fit the bases of some layers into the cache; exit 1 if ICA does not converge");
    addSettings(*fit, settings);
    fit->add_option("--layer", layers, "Layer, may be repeated (default: all)");
    std::filesystem::path sheetFile;
    std::string sheetReference;
    auto* sheet = fit->add_option(
        "--contact-sheet", sheetFile,
        "PNG to write: what each retained component changes, from -2 to 2 SD; one layer");
    fit->add_option("--reference", sheetReference,
                    "A reference's ID or a file, for the sheet (default: the first)")
        ->needs(sheet);

    auto* models = program.add_subcommand(
        "models", "List a model's layers: shapes, and multiply-adds and parameters up to each");
    addModel(*models, settings);
    addFormat(*models, settings, [](CLI::Option* option) { option->capture_default_str(); });
    addCompute(*models, settings.compute);

    std::filesystem::path studyFile;
    std::string shard = "1/1";
    BatchOptions batchOptions;
    auto* batch = program.add_subcommand(
        "batch", "Make what is missing of a study, metamers or probes; exit 1 if an item fails");
    batch->add_option("STUDY", studyFile, "The study file")->required();
    batch->add_option("--shard", shard, "I/N: the I-th of N parts, from 1")->capture_default_str();
    batch->add_option("--out", batchOptions.outFolder,
                      "Folder for summary.csv, index.html and copies of the stimuli");
    batch->add_option("--cache", batchOptions.cacheFolder, "Folder for what is made");
    addCompute(*batch, batchOptions.compute);

    std::filesystem::path recognitionDesign;
    std::filesystem::path recognitionReferences;
    RecognitionBatchOptions recognitionOptions;
    auto* recognition = program.add_subcommand(
        "recognition", "Make the metamers of a recognition design that the cache lacks; exit "
                       "1 if one cannot be made");
    recognition->add_option("DESIGN", recognitionDesign, "The design file")->required();
    recognition->add_option("--seed", recognitionOptions.seeds,
                            "Only for the sessions of this seed, may be repeated (default: any)");
    recognition->add_option("--references", recognitionReferences,
                            "Folder in place of the design's references");
    recognition->add_option("--cache", recognitionOptions.cacheFolder, "Folder for what is made");
    addCompute(*recognition, recognitionOptions.compute);

    std::string layer;
    int component = 1;
    double level = 0;
    std::string reference;
    std::filesystem::path out;
    auto* probe = program.add_subcommand(
        "probe", "Make one probe and print its record; exit 1 if the move cannot be made");
    addSettings(*probe, settings);
    probe->add_option("--layer", layer, "Layer")->required();
    probe->add_option("--component", component, "From 1")->capture_default_str();
    probe->add_option("--level", level, "SD; negative moves in the direction minus")->required();
    probe->add_option("--reference", reference, "A reference's ID, or a picture or sound file")
        ->required();
    probe->add_option("--out", out,
                      "Folder for reference.png, probe.png (sounds: .wav) and probe.json");

    try {
        program.parse(argc, argv);
    } catch (const CLI::ParseError& problem) {
        return program.exit(problem) == 0 ? kDone : kBadInput;
    }
    if (batch->parsed()) {
        batchOptions.shard = parsedShard(shard);
        if (batchOptions.cacheFolder.empty()) {
            batchOptions.cacheFolder = stimuli::defaultCacheFolder();
        }
        return runBatch(loadStudy(studyFile), batchOptions);
    }
    if (recognition->parsed()) {
        if (recognitionOptions.cacheFolder.empty()) {
            recognitionOptions.cacheFolder = stimuli::defaultCacheFolder();
        }
        return runRecognitionBatch(
            loadDesign(recognitionDesign, std::nullopt, recognitionReferences), recognitionOptions);
    }
    if (models->parsed()) {
        return describeModel(settings);
    }
    return fit->parsed() ? fitBasis(settings, layers, sheetFile, sheetReference)
                         : makeProbe(settings, layer, component, level, reference, out);
}

} // namespace
} // namespace mlab::app

int main(int argc, char** argv)
{
    return mlab::app::runProgram("metamersynth", [&] { return mlab::app::dispatch(argc, argv); });
}
