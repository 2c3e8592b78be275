// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/tensors/stimulus_tensor.h"

#include <torch/types.h>

#include <cmath>

namespace mlab::stimuli {

torch::Tensor toTensor(const RgbImage& image)
{
    const auto bytes = torch::tensor(at::ArrayRef<std::uint8_t>(image.pixels), torch::kUInt8);
    return bytes.view({image.height, image.width, 3})
        .permute({2, 0, 1})
        .to(torch::kFloat32)
        .div_(255.0)
        .contiguous();
}

torch::Tensor toTensor(const Sound& sound)
{
    return torch::tensor(at::ArrayRef<std::int32_t>(sound.samples), torch::kInt32)
        .to(torch::kFloat32)
        .mul_(std::ldexp(1.0, 1 - sound.bits));
}

namespace {

torch::Tensor blank(const ImageFormat& format)
{
    return torch::full({1, 3, format.sizePx, format.sizePx}, 0.5F);
}

torch::Tensor blank(const SoundFormat& format)
{
    return torch::zeros({1, static_cast<std::int64_t>(sampleCount(format))});
}

} // namespace

torch::Tensor blankStimulus(const StimulusFormat& format)
{
    return std::visit([](const auto& its) { return blank(its); }, format);
}

torch::Tensor toTensor(const Stimulus& stimulus)
{
    return std::visit([](const auto& content) { return toTensor(*content); }, stimulus);
}

} // namespace mlab::stimuli
