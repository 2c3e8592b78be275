// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/metamers/sound_metamers.h"

#include "core/base/error.h"
#include "stimuli/media/sound_level.h"

#include <torch/torch.h>

#include <cmath>

namespace mlab::stimuli {

struct SoundMetamers::Constants {
    torch::Tensor ramps; // [samples]
    torch::Tensor heard; // [bins]: 1 for the frequencies that the model hears, else 0

    torch::Tensor heardPart(const torch::Tensor& sound) const
    {
        return torch::fft_irfft(torch::fft_rfft(sound) * heard, sound.size(-1));
    }
};

namespace {

// A sound of that power, or none.
torch::Tensor scaledTo(const torch::Tensor& sound, const torch::Tensor& model)
{
    const double size = sound.norm().item<double>();
    return size > 0 ? sound * (model.norm().item<double>() / size) : sound;
}

} // namespace

SoundMetamers::SoundMetamers(const SoundFormat& format, int modelRateHz, const torch::Tensor& like)
    : format_(format)
{
    const auto samples = static_cast<std::int64_t>(sampleCount(format));
    const auto window = rampWindow(sampleCount(format), format.sampleRateHz);
    const auto hz = torch::arange(samples / 2 + 1, torch::kFloat64) *
                    (static_cast<double>(format.sampleRateHz) / static_cast<double>(samples));
    const auto heard = format.sampleRateHz <= modelRateHz ? torch::ones_like(hz).to(torch::kBool)
                                                          : hz.lt(modelRateHz / 2.0);
    constants_ = std::make_unique<const Constants>(
        Constants{.ramps = torch::tensor(at::ArrayRef<double>(window)).to(like.options()),
                  .heard = heard.to(like.options())});
}

SoundMetamers::~SoundMetamers() = default;

torch::Tensor SoundMetamers::start(const std::vector<float>& noise,
                                   const torch::Tensor& reference) const
{
    auto values = torch::tensor(at::ArrayRef<float>(noise)).to(reference.options());
    values = values - values.mean();
    const auto heard = constants_->heardPart(values);
    const auto heardReference = constants_->heardPart(reference);
    return (scaledTo(heard, heardReference) + scaledTo(values - heard, reference - heardReference))
        .clamp_(kRange.lowest, kRange.highest);
}

torch::Tensor SoundMetamers::shaped(const torch::Tensor& values,
                                    const torch::Tensor& references) const
{
    const auto sounds = values * constants_->ramps;
    return sounds * (references.norm(2, {1}, true) / sounds.norm(2, {1}, true));
}

Sound SoundMetamers::finished(const torch::Tensor& solved, const torch::Tensor& start,
                              const torch::Tensor& reference) const
{
    const auto& ramps = constants_->ramps;
    const auto made = constants_->heardPart(solved * ramps) +
                      (start * ramps - constants_->heardPart(start * ramps));
    const double fullScale = std::ldexp(1.0, format_.bits - 1);
    const auto levels = (scaledTo(made, reference) * fullScale)
                            .round_()
                            .to(torch::kCPU, torch::kInt32)
                            .contiguous();
    if (levels.max().item<double>() > fullScale - 1 || levels.min().item<double>() < -fullScale) {
        throw NumericError("at the reference's RMS the metamer leaves full scale");
    }
    const auto* first = levels.data_ptr<std::int32_t>();
    return {.sampleRateHz = format_.sampleRateHz,
            .bits = format_.bits,
            .samples = {first, first + levels.numel()}};
}

} // namespace mlab::stimuli
