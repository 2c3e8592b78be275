// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/distortions/fisher_information.h"

#include "core/base/error.h"
#include "core/base/number_text.h"
#include "stimuli/distortions/unit_vectors.h"
#include "stimuli/tensors/torch_errors.h"

#include <torch/autograd.h>
#include <torch/types.h>

#include <cmath>

namespace mlab::stimuli {

using torch::Tensor;
using torch::autograd::grad;

struct FisherInformation::State {
    State(const Model& its, const std::string& layer, const Tensor& given)
        : model(its), name("layer " + layer + " of model " + its.info().name),
          stimulus(given.detach().clone().requires_grad_()),
          activations(its.activations(stimulus.unsqueeze(0), layer).flatten()),
          cotangent(torch::zeros_like(activations).requires_grad_())
    {
    }

    // For the model, in the shape of its stimulus.
    Tensor placed(const Tensor& change) const
    {
        return model.toDevice(change.to(torch::kFloat32).view(stimulus.sizes()));
    }
    // J v, [units]
    Tensor forward(const Tensor& change) const
    {
        return grad({gradient}, {cotangent}, {placed(change)}, /*retain_graph=*/true)[0];
    }
    // J^T u, [values of the stimulus] float64 on the host
    Tensor backward(const Tensor& given) const
    {
        return grad({activations}, {stimulus}, {given}, /*retain_graph=*/true)[0].flatten().to(
            torch::kCPU, torch::kFloat64);
    }
    void requireTransposed() const;

    const Model& model;
    std::string name;
    Tensor stimulus;
    Tensor activations;
    Tensor cotangent; ///< u
    Tensor gradient;  ///< J^T u, with the graph of its dependence on u
};

// A part of a network whose gradient is not recorded would be missing from J v without an error.
void FisherInformation::State::requireTransposed() const
{
    // Along J^T u itself, where the product is |J^T u|. Along a random change it would be nearly 0
    // whether J v is right or not.
    const auto given = model.toDevice(
        randomUnitVector(activations.numel(), 1, "transposed cotangent").to(activations.dtype()));
    const auto back = backward(given);
    const double expected = back.norm().item<double>();
    const auto change = expected > 0 ? back / expected : back;
    const double there = (forward(change) * given).sum().item<double>();
    constexpr double kMostDifference = 1e-2; // a GPU may multiply with 10 bits
    if (!(std::abs(there - expected) <= kMostDifference * expected)) {
        throw NumericError(name + ": the derivatives along a change (" + roundedNumber(there) +
                           ") and back (" + roundedNumber(expected) +
                           ") do not agree, so that its distortions are not known; choose another "
                           "layer or model");
    }
}

FisherInformation::FisherInformation(const Model& model, const std::string& layer,
                                     const Tensor& stimulus)
    : state_(std::make_unique<State>(model, layer, stimulus))
{
    try {
        state_->gradient = grad({state_->activations}, {state_->stimulus}, {state_->cotangent},
                                /*retain_graph=*/true, /*create_graph=*/true)[0];
        state_->requireTransposed();
    } catch (const c10::Error& problem) {
        rethrow(problem, state_->name + ": its gradients cannot be differentiated");
    }
}

FisherInformation::~FisherInformation() = default;

Tensor FisherInformation::product(const Tensor& change) const
{
    try {
        auto result = state_->backward(state_->forward(change));
        if (!result.isfinite().all().item<bool>()) {
            throw NumericError(state_->name + " has a gradient that is not finite");
        }
        return result;
    } catch (const c10::Error& problem) {
        rethrow(problem, state_->name);
    }
}

std::int64_t FisherInformation::units() const
{
    return state_->activations.numel();
}

std::int64_t FisherInformation::size() const
{
    return state_->stimulus.numel();
}

} // namespace mlab::stimuli
