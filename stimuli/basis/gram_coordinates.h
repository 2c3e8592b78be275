// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <utility>

namespace at {
class Tensor;
}

namespace mlab::stimuli {

/// Internal to stimuli/. Coordinates of activations on components of their Gram matrix.
///
/// With F [channels, positions] the activations and n positions, the Gram matrix is
/// G = F F^T / n, coordinate k is z_k = <W_k, G - mean>, and its gradient with respect to F is
/// 2 W_k F / n.
class GramCoordinates {
public:
    /// @param components [retained, channels, channels], each symmetric, in the number type of the
    ///        activations and on their device
    /// @param mean [channels, channels]
    GramCoordinates(const at::Tensor& components, const at::Tensor& mean);
    ~GramCoordinates();
    GramCoordinates(const GramCoordinates&) = delete;
    GramCoordinates& operator=(const GramCoordinates&) = delete;

    int retained() const;

    /// @param activations [channels, positions]
    /// @return [retained] float64 on the host
    at::Tensor of(const at::Tensor& activations) const;
    /// Coordinates, and the gradient [retained, channels, positions] of each of them.
    std::pair<at::Tensor, at::Tensor> withGradients(const at::Tensor& activations) const;
    /// The gradient [channels, positions] of sum_k weights_k z_k.
    /// @param weights [retained], on the device of the activations
    at::Tensor combinedGradient(const at::Tensor& activations, const at::Tensor& weights) const;

private:
    struct Tensors;
    at::Tensor fromProducts(const at::Tensor& activations, const at::Tensor& products) const;

    std::unique_ptr<Tensors> tensors_;
};

} // namespace mlab::stimuli
