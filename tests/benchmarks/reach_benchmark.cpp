// SPDX-License-Identifier: GPL-3.0-or-later
//
// Which moves references can make, and how many of these the live solver finds. Every move that it
// misses goes to a patient search: Levenberg-Marquardt with fresh gradients at every step, hundreds
// of steps, from several starts and by small steps of the level. A move is reachable if one of them
// finds it.
#include "core/base/error.h"
#include "stimuli/basis/coordinates.h"
#include "stimuli/models/model.h"
#include "stimuli/probes/probe_synthesizer.h"
#include "stimuli/spaces/stimulus_space.h"
#include "stimuli/tensors/stimulus_tensor.h"

#include <CLI/CLI.hpp>
#include <torch/types.h>
#include <torch/utils.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <limits>
#include <map>
#include <string>
#include <vector>

namespace {

using namespace mlab;
using namespace mlab::stimuli;

struct Options {
    SynthesisSpec spec;
    std::vector<std::string> layers;
    std::vector<double> levels = {0.5, 1.0, 2.0};
    int components = 3;
    int references = 8;
    int threads = 0;
    bool search = true;
    bool verbose = false;
    std::filesystem::path cache =
        std::filesystem::temp_directory_path() / "metamerlab-reach-benchmark";
};

class PatientSearch {
public:
    PatientSearch(const CoordinateMap& map, const Stimulus& reference, ProbeSolver solver,
                  double tolerance)
        : map_(map), values_(map.model().toDevice(toTensor(reference))),
          space_(
              spaceOf(reference).probes(reference, values_, solver, map.model().isCompressive())),
          z_(map.at(values_)), tolerance_(tolerance)
    {
    }

    bool finds(int component, double signedLevel) const
    {
        auto target = z_.clone();
        target[component] += signedLevel;
        torch::manual_seed(1);
        constexpr std::array kNoise = {0.0, 0.01, 0.05};
        for (const double amplitude : kNoise) {
            const auto noise = (torch::rand_like(values_) * 2 - 1) * amplitude;
            if (search(space_->admitted(values_ + noise), target, kSteps).reached) {
                return true;
            }
        }
        auto values = values_;
        constexpr int kParts = 8;
        for (int part = 1; part <= kParts; ++part) {
            auto nearer = z_.clone();
            nearer[component] += signedLevel * part / kParts;
            const auto found = search(values, nearer, kSteps / 2);
            values = found.values;
            if (!found.reached) {
                return false;
            }
        }
        return true;
    }

private:
    static constexpr int kSteps = 200;

    struct Found {
        torch::Tensor values;
        bool reached = false;
    };

    Found search(torch::Tensor values, const torch::Tensor& target, int most) const
    {
        double damping = 1e-6;
        const auto& policy = space_->steps();
        bool substitute = false;
        bool otherStalled = false;
        auto [z, gradients] = map_.withGradients(values);
        for (int step = 0; step < most; ++step) {
            const auto missing = target - z;
            if (missing.abs().max().item<double>() <= tolerance_) {
                return {.values = values, .reached = true};
            }
            const double before = missing.norm().item<double>();
            double after = before;
            for (; damping < 1e4 && after == before; damping *= 10) {
                const auto next = space_->admitted(
                    values + change(values, gradients, missing, damping).view_as(values));
                const double left = (target - map_.at(next)).norm().item<double>();
                if (left < before * (1 - 1e-5)) {
                    values = next;
                    after = left;
                }
            }
            damping = std::max(1e-6, damping / 1000);
            const bool stalled = after == before;
            if (stalled && (!policy.hasBothKinds() || otherStalled)) {
                break;
            }
            if (after > 0.95 * before) {
                substitute = !substitute;
            }
            otherStalled = stalled;
            const double residual = missing.abs().max().item<double>();
            std::tie(z, gradients) = map_.withGradients(values, policy.rule(substitute, residual));
        }
        return {.values = values, .reached = false};
    }

    torch::Tensor change(const torch::Tensor& values, const torch::Tensor& jacobian,
                         const torch::Tensor& missing, double damping) const
    {
        const auto flat = values.flatten();
        auto gradients = space_->openGradients(jacobian, flat);
        torch::Tensor step;
        for (int pass = 0; pass < 4; ++pass) {
            auto normal = torch::mm(gradients, gradients.t()).to(torch::kFloat64);
            normal.diagonal().add_(normal.diagonal().mean() * damping + 1e-300);
            step =
                torch::mv(gradients.t(), torch::linalg_solve(normal, missing).to(torch::kFloat32));
            const auto blocked = (flat.le(space_->lowest()) & step.lt(0)) |
                                 (flat.ge(space_->highest()) & step.gt(0));
            if (!blocked.any().item<bool>()) {
                break;
            }
            const auto open = blocked.logical_not().to(torch::kFloat32);
            step = step * open;
            gradients = gradients * open;
        }
        return space_->stepFrom(step);
    }

