// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/probes/probe_space.h"

#include "stimuli/media/sound_level.h"

#include <torch/torch.h>

#include <algorithm>
#include <cmath>

namespace mlab::stimuli {
namespace {

class ImageSpace final : public ProbeSpace {
public:
    explicit ImageSpace(const RgbImage& reference)
        : width_(reference.width), height_(reference.height)
    {
    }

    double lowest() const override { return 0; }
    double highest() const override { return 1; }
    torch::Tensor admitted(torch::Tensor values) const override { return values.clamp_(0, 1); }
    torch::Tensor openGradients(const torch::Tensor& gradients,
                                const torch::Tensor& /*values*/) const override
    {
        return gradients;
    }
    torch::Tensor stepFrom(torch::Tensor step) const override { return step; }
    // Rows of interleaved RGB in grey levels.
    torch::Tensor inLevels(const torch::Tensor& values) const override
    {
        return (values.permute({1, 2, 0}) * 255.0F).contiguous().cpu().flatten();
    }
    torch::Tensor perLevel(const torch::Tensor& gradients) const override
    {
        const auto retained = gradients.size(0);
        return (gradients.view({retained, 3, height_, width_}).permute({0, 2, 3, 1}) / 255.0F)
            .reshape({retained, -1})
            .contiguous()
            .cpu();
    }
    LevelRange levels() const override { return {.lowest = 0, .highest = 255}; }
    Stimulus stimulus(const std::vector<std::int32_t>& levels) const override
    {
        RgbImage image{.width = width_, .height = height_, .pixels = {}};
        image.pixels.resize(levels.size());
        std::ranges::transform(levels, image.pixels.begin(),
                               [](std::int32_t level) { return static_cast<std::uint8_t>(level); });
        return std::make_shared<const RgbImage>(std::move(image));
    }

private:
    int width_;
    int height_;
};

class SoundSpace final : public ProbeSpace {
public:
    SoundSpace(const Sound& reference, const torch::Tensor& values)
        : sampleRateHz_(reference.sampleRateHz), bits_(reference.bits),
          fullScale_(std::ldexp(1.0, reference.bits - 1)), length_(values.norm())
    {
        const auto window = rampWindow(reference.samples.size(), reference.sampleRateHz);
        weights_ = torch::tensor(at::ArrayRef<double>(window)).sqrt_().to(values.options());
    }

    double lowest() const override { return -1; }
    double highest() const override { return (fullScale_ - 1) / fullScale_; }
    torch::Tensor admitted(torch::Tensor values) const override
    {
        values.mul_(length_ / values.norm());
        return values.clamp_(lowest(), highest());
    }
    torch::Tensor openGradients(const torch::Tensor& gradients,
                                const torch::Tensor& values) const override
    {
        const auto weighted = gradients * weights_;
        auto outward = values * weights_; // the way that changes the RMS
        outward.div_(outward.norm());
        return weighted.sub_(torch::outer(torch::mv(weighted, outward), outward));
    }
    torch::Tensor stepFrom(torch::Tensor step) const override { return step.mul_(weights_); }
    torch::Tensor inLevels(const torch::Tensor& values) const override
    {
        return (values * fullScale_).contiguous().cpu();
    }
    torch::Tensor perLevel(const torch::Tensor& gradients) const override
    {
        return (gradients / fullScale_).contiguous().cpu();
    }
    LevelRange levels() const override
    {
        const auto full = static_cast<std::int32_t>(fullScale_);
        return {.lowest = -full, .highest = full - 1};
    }
    Stimulus stimulus(const std::vector<std::int32_t>& levels) const override
    {
        return std::make_shared<const Sound>(
            Sound{.sampleRateHz = sampleRateHz_, .bits = bits_, .samples = levels});
    }

private:
    int sampleRateHz_;
    int bits_;
    double fullScale_;
    torch::Tensor length_;  // of the reference as a vector
    torch::Tensor weights_; // root of the window of the ramps
};

} // namespace

std::unique_ptr<ProbeSpace> probeSpace(const Stimulus& reference, const torch::Tensor& values)
{
    if (const auto* sound = std::get_if<SoundPtr>(&reference)) {
        return std::make_unique<SoundSpace>(**sound, values);
    }
    return std::make_unique<ImageSpace>(*std::get<ImagePtr>(reference));
}

} // namespace mlab::stimuli
