// SPDX-License-Identifier: GPL-3.0-or-later
//
// How long one evaluation of the modulation layer's loss and its gradient takes: seconds (median of
// five), loss, norm of the gradient. cochlea_loop.py compares them with PyTorch's.
#include "core/base/error.h"
#include "stimuli/metamers/metamer_losses.h"
#include "stimuli/models/cochlea_modulation.h"
#include "stimuli/store/metamer_settings.h"

#include <CLI/CLI.hpp>
#include <torch/autograd.h>
#include <torch/types.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <numbers>

namespace {

using namespace mlab;
using namespace mlab::stimuli;

// The sounds of cochlea_loop.py, and at another rate the same for as many samples.
std::pair<torch::Tensor, torch::Tensor> sounds(std::int64_t samples, int rateHz)
{
    using std::numbers::pi;
    const auto t = torch::arange(samples, torch::kFloat64) / rateHz;
    const auto original =
        0.1 * torch::sin(2 * pi * 440 * t) * (1 + 0.8 * torch::sin(2 * pi * 4 * t));
    std::vector<double> noise;
    std::uint32_t state = 777;
    for (std::int64_t i = 0; i < samples; ++i) {
        state = 1664525U * state + 1013904223U;
        noise.push_back(0.2 * (state / 0x1.0p32 - 0.5));
    }
    const auto candidate = torch::tensor(at::ArrayRef<double>(noise), torch::kFloat64);
    return {(original + 0.1 * candidate).to(torch::kFloat32).unsqueeze(0),
            candidate.to(torch::kFloat32).unsqueeze(0)};
}

void measure(const CochleaSpec& spec, int rateHz, const std::string& layer, int threads)
{
    const SoundFormat format{.sampleRateHz = rateHz};
    const auto model = makeCochleaModulation(spec, format, {.device = "cpu", .threads = threads});
    const auto [original, candidate] = sounds(2 * rateHz, rateHz);
    const auto loss = matchLoss(MatchLoss::normalised, model->activations(original, layer));
    std::array<double, 5> seconds{};
    torch::Tensor value;
    torch::Tensor gradient;
    const auto evaluate = [&] {
        const auto begin = std::chrono::steady_clock::now();
        const auto x = candidate.clone().requires_grad_();
        value = loss(model->activations(x, layer));
        gradient = torch::autograd::grad({value}, {x})[0];
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    };
    evaluate(); // warm
    std::generate(seconds.begin(), seconds.end(), evaluate);
    std::sort(seconds.begin(), seconds.end());
    std::printf("%.4f %.8g %.8g\n", seconds[2], value.item<double>(),
                gradient.norm().item<double>());
}

} // namespace

int main(int argc, char** argv)
{
    CLI::App app("Time of one evaluation of a layer's loss and gradient");
    std::string layer = "modulation";
    int threads = 0;
    int rate = 20'000;
    double oversampling = 0;
    bool session = false;
    app.add_option("--layer", layer, "cochleagram, modulation or average");
    app.add_option("--threads", threads, "LibTorch threads (0: one for each core)");
    app.add_option("--rate", rate, "At which the sounds are played, Hz");
    app.add_option("--oversampling", oversampling, "Of the published model's envelopes");
    app.add_flag("--session", session, "The light model instead of the published one");
    CLI11_PARSE(app, argc, argv);
    try {
        auto spec = session ? sessionCochlea() : CochleaSpec{};
        if (!session) {
            spec.envelopeOversampling = oversampling;
        }
        measure(spec, rate, layer, threads);
    } catch (const Error& problem) {
        std::fprintf(stderr, "sound_model_benchmark: %s\n", problem.what());
        return 1;
    }
    return 0;
}
