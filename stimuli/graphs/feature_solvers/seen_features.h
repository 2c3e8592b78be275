// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/graphs/architectures/graph_network.h"

#include <ATen/core/Tensor.h>

namespace mlab::stimuli {

/// Internal to stimuli/. Features X by their coordinates C = X Q in the space that a network sees:
/// Q is an orthonormal basis of the rows of its first weights (all features where these are fewer,
/// or where the first layer has a residual connection).
///
/// The gradient of any loss lies in this space, so descent from a start never leaves start +
/// span Q. Steps of L-BFGS and of Gauss-Newton depend on inner products alone and are the same in C
/// as in X, but C has as many columns as the layer has units: for Cora 16 instead of 1433.
class SeenFeatures {
public:
    /// @param start [rows, features] float64
    SeenFeatures(const GraphNetwork& network, at::Tensor start);

    /// Of any features, [rows, seen].
    at::Tensor coordinates(const at::Tensor& x) const;
    const at::Tensor& startCoordinates() const { return startCoordinates_; }
    /// The first layer's products x W^T, [rows, units].
    at::Tensor products(const at::Tensor& coordinates) const;
    /// The start, changed so that it has these coordinates.
    at::Tensor features(const at::Tensor& coordinates) const;

private:
    at::Tensor start_;
    at::Tensor basis_;   ///< Q [features, seen]; undefined: all features
    at::Tensor weights_; ///< W Q [units, seen]
    at::Tensor startCoordinates_;
};

} // namespace mlab::stimuli
