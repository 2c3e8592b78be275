// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/graphs/feature_solvers/activation_target.h"
#include "stimuli/graphs/feature_solvers/bit_pairs.h"
#include "stimuli/graphs/networks/graph_forward.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace mlab::stimuli {

/// Internal to stimuli/. The first layer's products of zeros and ones: sums of rows of its weights.
class BinaryInputs {
public:
    /// @param columns features
    BinaryInputs(const GraphNetwork& network, std::int64_t columns);

    /// What a layer takes of these bits, [nodes, columns] row-major.
    struct Inputs {
        at::Tensor products; ///< [nodes, units], a leaf
        at::Tensor x;        ///< undefined unless the first layer has a residual connection; a leaf
    };
    Inputs inputs(const std::vector<std::uint8_t>& bits) const;
    /// Of the objective with respect to the bits, [nodes, columns].
    at::Tensor gradient(const at::Tensor& objective, const Inputs& inputs) const;

private:
    std::int64_t columns_;
    bool residual_;
    at::Tensor weights_;    ///< [units, columns]
    at::Tensor transposed_; ///< [columns, units]
};

/// The loss of bits on a graph of which these are the messages.
BitsLoss lossOfBits(const GraphNetwork& network, int layer, const GraphMessages& messages,
                    const ActivationTarget& target, const BinaryInputs& binary,
                    const std::vector<std::uint8_t>& bits, bool withGradient);

} // namespace mlab::stimuli
