// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/graph_metamer_spec.h"
#include "stimuli/graphs/feature_solvers/adam_state.h"
#include "stimuli/graphs/graph/features.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <vector>

namespace mlab::stimuli {

/// Internal to stimuli/. P = sigmoid(s x) with this slope s.
inline constexpr double kSoftSlope = 3;

/// Internal to stimuli/. 1 for the largest values and 0 for the others, so many ones in each group
/// of as many neighbouring values; of equal values the first.
/// @param values float32
/// @param ones of each group
std::vector<std::uint8_t> largestOnes(const at::Tensor& values,
                                      const std::vector<std::size_t>& ones);

/// Internal to stimuli/. Zeros and ones that a solver varies through real numbers x, with the
/// number of ones kept: forward, the ones are where x is largest; backward, the gradient is that of
/// P = sigmoid(3 x) (the straight-through estimator, Bengio et al. 2013).
class SoftBits {
public:
    /// @param start x, one number for each bit; it is copied
    /// @param ones of each group of as many neighbouring bits
    SoftBits(const at::Tensor& start, std::vector<std::size_t> ones);

    const std::vector<std::uint8_t>& bits() const { return bits_; }
    /// A step of Adam. @param gradient of the objective with respect to the bits, shaped as the
    /// start
    void step(const at::Tensor& gradient, double rate);

private:
    std::vector<std::size_t> ones_;
    at::Tensor soft_; ///< float32
    AdamState adam_;
    std::vector<std::uint8_t> bits_;
};

/// How many ones there are, in all or in each node.
std::vector<std::size_t> onesOf(const BinaryFeatures& features, OnesKept kept);

/// [rows, columns], row-major. @param bits as many as rows * columns
BinaryFeatures featuresOfBits(const std::vector<std::uint8_t>& bits, int columns);

/// [rows, columns], row-major.
std::vector<std::uint8_t> bitsOf(const BinaryFeatures& features);

} // namespace mlab::stimuli
