// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/basis/coordinates.h"

#include "core/base/error.h"
#include "stimuli/tensors/last_relu.h"

#include <torch/autograd.h>
#include <torch/types.h>
#include <torch/utils.h>

#include <cmath>

namespace mlab::stimuli {

namespace {

GramCoordinates gramCoordinates(const Model& model, const Basis& basis)
{
    if (basis.modelSha256 != model.sha256()) {
        throw InvalidArgument("the basis of layer " + basis.layer +
                              " was fitted on another model than the one in use; fit it again");
    }
    const std::int64_t c = basis.channels;
    const auto placed = [&](const std::vector<float>& values) {
        return model.toDevice(torch::tensor(at::ArrayRef<float>(values)));
    };
    return {placed(basis.components).view({basis.retained(), c, c}), placed(basis.mean)};
}

} // namespace

CoordinateMap::CoordinateMap(const Model& model, const Basis& basis)
    : model_(model), layer_(basis.layer), coordinates_(gramCoordinates(model, basis))
{
}

torch::Tensor CoordinateMap::checked(torch::Tensor coordinates) const
{
    if (!coordinates.isfinite().all().item<bool>()) {
        throw NumericError("layer " + layer_ + " gives a coordinate that is not a finite number");
    }
    return coordinates;
}

torch::Tensor CoordinateMap::at(const torch::Tensor& stimulus) const
{
    const torch::NoGradGuard noGradients;
    return ofActivations(activationMatrix(model_, stimulus, layer_));
}

torch::Tensor CoordinateMap::ofActivations(const torch::Tensor& activations) const
{
    return checked(coordinates_.of(activations));
}

std::pair<torch::Tensor, torch::Tensor> CoordinateMap::withGradients(const torch::Tensor& stimulus,
                                                                     const GradientRule& rule) const
{
    const auto input = stimulus.detach().requires_grad_();
    const auto activations = activationMatrix(model_, input, layer_, rule);
    const auto [z, cotangents] = coordinates_.withGradients(activations.detach());
    std::vector<torch::Tensor> rows;
    for (int k = 0; k < retained(); ++k) {
        rows.push_back(torch::autograd::grad({activations}, {input}, {cotangents[k]},
                                             /*retain_graph=*/k + 1 < retained())[0]
                           .flatten());
    }
    return {checked(z), torch::stack(rows)};
}

std::pair<torch::Tensor, torch::Tensor> CoordinateMap::withCombinedGradient(
    const torch::Tensor& stimulus,
    const std::function<torch::Tensor(const torch::Tensor&)>& weights) const
{
    const auto input = stimulus.detach().requires_grad_();
    const auto activations = activationMatrix(model_, input, layer_);
    const auto values = activations.detach();
    const auto z = checked(coordinates_.of(values));
    const auto cotangent = coordinates_.combinedGradient(values, model_.toDevice(weights(z)));
    return {z, torch::autograd::grad({activations}, {input}, {cotangent})[0]};
}

} // namespace mlab::stimuli
