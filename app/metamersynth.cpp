// SPDX-License-Identifier: GPL-3.0-or-later
//
// The engine from a shell: fits bases and makes probes into the same cache that sessions use. No
// Qt.
#include "app/design_input.h"
#include "app/exit_codes.h"
#include "app/progress_bar.h"
#include "core/error.h"
#include "core/files.h"
#include "core/version.h"
#include "stimuli/cache_folder.h"
#include "stimuli/image_io.h"
#include "stimuli/model_info.h"
#include "stimuli/model_summary.h"
#include "stimuli/synthesizer.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cmath>
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

// What both commands take: a design, or its parts.
void addSettings(CLI::App& command, Settings& settings)
{
    auto& spec = settings.spec;
    auto* design = command.add_option("--design", settings.design,
                                      "Take model, references, basis and solver from this design");
    const auto without = [&](CLI::Option* option) {
        option->excludes(design)->capture_default_str();
    };
    addModel(command, settings);
    command.get_option("--model")->excludes(design);
    command.get_option("--weights")->excludes(design);
    without(command.add_option("--size", spec.imageSizePx, "Side of the stimuli, px"));
    without(command.add_option("--references", settings.references,
                               "Folder of pictures (default: built-in ones)"));
    without(command.add_option("--pool", settings.pool,
                               "Folder for the basis (default: built-in pictures)"));
    without(
        command.add_option("--pool-count", settings.poolCount, "Pictures or crops in the pool"));
    without(command.add_option("--components", spec.basis.components, "Components retained"));
    without(command.add_option("--solver", spec.solver.type, "minimum-norm or adam"));
    without(command.add_option("--tolerance", spec.solver.toleranceSd, "SD"));
    command.add_option("--cache", settings.cache, "Folder for bases and probes");
    addCompute(command, settings.compute);
}

SynthesisSpec resolved(const Settings& settings)
{
    if (!settings.design.empty()) {
        return loadDesign(settings.design, std::nullopt).synthesis;
    }
    auto spec = settings.spec;
    spec.model = stimuli::modelSpec(settings.model, settings.weights);
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

stimuli::Synthesizer makeEngine(const Settings& settings, const SynthesisSpec& spec,
                                const std::vector<std::string>& layers)
{
    ProgressBar bar;
    return stimuli::Synthesizer(
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

int fitBasis(const Settings& settings, std::vector<std::string> layers)
{
    const auto spec = resolved(settings);
    if (layers.empty()) {
        layers = settings.design.empty() ? stimuli::modelInfo(spec.model).layers
                                         : layersOf(loadDesign(settings.design, std::nullopt));
    }
    requireLayers(spec.model, layers);
    const auto engine = makeEngine(settings, spec, layers);
    for (const auto& layer : layers) {
        const auto& basis = engine.basis(layer);
        if (!std::filesystem::exists(engine.basisFile(layer))) {
            throw IoError("the basis was fitted, but could not be kept in " +
                          engine.basisFile(layer).string());
        }
        std::cout << layer << ": " << basis.channels << " channels, pool of " << basis.poolCount
                  << ", sha256 " << basis.sha256 << "\n  explained variance:";
        for (const double share : basis.explainedVariance) {
            std::cout << " " << std::round(share * 1000) / 10 << " %";
        }
        std::cout << "\n  " << engine.basisFile(layer).string() << "\n";
    }
    return kDone;
}

int makeProbe(const Settings& settings, const std::string& layer, int component, double level,
              const std::string& reference, const std::filesystem::path& out)
{
    const auto spec = resolved(settings);
    requireLayers(spec.model, {layer});
    auto engine = makeEngine(settings, spec, {layer});
    stimuli::NamedImage chosen;
    const auto& known = engine.references();
    const auto found = std::ranges::find(known, reference, &stimuli::NamedImage::id);
    if (found != known.end()) {
        chosen = *found;
    } else if (std::filesystem::exists(reference)) {
        chosen.image = stimuli::loadImage(reference, spec.imageSizePx);
        chosen.id = std::filesystem::path(reference).stem().string();
        chosen.sha256 = sha256Of(chosen.image);
    } else {
        std::vector<std::string> ids;
        std::ranges::transform(known, std::back_inserter(ids), &stimuli::NamedImage::id);
        const auto nearest = nearestName(reference, ids);
        throw InvalidArgument("\"" + reference + "\" is neither a reference nor a file" +
                              (nearest ? " (did you mean \"" + *nearest + "\"?)" : ""));
    }
    const auto single = engine.makeSingle(chosen, layer, component, level, {});
    const auto record = stimuli::probeRecordJson(single.key, single.probe);
    if (!out.empty()) {
        std::filesystem::create_directories(out);
        stimuli::savePng(out / "reference.png", chosen.image);
        stimuli::savePng(out / "probe.png", single.probe.image);
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
    const auto model = stimuli::makeModel(spec, settings.spec.imageSizePx, settings.compute);
    const auto& info = model->info();
    std::cout << info.name << " (" << info.modality << "), sha256 " << model->sha256() << "\n"
              << "input: " << info.input << "; here " << settings.spec.imageSizePx << " x "
              << settings.spec.imageSizePx << " px\n";
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
    for (const auto& layer : stimuli::summarise(*model, settings.spec.imageSizePx)) {
        std::cout << std::left << std::setw(16) << layer.name << std::setw(18)
                  << shapeText(layer.shape) << std::right << std::setw(16) << layer.multiplyAdds
                  << std::setw(13) << layer.parameters << "\n";
    }
    return kDone;
}

int dispatch(int argc, char** argv)
{
    CLI::App program("metamersynth makes MetamerLab's stimuli from a shell.");
    program.set_version_flag("--version", kSoftwareVersion);
    program.require_subcommand(1);

    Settings settings;
    std::vector<std::string> layers;
    auto* fit = program.add_subcommand("fit-basis", "Fit the bases of some layers into the cache");
    addSettings(*fit, settings);
    fit->add_option("--layer", layers, "Layer, may be repeated (default: all)");

    auto* models = program.add_subcommand(
        "models", "List a model's layers: shapes, and multiply-adds and parameters up to each");
    addModel(*models, settings);
    models->add_option("--size", settings.spec.imageSizePx, "Side of the images, px")
        ->capture_default_str();
    addCompute(*models, settings.compute);

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
    probe->add_option("--reference", reference, "A reference's ID, or a picture file")->required();
    probe->add_option("--out", out, "Folder for reference.png, probe.png and probe.json");

    try {
        program.parse(argc, argv);
    } catch (const CLI::ParseError& problem) {
        return program.exit(problem) == 0 ? kDone : kBadInput;
    }
    if (models->parsed()) {
        return describeModel(settings);
    }
    return fit->parsed() ? fitBasis(settings, layers)
                         : makeProbe(settings, layer, component, level, reference, out);
}

} // namespace
} // namespace mlab::app

int main(int argc, char** argv)
{
    using namespace mlab;
    try {
        return app::dispatch(argc, argv);
    } catch (const app::BadInput& problem) {
        std::cerr << problem.what() << "\n";
        return app::kBadInput;
    } catch (const InvalidArgument& problem) {
        std::cerr << "metamersynth: " << problem.what() << "\n";
        return app::kBadInput;
    } catch (const std::exception& problem) {
        std::cerr << "metamersynth: " << problem.what() << "\n";
        return app::kFailed;
    }
}
