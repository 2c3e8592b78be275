// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/spaces/sound_space.h"

#include "core/base/error.h"
#include "stimuli/cochlea/sound_picture.h"
#include "stimuli/media/sound_level.h"

#include <torch/types.h>

#include <array>
#include <cmath>

namespace mlab::stimuli {
namespace {

// Compression makes sounds curve more than images, so that shorter steps are needed, and a fresh
// Jacobian costs more forward passes. True gradients point to nearly silent parts, where the first
// small change already makes them wrong, so the first steps use the slope of a clipped compression.
constexpr std::array<double, 7> kSoundDampings = {1e-6, 1e-3, 1e-2, 1e-1, 1.0, 10.0, 100.0};
constexpr StepPolicy kSoundSteps = {.dampings = kSoundDampings,
                                    .goodStep = 0.8,
                                    .stalled = 0.95,
                                    .maxPasses = 16,
                                    .slow = 0.95,
                                    .nearSd = 0.1};
// Nearly every move exists along compressed modulations, so that slow progress is worth going on.
constexpr StepPolicy kCompressiveSteps = {.dampings = kSoundDampings,
                                          .goodStep = 0.8,
                                          .stalled = 0.995,
                                          .maxPasses = 36,
                                          .passesNear = 36,
                                          .goOn = 0.5,
                                          .roundAgain = true,
                                          .slow = 0.8,
                                          .nearSd = 0.1};

class SoundProbes final : public ProbeSpace {
public:
    SoundProbes(const Sound& reference, const torch::Tensor& values, bool compressive)
        : steps_(compressive ? kCompressiveSteps : kSoundSteps),
          sampleRateHz_(reference.sampleRateHz), bits_(reference.bits),
          fullScale_(std::ldexp(1.0, reference.bits - 1)), length_(values.norm())
    {
        const auto window = rampWindow(reference.samples.size(), reference.sampleRateHz);
        weights_ = torch::tensor(at::ArrayRef<double>(window)).sqrt_().to(values.options());
    }

    double fullLevelRms() const override // of the sound's RMS
    {
        return length_.item<double>() / std::sqrt(static_cast<double>(weights_.numel()));
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
    const StepPolicy& steps() const override { return steps_; }
    // What a sound must change for one SD differs a hundredfold between layers and references, so
    // that no table by level fits all. The step is such that going along the coordinate's first
    // gradient would complete the move after a fifth of the steps.
    double adamRate(const torch::Tensor& gradient, double signedLevel) const override
    {
        constexpr int kStepsToGetThere = 10;
        return std::abs(signedLevel) /
               (kStepsToGetThere * gradient.abs().sum().item<double>() + 1e-30);
    }
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
    const StepPolicy& steps_;
    int sampleRateHz_;
    int bits_;
    double fullScale_;
    torch::Tensor length_;  // of the reference as a vector
    torch::Tensor weights_; // root of the window of the ramps
};

// The sound scaled to the model's power; silence stays silent.
torch::Tensor scaledTo(const torch::Tensor& sound, const torch::Tensor& model)
{
    const double size = sound.norm().item<double>();
    return size > 0 ? sound * (model.norm().item<double>() / size) : sound;
}

class SoundMetamers final : public MetamerSpace {
public:
    SoundMetamers(const SoundFormat& format, int modelRateHz, const torch::Tensor& like)
        : format_(format)
    {
        const auto samples = static_cast<std::int64_t>(sampleCount(format));
        const auto window = rampWindow(sampleCount(format), format.sampleRateHz);
        const auto hz = torch::arange(samples / 2 + 1, torch::kFloat64) *
                        (static_cast<double>(format.sampleRateHz) / static_cast<double>(samples));
        const auto heard = format.sampleRateHz <= modelRateHz
                               ? torch::ones_like(hz).to(torch::kBool)
                               : hz.lt(modelRateHz / 2.0);
        ramps_ = torch::tensor(at::ArrayRef<double>(window)).to(like.options());
        heard_ = heard.to(like.options());
    }

    ValueRange range() const override { return {.lowest = -1.0, .highest = 1.0}; }
    torch::Tensor start(const std::vector<float>& given,
                        const torch::Tensor& reference) const override
    {
        auto values = torch::tensor(at::ArrayRef<float>(given)).to(reference.options());
        values = values - values.mean();
        const auto heard = heardPart(values);
        const auto heardReference = heardPart(reference);
        return (scaledTo(heard, heardReference) +
                scaledTo(values - heard, reference - heardReference))
            .clamp_(range().lowest, range().highest);
    }
    torch::Tensor shaped(const torch::Tensor& values,
                         const torch::Tensor& references) const override
    {
        const auto sounds = values * ramps_;
        return sounds * (references.norm(2, {1}, true) / sounds.norm(2, {1}, true));
    }
    bool roundingSpoilsMatch() const override { return false; }
    Stimulus finished(const torch::Tensor& solved, const torch::Tensor& start,
                      const torch::Tensor& reference) const override
    {
        const auto made = heardPart(solved * ramps_) + (start * ramps_ - heardPart(start * ramps_));
        const double fullScale = std::ldexp(1.0, format_.bits - 1);
        const auto levels = (scaledTo(made, reference) * fullScale)
                                .round_()
                                .to(torch::kCPU, torch::kInt32)
                                .contiguous();
        if (levels.max().item<double>() > fullScale - 1 ||
            levels.min().item<double>() < -fullScale) {
            throw NumericError("at the reference's RMS the metamer leaves full scale");
        }
        const auto* first = levels.data_ptr<std::int32_t>();
        return std::make_shared<const Sound>(Sound{.sampleRateHz = format_.sampleRateHz,
                                                   .bits = format_.bits,
                                                   .samples = {first, first + levels.numel()}});
    }

private:
    torch::Tensor heardPart(const torch::Tensor& sound) const
    {
        return torch::fft_irfft(torch::fft_rfft(sound) * heard_, sound.size(-1));
    }

    SoundFormat format_;
    torch::Tensor ramps_; // [samples]
    torch::Tensor heard_; // [bins]: 1 for the frequencies that the model hears, else 0
};

class SoundSpace final : public StimulusSpace {
public:
    std::unique_ptr<ProbeSpace> probes(const Stimulus& reference, const torch::Tensor& values,
                                       ProbeSolver solver, bool compressive) const override
    {
        if (solver == ProbeSolver::relativeNorm) {
            throw InvalidArgument("the solver relative-norm is for images; use minimum-norm");
        }
        return std::make_unique<SoundProbes>(*std::get<SoundPtr>(reference), values, compressive);
    }
    std::unique_ptr<MetamerSpace> metamers(const StimulusFormat& format, int modelRateHz,
                                           const torch::Tensor& like) const override
    {
        return std::make_unique<SoundMetamers>(std::get<SoundFormat>(format), modelRateHz, like);
    }
    RgbImage preview(const Stimulus& stimulus) const override
    {
        constexpr int kWidthPx = 200;
        constexpr int kHeightPx = 120;
        return pictureOf(*std::get<SoundPtr>(stimulus), kWidthPx, kHeightPx);
    }
};

} // namespace

const StimulusSpace& soundSpace()
{
    static const SoundSpace space;
    return space;
}

} // namespace mlab::stimuli
