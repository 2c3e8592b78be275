// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/graphs/feature_solvers/activation_target.h"
#include "stimuli/graphs/feature_solvers/bit_pairs.h"
#include "stimuli/graphs/networks/graph_forward.h"
#include "stimuli/graphs/networks/seen_space.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace mlab::stimuli {

/// Internal to stimuli/. Zeros and ones as features of a network.
class BinaryInputs {
public:
    /// @param columns features
    BinaryInputs(const SeenSpace& seen, std::int64_t columns);

    /// The coordinates of these bits, [nodes, seen]: sums of rows of the basis.
    /// @param bits [nodes, columns] row-major
    at::Tensor coordinates(const std::vector<std::uint8_t>& bits) const;

    /// How well they match on a graph of which these are the messages.
    BitsLoss loss(int layer, const GraphMessages& messages, const ActivationTarget& target,
                  const std::vector<std::uint8_t>& bits, bool withGradient) const;

private:
    const SeenSpace& seen_;
    std::int64_t columns_;
    at::Tensor basis_; ///< [columns, seen]
};

} // namespace mlab::stimuli
