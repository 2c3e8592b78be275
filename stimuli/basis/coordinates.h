// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/stimulus.h"
#include "stimuli/basis/gram_coordinates.h"
#include "stimuli/models/model.h"
#include "stimuli/store/basis.h"
#include "stimuli/tensors/last_relu.h"
#include "stimuli/tensors/stimulus_tensor.h"

#include <functional>
#include <utility>
#include <vector>

namespace at {
class Tensor;
}

namespace mlab::stimuli {

/// Internal to stimuli/. The coordinates of a stimulus in one layer's basis, and their gradients.
class CoordinateMap {
public:
    /// Keeps a reference to the model. @throws InvalidArgument if the basis is for another model.
    CoordinateMap(const Model& model, const Basis& basis);

    int retained() const { return coordinates_.retained(); }
    const Model& model() const { return model_; }
    /// @param stimulus as toTensor() returns it, on the model's device
    /// @return [retained] float64 on the host. @throws NumericError if a coordinate is not finite.
    at::Tensor at(const at::Tensor& stimulus) const;
    /// The same of a stimulus whose activations are known. @param activations [channels, positions]
    at::Tensor ofActivations(const at::Tensor& activations) const;
    /// Coordinates and their gradients, [retained, numbers of the stimulus] float32 on the
    /// model's device.
    /// @param rule for the substitute gradients that a model offers where the true ones do not help
    std::pair<at::Tensor, at::Tensor> withGradients(const at::Tensor& stimulus,
                                                    const GradientRule& rule = {}) const;
    /// Coordinates, and the gradient, shaped as the stimulus, of sum_k weights_k z_k in one
    /// backward pass; the weights [retained] are computed from the coordinates.
    std::pair<at::Tensor, at::Tensor>
    withCombinedGradient(const at::Tensor& stimulus,
                         const std::function<at::Tensor(const at::Tensor&)>& weights) const;

private:
    at::Tensor checked(at::Tensor coordinates) const;

    const Model& model_;
    std::string layer_;
    GramCoordinates coordinates_;
};

} // namespace mlab::stimuli
