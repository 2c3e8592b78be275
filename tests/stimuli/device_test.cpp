// SPDX-License-Identifier: GPL-3.0-or-later
//
// A GPU computes what the CPU computes, up to float32 rounding. Skipped without a GPU.
#include "stimuli/models/model.h"
#include "stimuli/probes/probe_synthesizer.h"
#include "tests/temporary_folder.h"

#include <gtest/gtest.h>
#include <torch/cuda.h>
#include <torch/types.h>
#include <torch/utils.h>

#include <filesystem>

namespace mlab::stimuli {
namespace {

class Device : public testing::Test {
protected:
    void SetUp() override
    {
        if (!torch::cuda::is_available()) {
            GTEST_SKIP() << "LibTorch finds no CUDA GPU";
        }
    }
};

struct Result {
    torch::Tensor activations; ///< on the CPU
    torch::Tensor gradient;    ///< of their sum of squares, on the CPU
};

Result resultOn(const std::string& device, const ModelSpec& spec, const StimulusFormat& format,
                const torch::Tensor& stimuli, const std::string& layer)
{
    const auto model = makeModel(spec, format, {.device = device});
    auto input = model->toModel(stimuli).detach().requires_grad_(true);
    const auto activations = model->activations(input, layer);
    activations.square().sum().backward();
    return {.activations = activations.detach().cpu(), .gradient = input.grad().cpu()};
}

void expectClose(const torch::Tensor& cpu, const torch::Tensor& gpu)
{
    const double rms = cpu.square().mean().sqrt().item<double>();
    EXPECT_LT((cpu - gpu).abs().max().item<double>(), 1e-3 * rms);
}

void expectSameOnBothDevices(const ModelSpec& spec, const StimulusFormat& format,
                             const torch::Tensor& stimuli, const std::string& layer)
{
    SCOPED_TRACE(layer);
    const auto cpu = resultOn("cpu", spec, format, stimuli, layer);
    const auto gpu = resultOn("cuda", spec, format, stimuli, layer);
    expectClose(cpu.activations, gpu.activations);
    expectClose(cpu.gradient, gpu.gradient);
}

TEST_F(Device, ImageModelAgreesWithTheCpu)
{
    torch::manual_seed(1);
    const auto images = torch::rand({2, 3, 64, 64});
    for (const auto* layer : {"band", "texture", "pool"}) {
        expectSameOnBothDevices({.name = "gabor-scattering"}, ImageFormat{.sizePx = 64}, images,
                                layer);
    }
}

TEST_F(Device, SoundModelAgreesWithTheCpu)
{
    torch::manual_seed(1);
    const SoundFormat format{.sampleRateHz = 20'000, .durationMs = 500};
    const auto sounds = 0.1 * torch::randn({2, static_cast<std::int64_t>(sampleCount(format))});
    for (const auto* layer : {"cochleagram", "modulation", "average"}) {
        expectSameOnBothDevices({.name = "cochlea-modulation"}, format, sounds, layer);
    }
}

TEST_F(Device, ProbesReachTheSameLevel)
{
    const TemporaryFolder folder;
    SynthesisSpec spec;
    spec.format = ImageFormat{.sizePx = 64};
    spec.basis.components = 2;
    spec.basis.pool.count = 30;
    const auto levelOn = [&](const std::string& device) {
        ProbeSynthesizer synthesizer({.spec = spec,
                                      .layers = {"texture"},
                                      .cacheFolder = folder.path() / device,
                                      .compute = {.device = device}},
                                     [](const std::string&, double) {}, {});
        return synthesizer.makeSingle(synthesizer.references().front(), "texture", 1, 0.5, {})
            .probe.levelAchieved;
    };
    EXPECT_NEAR(levelOn("cpu"), levelOn("cuda"), 1e-2);
}

} // namespace
} // namespace mlab::stimuli
