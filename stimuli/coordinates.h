// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/rgb_image.h"
#include "stimuli/basis.h"
#include "stimuli/gram_coordinates.h"
#include "stimuli/model.h"

#include <functional>
#include <utility>
#include <vector>

namespace at {
class Tensor;
}

namespace mlab::stimuli {

/// Internal to stimuli/. The coordinates of an image in one layer's basis, and their gradients.
class CoordinateMap {
public:
    /// Keeps a reference to the model. @throws InvalidArgument if the basis is for another model.
    CoordinateMap(const Model& model, const Basis& basis);

    int retained() const { return coordinates_.retained(); }
    const Model& model() const { return model_; }
    /// @param image [3, side, side] float32 in [0, 1] on the model's device
    /// @return [retained] float64 on the host. @throws NumericError if a coordinate is not finite.
    at::Tensor at(const at::Tensor& image) const;
    /// Coordinates and their gradients, [retained, 3 * side * side] float32 on the model's device.
    std::pair<at::Tensor, at::Tensor> withGradients(const at::Tensor& image) const;
    /// Coordinates, and the gradient [3, side, side] of sum_k weights_k z_k in one backward pass;
    /// the weights [retained] are computed from the coordinates.
    std::pair<at::Tensor, at::Tensor>
    withCombinedGradient(const at::Tensor& image,
                         const std::function<at::Tensor(const at::Tensor&)>& weights) const;

private:
    at::Tensor checked(at::Tensor coordinates) const;

    const Model& model_;
    std::string layer_;
    GramCoordinates coordinates_;
};

/// [3, height, width] float32 in [0, 1].
at::Tensor toTensor(const RgbImage& image);

} // namespace mlab::stimuli
