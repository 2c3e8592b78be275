// SPDX-License-Identifier: GPL-3.0-or-later
//
// Metamers of one photograph at a time: how long our solvers take to the loss that the published
// 24,000 steps of normalised gradient descent (Feather et al. 2023) reach, same machine, same run;
// and with --rate only the steps per second of one image, alone and in a batch of eight, which
// metamer_loop.py compares with a loop in Python.
#include "core/base/error.h"
#include "stimuli/catalog/model_info.h"
#include "stimuli/metamers/metamer_losses.h"
#include "stimuli/metamers/metamer_solvers.h"
#include "stimuli/models/model.h"
#include "stimuli/numerics/metamer_noise.h"
#include "stimuli/sources/stimulus_sources.h"
#include "stimuli/store/metamer_settings.h"
#include "stimuli/tensors/last_relu.h"
#include "stimuli/tensors/stimulus_tensor.h"

#include <CLI/CLI.hpp>
#include <torch/types.h>

#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

namespace {

using namespace mlab;
using namespace mlab::stimuli;

struct Made {
    double seconds;
    double loss;
    int evaluations;
};

// Metamers of one image from seeded noise, `batch` of them together; the loss is the first one's.
Made make(const Model& model, const std::string& layer, const NamedStimulus& reference,
          const MetamerSolverSpec& solver, double tolerance, int batch = 1)
{
    const auto original = toTensor(reference.stimulus).unsqueeze(0).repeat({batch, 1, 1, 1});
    const auto start = torch::tensor(at::ArrayRef<float>(
        metamerNoise(MetamerNoise::gaussian, 1, 0, static_cast<std::size_t>(original.numel()))));
    const auto kind =
        std::holds_alternative<LbfgsSpec>(solver) ? LastRelu::plain : LastRelu::identity;
    const auto loss = matchLoss(MatchLoss::normalised, model.activations(original, layer));
    const auto begin = std::chrono::steady_clock::now();
    const auto outcome = solveMetamers(solver,
                                       [&](const torch::Tensor& images) {
                                           return loss(model.activations(images, layer, kind));
                                       },
                                       start.view(original.sizes()), tolerance, {}, {})
                             .second.front();
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
    return {taken.count(), outcome.loss, outcome.evaluations};
}

void compareWithPublished(const Model& model, const std::vector<std::string>& layers,
                          const std::vector<NamedStimulus>& references, const std::string& solver,
                          int steps)
{
    for (const auto& layer : layers) {
        for (const auto& reference : references) {
            const auto published =
                make(model, layer, reference,
                     NormalisedGradientSpec{
                         .firstStep = 1.0, .repetitions = 8, .stepsPerRepetition = steps / 8},
                     0.0);
            const MetamerSolverSpec spec =
                solver == "lbfgs" ? MetamerSolverSpec(LbfgsSpec{.evaluations = steps / 10})
                                  : MetamerSolverSpec(AdamSpec{.steps = steps / 10});
            const auto ours = make(model, layer, reference, spec, published.loss);
            std::printf("%-8s %-12s published: %d steps, %.1f s, loss %.3g; %s: %d evaluations, "
                        "%.1f s, loss %.3g; share of the time %.3f%s\n",
                        layer.c_str(), reference.id.c_str(), published.evaluations,
                        published.seconds, published.loss, solver.c_str(), ours.evaluations,
                        ours.seconds, ours.loss, ours.seconds / published.seconds,
                        ours.loss <= published.loss ? "" : " NOT REACHED");
            std::fflush(stdout);
        }
    }
}

} // namespace

int main(int argc, char** argv)
{
    CLI::App app("Model metamers: our solvers against the published procedure");
    std::string file;
    std::string folder;
    std::vector<std::string> layers;
    std::vector<std::string> names;
    std::string solver = "lbfgs";
    int size = 32;
    int steps = 24'000;
    int threads = 0;
    bool rate = false;
    app.add_option("MODEL", file, "TorchScript model")->required();
    app.add_option("--references", folder, "Folder of photographs")->required();
    app.add_option("--names", names, "Which of them (default: all)");
    app.add_option("--layers", layers, "Layers (default: all but the logits)");
    app.add_option("--size", size, "Side of the images, px");
    app.add_option("--solver", solver, "lbfgs or adam")->check(CLI::IsMember({"lbfgs", "adam"}));
    app.add_option("--steps", steps, "Published steps");
    app.add_option("--threads", threads, "LibTorch threads (0: one for each core)");
    app.add_flag("--rate", rate, "Only the published solver's steps per second and image");
    CLI11_PARSE(app, argc, argv);
    try {
        const auto spec = modelSpec(file, "");
        const auto model =
            makeModel(spec, ImageFormat{size}, {.device = "cpu", .threads = threads});
        auto references = loadReferences({.folder = folder, .count = 0}, ImageFormat{size});
        if (!names.empty()) {
            std::erase_if(references, [&](const NamedStimulus& image) {
                return std::ranges::find(names, image.id) == names.end();
            });
        }
        if (layers.empty()) {
            layers = model->info().layers;
            std::erase(layers, model->info().logitsLayer);
        }
        if (!rate) {
            compareWithPublished(*model, layers, references, solver, steps);
            return 0;
        }
        for (const auto& layer : layers) {
            const NormalisedGradientSpec some{
                .firstStep = 1.0, .repetitions = 1, .stepsPerRepetition = steps};
            std::printf("%s", layer.c_str());
            for (const int batch : {1, 8}) {
                make(*model, layer, references.front(), some, 0.0, batch); // warm
                const auto made = make(*model, layer, references.front(), some, 0.0, batch);
                std::printf(" %.1f", batch * made.evaluations / made.seconds);
            }
            std::printf("\n");
        }
    } catch (const Error& problem) {
        std::fprintf(stderr, "metamer_benchmark: %s\n", problem.what());
        return 1;
    }
    return 0;
}
