// SPDX-License-Identifier: GPL-3.0-or-later
//
// How long one probe takes: the minimum-norm solver against MAME's 50 Adam steps, on the same
// references, dimensions and levels, in the same run; of images, or with --sounds of sounds by
// layer and level.
#include "core/base/error.h"
#include "core/base/files.h"
#include "stimuli/media/image_io.h"
#include "stimuli/probes/probe_synthesizer.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <string>
#include <vector>

namespace {

using namespace mlab;
using namespace mlab::stimuli;

struct Options {
    SynthesisSpec spec;
    std::vector<std::string> layers = {"band", "texture", "pool"};
    std::vector<double> levels = {0.1, 0.5, 1.0, 2.0};
    int references = 4;
    int threads = 0;
    bool verbose = false;
    std::filesystem::path cache =
        std::filesystem::temp_directory_path() / "metamerlab-probe-benchmark";
};

struct Sample {
    std::string reference;
    std::string layer;
    int component;
    double signedLevel;
    double ms;
    double change; ///< images: grey levels rms; sounds: dB re the reference
    double residual;
    bool converged;
};

double quantile(std::vector<double> values, double q)
{
    std::ranges::sort(values);
    return values[static_cast<std::size_t>(
        std::min(q * static_cast<double>(values.size()), static_cast<double>(values.size() - 1)))];
}

double changeOf(const StimulusMetrics& metrics)
{
    if (const auto* image = std::get_if<ImageMetrics>(&metrics)) {
        return image->rmse;
    }
    return -std::get<SoundMetrics>(metrics).snrDb.value_or(std::numeric_limits<double>::infinity());
}

ProbeSynthesizer engineOf(const Options& options)
{
    return {{.spec = options.spec,
             .layers = options.layers,
             .cacheFolder = options.cache,
             .compute = {.device = "cpu", .threads = options.threads}},
            [](const std::string&, double) {},
            {}};
}

std::vector<Sample> measure(const Options& options)
{
    ProbeSynthesizer engine = engineOf(options);
    const auto solver = toString(options.spec.solver.type);
    std::vector<Sample> samples;
    std::vector<double> firstMs;
    const auto count =
        std::min(static_cast<std::size_t>(options.references), engine.references().size());
    for (std::size_t r = 0; r < count; ++r) {
        const auto& reference = engine.references()[r];
        for (const auto& layer : options.layers) {
            // What is computed once for each reference is not counted with any one probe.
            firstMs.push_back(engine.makeSingle(reference, layer, 1, 1e-9, {}).probe.generationMs);
            for (int component = 1; component <= 3; ++component) {
                for (const double level : options.levels) {
                    for (const double sign : {1.0, -1.0}) {
                        const auto probe =
                            engine.makeSingle(reference, layer, component, sign * level, {}).probe;
                        samples.push_back({reference.id, layer, component, sign * level,
                                           probe.generationMs, changeOf(probe.metrics),
                                           probe.residualMax, probe.converged});
                        if (options.verbose) {
                            std::printf("%-12s %-24s %-8s %d %+5.2f %8.1f ms residual %.4f %s "
                                        "achieved %+.3f steps %d gradients %d change %.2f\n",
                                        solver.c_str(), reference.id.c_str(), layer.c_str(),
                                        component, sign * level, probe.generationMs,
                                        probe.residualMax, probe.converged ? "ok " : "OUT",
                                        sign * probe.levelAchieved, probe.iterations,
                                        probe.gradientPasses, samples.back().change);
                        }
                    }
                }
            }
        }
    }
    std::printf("%-13s once for each reference and layer: median %7.1f ms\n", solver.c_str(),
                quantile(firstMs, 0.5));
    return samples;
}

void print(const char* name, const std::vector<Sample>& samples, bool isSound = false)
{
    std::vector<double> ms;
    std::vector<double> change;
    int converged = 0;
    for (const auto& sample : samples) {
        ms.push_back(sample.ms);
        change.push_back(sample.change);
        converged += sample.converged ? 1 : 0;
    }
    std::printf("%-13s %4zu probes, converged %5.1f %%, median %7.1f ms, 95th percentile %7.1f ms, "
                "median change %.2f %s\n",
                name, samples.size(), 100.0 * converged / static_cast<double>(samples.size()),
                quantile(ms, 0.5), quantile(ms, 0.95), quantile(change, 0.5),
                isSound ? "dB re the reference" : "grey levels rms");
}

// A line for each layer and level.
void printTable(const Options& options, const std::vector<Sample>& samples)
{
    std::printf("| layer | level | converged | median | 95th percentile | change, median |\n"
                "|---|---|---|---|---|---|\n");
    for (const auto& layer : options.layers) {
        for (const double level : options.levels) {
            std::vector<double> ms;
            std::vector<double> change;
            int converged = 0;
            for (const auto& sample : samples) {
                if (sample.layer == layer && std::abs(sample.signedLevel) == level) {
                    ms.push_back(sample.ms);
                    change.push_back(sample.change);
                    converged += sample.converged ? 1 : 0;
                }
            }
            std::printf("| %s | %.2f SD | %d of %zu | %.0f ms | %.0f ms | %.0f dB |\n",
                        layer.c_str(), level, converged, ms.size(), quantile(ms, 0.5),
                        quantile(ms, 0.95), quantile(change, 0.5));
        }
    }
}

// What another program needs to make the same probes, and how long they took here.
void writeReport(const Options& options, const std::vector<Sample>& samples,
                 const std::filesystem::path& folder)
{
    const ProbeSynthesizer engine = engineOf(options);
    std::filesystem::create_directories(folder);
    nlohmann::ordered_json report = {{"bases", nlohmann::ordered_json::object()},
                                     {"references", nlohmann::ordered_json::object()},
                                     {"probes", nlohmann::ordered_json::array()}};
    for (const auto& layer : options.layers) {
        report["bases"][layer] = engine.basisFile(layer).string();
    }
    for (const auto& sample : samples) {
        const auto picture = folder / (sample.reference + ".png");
        const auto reference =
            std::ranges::find(engine.references(), sample.reference, &NamedStimulus::id);
        savePng(picture, *std::get<ImagePtr>(reference->stimulus));
        report["references"][sample.reference] = picture.string();
        report["probes"].push_back({{"reference", sample.reference},
                                    {"layer", sample.layer},
                                    {"component", sample.component},
                                    {"signed_level", sample.signedLevel},
                                    {"ms", sample.ms},
                                    {"residual_sd", sample.residual},
                                    {"converged", sample.converged}});
    }
    writeFileAtomically(folder / "report.json", report.dump(2) + "\n");
}

// On one model: both solvers, probe by probe.
void compareSolvers(Options options)
{
    options.spec.solver.type = ProbeSolver::minimumNorm;
    const auto ours = measure(options);
    options.spec.solver.type = ProbeSolver::adam;
    const auto adam = measure(options);
    print("minimum-norm", ours);
    print("adam", adam);
    std::vector<double> ratio;
    std::vector<double> change;
    for (std::size_t i = 0; i < ours.size(); ++i) {
        ratio.push_back(adam[i].ms / ours[i].ms);
        if (ours[i].converged) {
            change.push_back(ours[i].change / adam[i].change);
        }
    }
    std::printf("time, adam / minimum-norm, probe by probe: median %.1f\n", quantile(ratio, 0.5));
    if (!change.empty()) {
        std::printf("pixel change, minimum-norm / adam, where converged: median %.2f\n",
                    quantile(change, 0.5));
    }
}

void measureSounds(Options options, bool withAdam)
{
    const auto ours = measure(options);
    print("minimum-norm", ours, true);
    printTable(options, ours);
    if (withAdam) {
        options.spec.solver.type = ProbeSolver::adam;
        const auto adam = measure(options);
        print("adam", adam, true);
        printTable(options, adam);
    }
}

} // namespace

