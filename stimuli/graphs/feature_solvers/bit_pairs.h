// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/graphs/feature_solvers/stop_rule.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <vector>

namespace mlab::stimuli {

/// The loss of zeros and ones, and the gradient of the objective with respect to them.
struct BitsLoss {
    double loss = 0;
    at::Tensor gradient; ///< float64, as many numbers as bits; undefined if it was not wanted
};
using BitsLossOf =
    std::function<BitsLoss(const std::vector<std::uint8_t>& bits, bool withGradient)>;

/// Internal to stimuli/. Changes a one to a zero and a zero to a one, while this lowers the loss.
/// The pairs are those that the gradient promises most of; many at once as long as these lower it,
/// then half as many, to one. Ends when none of the 50 most promising pairs helps alone.
/// @param groups as many neighbouring bits belong to each: both bits of a pair are in one
/// @return the bits; the rule says why it ended
std::vector<std::uint8_t> improveByPairs(std::vector<std::uint8_t> bits, std::size_t groups,
                                         const BitsLossOf& lossOf, StopRule& rule);

} // namespace mlab::stimuli
