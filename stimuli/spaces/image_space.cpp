// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/spaces/image_space.h"

#include <torch/types.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace mlab::stimuli {
namespace {

constexpr std::array<double, 5> kImageDampings = {1e-6, 1e-3, 1e-2, 1e-1, 1.0};
constexpr StepPolicy kImageSteps = {
    .dampings = kImageDampings, .goodStep = 0.5, .stalled = 0.95, .maxPasses = 12};

// Some references need many short steps, so more damping and more Jacobians are allowed. Where a
// logarithm makes filter responses that are already small the cheapest to change, a step with true
// gradients reverses their sign and gains little; smoothed gradients shrink them.
constexpr std::array<double, 7> kRelativeDampings = {1e-6, 1e-3, 1e-2, 1e-1, 1.0, 10.0, 100.0};
constexpr StepPolicy kRelativeSteps = {.dampings = kRelativeDampings,
                                       .goodStep = 0.5,
                                       .stalled = 0.98,
                                       .maxPasses = 24,
                                       .goOn = 0.5,
                                       .slow = 0.8,
                                       .smoothingPerSd = 0.2,
                                       .mostSmoothing = 0.1};

class ImageProbes : public ProbeSpace {
public:
    explicit ImageProbes(const RgbImage& reference)
        : width_(reference.width), height_(reference.height)
    {
    }

    double fullLevelRms() const override { return 1; } // of the range of pixel values
    double lowest() const override { return 0; }
    double highest() const override { return 1; }
    torch::Tensor admitted(torch::Tensor values) const override { return values.clamp_(0, 1); }
    torch::Tensor openGradients(const torch::Tensor& gradients,
                                const torch::Tensor& /*values*/) const override
    {
        return gradients;
    }
    torch::Tensor stepFrom(torch::Tensor step) const override { return step; }
    const StepPolicy& steps() const override { return kImageSteps; }
    // The learning rates of the published procedure are tuned for each layer of its network; these
    // were tuned in the same way, for the lowest final error, on the built-in models.
    double adamRate(const torch::Tensor& /*gradient*/, double signedLevel) const override
    {
        const double level = std::abs(signedLevel);
        // log-log interpolation between tuned rates
        constexpr std::array<std::pair<double, double>, 4> kRates = {
            {{0.1, 0.0005}, {0.5, 0.002}, {1.0, 0.004}, {2.0, 0.008}}};
        if (level <= kRates.front().first) {
            return kRates.front().second;
        }
        for (std::size_t i = 1; i < kRates.size(); ++i) {
            const auto [l0, r0] = kRates[i - 1];
            const auto [l1, r1] = kRates[i];
            if (level <= l1) {
                const double share = std::log(level / l0) / std::log(l1 / l0);
                return r0 * std::pow(r1 / r0, share);
            }
        }
        return kRates.back().second;
    }
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

// The luminance's SD in a square of 9 pixels, [3 * side * side], and half a grey level where there
// is none.
torch::Tensor localContrast(const torch::Tensor& image)
{
    static constexpr std::int64_t kSide = 9;
    static constexpr double kFloor = 0.002;
    const auto around = [](const torch::Tensor& map) {
        return torch::avg_pool2d(
            torch::reflection_pad2d(map, {kSide / 2, kSide / 2, kSide / 2, kSide / 2}), kSide, 1);
    };
    const auto luminance = image.mean(0, true).unsqueeze(0);
    const auto deviation = luminance - around(luminance);
    const auto contrast = around(deviation.square()).sqrt() + kFloor;
    return contrast.squeeze(0).expand_as(image).flatten();
}

// The shortest step is the one with the smallest changes relative to the contrast that is there, so
// that blank parts stay blank. After a logarithm their gradients are the largest, but hold only for
// tiny changes. Contrast also masks changes (Legge & Foley 1980).
class RelativeImageProbes final : public ImageProbes {
public:
    RelativeImageProbes(const RgbImage& reference, const torch::Tensor& values)
        : ImageProbes(reference), contrast_(localContrast(values))
    {
    }

    torch::Tensor openGradients(const torch::Tensor& gradients,
                                const torch::Tensor& /*values*/) const override
    {
        return gradients * contrast_;
    }
    torch::Tensor stepFrom(torch::Tensor step) const override { return step.mul_(contrast_); }
    const StepPolicy& steps() const override { return kRelativeSteps; }

private:
    torch::Tensor contrast_;
};

class ImageMetamers final : public MetamerSpace {
public:
    ValueRange range() const override { return {.lowest = 0.0, .highest = 1.0}; }
    torch::Tensor start(const std::vector<float>& values,
                        const torch::Tensor& reference) const override
    {
        return torch::tensor(at::ArrayRef<float>(values)).view(reference.sizes());
    }
    torch::Tensor shaped(const torch::Tensor& values,
                         const torch::Tensor& /*references*/) const override
    {
        return values;
    }
    bool roundingSpoilsMatch() const override { return true; }
    Stimulus finished(const torch::Tensor& solved, const torch::Tensor& /*start*/,
                      const torch::Tensor& /*reference*/) const override
    {
        const auto bytes = (solved.detach().cpu().permute({1, 2, 0}) * 255.0F)
                               .round_()
                               .to(torch::kUInt8)
                               .contiguous();
        const auto* first = bytes.data_ptr<std::uint8_t>();
        return std::make_shared<const RgbImage>(RgbImage{.width = static_cast<int>(solved.size(2)),
                                                         .height = static_cast<int>(solved.size(1)),
                                                         .pixels = {first, first + bytes.numel()}});
    }
};

class ImageSpace final : public StimulusSpace {
public:
    std::unique_ptr<ProbeSpace> probes(const Stimulus& reference, const torch::Tensor& values,
                                       ProbeSolver solver, bool /*compressive*/) const override
    {
        const auto& image = *std::get<ImagePtr>(reference);
        if (solver == ProbeSolver::relativeNorm) {
            return std::make_unique<RelativeImageProbes>(image, values);
        }
        return std::make_unique<ImageProbes>(image);
    }
    std::unique_ptr<MetamerSpace> metamers(const StimulusFormat& /*format*/, int /*modelRateHz*/,
                                           const torch::Tensor& /*like*/) const override
    {
        return std::make_unique<ImageMetamers>();
    }
    RgbImage preview(const Stimulus& stimulus) const override
    {
        return *std::get<ImagePtr>(stimulus);
    }
};

} // namespace

const StimulusSpace& imageSpace()
{
    static const ImageSpace space;
    return space;
}

} // namespace mlab::stimuli