int main(int argc, char** argv)
{
    CLI::App app("Probe generation: minimum-norm against 50 Adam steps");
    Options options;
    auto& spec = options.spec;
    std::string references;
    std::string weights;
    std::string report;
    bool sounds = false;
    bool adam = false;
    SoundFormat format;
    app.add_flag("--sounds", sounds, "Sounds, by cochlea-modulation");
    app.add_option("--sample-rate", format.sampleRateHz, "Of the sounds, Hz")->needs("--sounds");
    app.add_option("--duration", format.durationMs, "Of the sounds, ms")->needs("--sounds");
    app.add_flag("--adam", adam, "After the sounds of minimum-norm those of adam")
        ->needs("--sounds");
    app.add_option("--model", spec.model.name, "Model");
    app.add_option("--weights", weights, "Its weights");
    app.add_option("--layers", options.layers, "Layers");
    app.add_option("--pool", spec.basis.pool.count, "Pictures that the basis is fitted on");
    app.add_option("--references", references,
                   "Folder of photographs or sounds (default: built-in references)");
    app.add_option("--count", options.references, "How many references");
    app.add_option("--components", spec.basis.components, "Components retained");
    app.add_option("--levels", options.levels, "Levels in SD");
    app.add_option("--threads", options.threads, "LibTorch threads (0: one for each core)");
    app.add_option("--report", report,
                   "minimum-norm alone: writes what it did, and its references, to this folder");
    app.add_flag("--verbose", options.verbose, "Print every probe");
    CLI11_PARSE(app, argc, argv);
    try {
        spec.model.file = weights;
        if (!references.empty()) {
            spec.references = {.folder = references, .count = 0, .seed = 1};
        }
        std::filesystem::remove_all(options.cache / "probes");
        if (sounds) {
            spec.format = format;
            if (app.count("--model") == 0) {
                spec.model.name = "cochlea-modulation";
            }
            if (app.count("--layers") == 0) {
                options.layers = {"cochleagram", "modulation", "average"};
            }
            if (app.count("--levels") == 0) {
                options.levels = {0.25, 0.5, 1.0, 2.0};
            }
            measureSounds(options, adam);
        } else if (report.empty()) {
            compareSolvers(options);
        } else {
            const auto samples = measure(options);
            print("minimum-norm", samples);
            writeReport(options, samples, report);
        }
        std::filesystem::remove_all(options.cache / "probes");
    } catch (const Error& problem) {
        std::fprintf(stderr, "probe_benchmark: %s\n", problem.what());
        return 1;
    }
    return 0;
}