    const CoordinateMap& map_;
    torch::Tensor values_;
    std::unique_ptr<ProbeSpace> space_;
    torch::Tensor z_;
    double tolerance_;
};

struct Count {
    int moves = 0;
    int live = 0;
    int reachable = 0;
};

void print(const std::string& name, const Count& count)
{
    std::printf("| %s | %d | %d (%.0f %%) | %d | %.0f %% |\n", name.c_str(), count.moves,
                count.reachable, 100.0 * count.reachable / std::max(count.moves, 1), count.live,
                100.0 * count.live / std::max(count.reachable, 1));
    std::fflush(stdout);
}

double quantile(std::vector<double> values, double q)
{
    std::ranges::sort(values);
    return values[static_cast<std::size_t>(q * static_cast<double>(values.size() - 1))];
}

void measure(const Options& options)
{
    ProbeSynthesizer engine({.spec = options.spec,
                             .layers = options.layers,
                             .cacheFolder = options.cache,
                             .compute = {.device = "cpu", .threads = options.threads}},
                            [](const std::string&, double) {}, {});
    const auto model = makeModel(options.spec.model, options.spec.format,
                                 {.device = "cpu", .threads = options.threads});
    const auto used =
        std::min(engine.references().size(), static_cast<std::size_t>(options.references));
    std::vector<double> ms;
    Count all;
    std::map<double, Count> byLevel;
    std::printf("| moves | number | reachable | found live | of the reachable |\n"
                "|---|---|---|---|---|\n");
    for (const auto& layer : options.layers) {
        const CoordinateMap map(*model, engine.basis(layer));
        for (int component = 1; component <= options.components; ++component) {
            for (const double sign : {1.0, -1.0}) {
                Count count;
                for (std::size_t r = 0; r < used; ++r) {
                    const auto& reference = engine.references()[r];
                    const PatientSearch patient(map, reference.stimulus, options.spec.solver.type,
                                                options.spec.solver.toleranceSd / 2);
                    for (const double level : options.levels) {
                        const auto probe =
                            engine.makeSingle(reference, layer, component, sign * level, {}).probe;
                        const bool reachable =
                            probe.converged ||
                            (options.search && patient.finds(component - 1, sign * level));
                        ms.push_back(probe.generationMs);
                        for (auto* sum : {&count, &all, &byLevel[level]}) {
                            ++sum->moves;
                            sum->live += probe.converged ? 1 : 0;
                            sum->reachable += reachable ? 1 : 0;
                        }
                        if (options.verbose) {
                            std::printf("%s %s %d %+.2f: achieved %+.3f, residual %.4f, %d steps, "
                                        "%d gradients, %.0f ms, %s\n",
                                        reference.id.c_str(), layer.c_str(), component,
                                        sign * level, sign * probe.levelAchieved, probe.residualMax,
                                        probe.iterations, probe.gradientPasses, probe.generationMs,
                                        probe.converged ? "found"
                                        : reachable     ? "MISSED"
                                                        : "out of reach");
                        }
                    }
                }
                print(layer + " " + std::to_string(component) + (sign > 0 ? " plus" : " minus"),
                      count);
            }
        }
    }
    for (const auto& [level, count] : byLevel) {
        print("all at " + std::to_string(level).substr(0, 4) + " SD", count);
    }
    print("all", all);
    const int missed = all.moves - all.live;
    std::printf("live: median %.0f ms, 95th percentile %.0f ms; of %d moves that it calls out of "
                "reach, %d are\n",
                quantile(ms, 0.5), quantile(ms, 0.95), missed, all.moves - all.reachable);
}

} // namespace

int main(int argc, char** argv)
{
    CLI::App app("Which moves references can make, and how many of them the live solver finds");
    Options options;
    auto& spec = options.spec;
    std::string references;
    std::string weights;
    bool ownPool = false;
    SoundFormat format;
    bool sounds = false;
    app.add_option("--model", spec.model.name, "Model");
    app.add_option("--weights", weights, "Its weights");
    app.add_option("--layers", options.layers, "Layers")->required();
    app.add_option("--references", references, "Folder (default: built-in references)");
    app.add_flag("--own-pool", ownPool, "Fit the bases on 200 random parts of the references");
    app.add_option("--count", options.references, "How many references");
    app.add_option("--components", options.components, "How many components of each layer");
    app.add_option("--levels", options.levels, "Levels in SD");
    app.add_flag("--sounds", sounds, "Sounds, by cochlea-modulation");
    std::string preset = "session";
    app.add_option("--preset", preset, "Of cochlea-modulation");
    app.add_option("--duration", format.durationMs, "Of the sounds, ms");
    app.add_option("--threads", options.threads, "LibTorch threads (0: one for each core)");
    bool liveOnly = false;
    app.add_flag("--live-only", liveOnly, "Without the patient search: what is found live");
    app.add_flag("--verbose", options.verbose, "Print every move");
    CLI11_PARSE(app, argc, argv);
    try {
        spec.model.file = weights;
        options.search = !liveOnly;
        spec.solver.type = defaultSolver(spec.model);
        if (sounds) {
            spec.model.name = "cochlea-modulation";
            spec.model.cochlea = cochleaPreset(preset);
            spec.format = format;
        }
        if (!references.empty()) {
            spec.references = {.folder = references, .count = 0, .seed = 1};
        }
        if (ownPool) {
            spec.basis.pool = {.folder = references, .count = 200, .seed = 1};
        }
        std::filesystem::remove_all(options.cache / "probes");
        measure(options);
        std::filesystem::remove_all(options.cache / "probes");
    } catch (const Error& problem) {
        std::fprintf(stderr, "reach_benchmark: %s\n", problem.what());
        return 1;
    }
    return 0;
}
