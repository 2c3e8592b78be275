// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace mlab {

/// A person's answer, and a network's distance between the two stimuli of the trial.
struct ItemTrial {
    bool correct = false;
    double probability =
        0.0;               ///< of a right answer by the person's psychometric function, in (0, 1)
    double distance = 0.0; ///< >= 0
    std::size_t cell = 0;  ///< the trial's dimension and level: items are compared within it
};

/// Whether a network knows which stimuli of a dimension and level are easy for people: in
/// P(right) = Phi(z + gain ln(distance / mean distance of the cell)), with z the quantile of the
/// person's probability, the gain is above 0. Needs no answers of the network.
struct ItemEffect {
    double gain = 0.0; ///< maximum likelihood, within [-50, 50]
    /// 95 %, profile likelihood; a limit is absent where the likelihood does not come down.
    std::optional<double> lower, upper;
    double pValue = 1.0;     ///< of no gain: two-sided likelihood-ratio test
    int trials = 0;          ///< used
    int withoutDistance = 0; ///< left out, because a distance of 0 has no logarithm
};

/// Absent if distances do not vary within any cell.
/// @throws InvalidArgument for no trials, a distance that is negative or not finite, or a
///         probability that is not between 0 and 1
std::optional<ItemEffect> itemEffect(std::span<const ItemTrial> trials);

} // namespace mlab
