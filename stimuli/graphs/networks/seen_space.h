// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/graphs/networks/network_tensors.h"

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace mlab::stimuli {

/// Internal to stimuli/. The space of features that a network sees, with an orthonormal basis Q:
/// the rows of its first weights (all features where these are fewer, or where the first layer has
/// a residual connection). The network on features X is a smaller network on coordinates C = X Q.
///
/// The gradient of any loss lies in this space, so descent from a start never leaves start +
/// span Q; and the Jacobian with respect to C has the same singular values above 0. Steps of L-BFGS
/// and of Gauss-Newton depend on inner products alone and are the same in C as in X, but C has as
/// many columns as the layer has units: for Cora 16 instead of 1433. Adam scales each coordinate by
/// itself and takes another path in C than in X; the columns of Q, the singular vectors of the
/// weights, fix it whatever their signs.
class SeenSpace {
public:
    explicit SeenSpace(const GraphNetwork& network);

    /// On coordinates, float64.
    const NetworkTensors& network() const { return network_; }
    /// X Q. @param x [rows, features] float64 @return [rows, seen]
    at::Tensor coordinates(const at::Tensor& x) const;
    /// How many numbers the coordinates of a node are.
    std::int64_t columns() const;
    /// C Q^T: the shortest features with these coordinates.
    at::Tensor features(const at::Tensor& coordinates) const;

private:
    NetworkTensors network_;
    at::Tensor basis_; ///< Q [features, seen]; undefined: all features
};

} // namespace mlab::stimuli
