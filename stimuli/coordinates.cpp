// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/coordinates.h"

#include "core/error.h"

#include <torch/torch.h>

namespace mlab::stimuli {

struct CoordinateMap::Tensors {
    torch::Tensor components; // [retained, channels * channels]
    torch::Tensor offset;     // [retained] float64 on the host: <W_k, mean>
    std::int64_t channels;
};

CoordinateMap::CoordinateMap(const Model& model, const Basis& basis)
    : model_(model), layer_(basis.layer), tensors_(std::make_unique<Tensors>())
{
    if (basis.modelSha256 != model.sha256()) {
        throw InvalidArgument("the basis of layer " + basis.layer +
                              " was fitted on another model than the one in use; fit it again");
    }
    const std::int64_t c = basis.channels;
    const auto copied = [](const std::vector<float>& values) {
        return torch::tensor(at::ArrayRef<float>(values));
    };
    tensors_->channels = c;
    const auto components = copied(basis.components).view({basis.retained(), c * c});
    tensors_->offset =
        torch::mv(components.to(torch::kFloat64), copied(basis.mean).to(torch::kFloat64));
    tensors_->components = model.toDevice(components);
}

CoordinateMap::~CoordinateMap() = default;

int CoordinateMap::retained() const
{
    return static_cast<int>(tensors_->components.size(0));
}

torch::Tensor CoordinateMap::project(const torch::Tensor& activations) const
{
    const auto positions = activations.size(1);
    const auto gram = torch::mm(activations, activations.t()).div_(positions);
    // The sum over a layer's Gram entries loses digits in float32 where large terms cancel.
    const auto z =
        torch::mv(tensors_->components.to(torch::kFloat64), gram.flatten().to(torch::kFloat64))
            .cpu() -
        tensors_->offset;
    if (!z.isfinite().all().item<bool>()) {
        throw NumericError("layer " + layer_ + " gives a coordinate that is not a finite number");
    }
    return z;
}

torch::Tensor CoordinateMap::at(const torch::Tensor& image) const
{
    const torch::NoGradGuard noGradients;
    return project(activationMatrix(model_, image, layer_));
}

std::pair<torch::Tensor, torch::Tensor>
CoordinateMap::withGradients(const torch::Tensor& image) const
{
    const auto input = image.detach().requires_grad_();
    const auto activations = activationMatrix(model_, input, layer_);
    const auto values = activations.detach();
    const auto c = tensors_->channels;
    std::vector<torch::Tensor> rows;
    for (int k = 0; k < retained(); ++k) {
        const auto cotangent = torch::mm(tensors_->components[k].view({c, c}), values)
                                   .mul_(2.0 / static_cast<double>(values.size(1)));
        rows.push_back(torch::autograd::grad({activations}, {input}, {cotangent},
                                             /*retain_graph=*/k + 1 < retained())[0]
                           .flatten());
    }
    return {project(values), torch::stack(rows)};
}

std::pair<torch::Tensor, torch::Tensor> CoordinateMap::withCombinedGradient(
    const torch::Tensor& image,
    const std::function<torch::Tensor(const torch::Tensor&)>& weights) const
{
    const auto input = image.detach().requires_grad_();
    const auto activations = activationMatrix(model_, input, layer_);
    const auto values = activations.detach();
    const auto c = tensors_->channels;
    const auto z = project(values);
    const auto combined =
        torch::mv(tensors_->components.t(), model_.toDevice(weights(z).to(torch::kFloat32)))
            .view({c, c});
    const auto cotangent =
        torch::mm(combined, values).mul_(2.0 / static_cast<double>(values.size(1)));
    return {z, torch::autograd::grad({activations}, {input}, {cotangent})[0]};
}

torch::Tensor toTensor(const RgbImage& image)
{
    const auto bytes = torch::tensor(at::ArrayRef<std::uint8_t>(image.pixels), torch::kUInt8);
    return bytes.view({image.height, image.width, 3})
        .permute({2, 0, 1})
        .to(torch::kFloat32)
        .div_(255.0)
        .contiguous();
}

} // namespace mlab::stimuli
