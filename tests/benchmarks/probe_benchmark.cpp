// SPDX-License-Identifier: GPL-3.0-or-later
//
// How long one probe takes: the minimum-norm solver against MAME's 50 Adam steps, on the same
// references, dimensions and levels, in the same run. Prints the figures and whether they keep the
// promises made for a 2-core machine.
#include "core/error.h"
#include "stimuli/synthesizer.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

namespace {

using namespace mlab;
using namespace mlab::stimuli;

struct Sample {
    double ms;
    double rmsGreyLevels;
    double residual;
    bool converged;
};

double quantile(std::vector<double> values, double q)
{
    std::ranges::sort(values);
    return values[static_cast<std::size_t>(
        std::min(q * static_cast<double>(values.size()), static_cast<double>(values.size() - 1)))];
}

double rmsDifference(const RgbImage& a, const RgbImage& b)
{
    double sum = 0;
    for (std::size_t i = 0; i < a.pixels.size(); ++i) {
        const double d = static_cast<double>(a.pixels[i]) - static_cast<double>(b.pixels[i]);
        sum += d * d;
    }
    return std::sqrt(sum / static_cast<double>(a.pixels.size()));
}

std::vector<Sample> measure(SynthesisSpec spec, const std::string& solver,
                            const std::filesystem::path& cache, int references,
                            const std::vector<double>& levels, int threads, bool verbose)
{
    spec.solver.type = solver;
    const std::vector<std::string> layers = {"band", "texture", "pool"};
    Synthesizer engine({.spec = spec,
                        .layers = layers,
                        .cacheFolder = cache,
                        .compute = {.device = "cpu", .threads = threads}},
                       [](const std::string&, double) {}, {});
    std::vector<Sample> samples;
    for (int r = 0; r < std::min(references, static_cast<int>(engine.references().size())); ++r) {
        const auto& reference = engine.references()[static_cast<std::size_t>(r)];
        for (const auto& layer : layers) {
            // What is computed once for each reference is not counted with any one probe.
            engine.makeSingle(reference, layer, 1, 1e-9, {});
            for (int component = 1; component <= 3; ++component) {
                for (const double level : levels) {
                    for (const double sign : {1.0, -1.0}) {
                        const auto single =
                            engine.makeSingle(reference, layer, component, sign * level, {});
                        samples.push_back({single.probe.generationMs,
                                           rmsDifference(single.probe.image, reference.image),
                                           single.probe.residualMax, single.probe.converged});
                        if (verbose) {
                            std::printf("%-12s %-24s %-8s %d %+5.2f %8.1f ms residual %.4f %s "
                                        "achieved %+.3f steps %d gradients %d rms %.2f\n",
                                        solver.c_str(), reference.id.c_str(), layer.c_str(),
                                        component, sign * level, single.probe.generationMs,
                                        single.probe.residualMax,
                                        single.probe.converged ? "ok " : "OUT",
                                        sign * single.probe.levelAchieved, single.probe.iterations,
                                        single.probe.gradientPasses, samples.back().rmsGreyLevels);
                        }
                    }
                }
            }
        }
    }
    return samples;
}

void print(const char* name, const std::vector<Sample>& samples)
{
    std::vector<double> ms;
    std::vector<double> change;
    int converged = 0;
    for (const auto& sample : samples) {
        ms.push_back(sample.ms);
        change.push_back(sample.rmsGreyLevels);
        converged += sample.converged ? 1 : 0;
    }
    std::printf("%-13s %4zu probes, converged %5.1f %%, median %7.1f ms, 95th percentile %7.1f ms, "
                "median pixel change %.2f grey levels rms\n",
                name, samples.size(), 100.0 * converged / static_cast<double>(samples.size()),
                quantile(ms, 0.5), quantile(ms, 0.95), quantile(change, 0.5));
}

} // namespace

int main(int argc, char** argv)
{
    CLI::App app("Probe generation: minimum-norm against 50 Adam steps");
    SynthesisSpec spec;
    int references = 4;
    int threads = 0;
    bool verbose = false;
    std::vector<double> levels = {0.1, 0.5, 1.0, 2.0};
    std::string folder;
    std::filesystem::path cache =
        std::filesystem::temp_directory_path() / "metamerlab-probe-benchmark";
    app.add_option("--references", folder, "Folder of photographs (default: built-in references)");
    app.add_option("--count", references, "How many references");
    app.add_option("--components", spec.basis.components, "Components retained");
    app.add_option("--levels", levels, "Levels in SD");
    app.add_option("--threads", threads, "LibTorch threads (0: one for each core)");
    app.add_flag("--verbose", verbose, "Print every probe");
    CLI11_PARSE(app, argc, argv);
    try {
        if (!folder.empty()) {
            spec.references = {.folder = folder, .count = 0, .seed = 1};
        }
        std::filesystem::remove_all(cache / "probes");
        const auto ours =
            measure(spec, "minimum-norm", cache, references, levels, threads, verbose);
        const auto adam = measure(spec, "adam", cache, references, levels, threads, verbose);
        std::filesystem::remove_all(cache / "probes");
        print("minimum-norm", ours);
        print("adam", adam);
        std::vector<double> ratio;
        std::vector<double> change;
        for (std::size_t i = 0; i < ours.size(); ++i) {
            ratio.push_back(adam[i].ms / ours[i].ms);
            if (ours[i].converged) {
                change.push_back(ours[i].rmsGreyLevels / adam[i].rmsGreyLevels);
            }
        }
        std::printf("time, adam / minimum-norm, probe by probe: median %.1f\n",
                    quantile(ratio, 0.5));
        if (!change.empty()) {
            std::printf("pixel change, minimum-norm / adam, where converged: median %.2f\n",
                        quantile(change, 0.5));
        }
    } catch (const Error& problem) {
        std::fprintf(stderr, "probe_benchmark: %s\n", problem.what());
        return 1;
    }
    return 0;
}
