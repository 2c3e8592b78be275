// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/comparison/threshold_agreement.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace mlab {

/// The layer of a network that agrees best with people, chosen with some of them and scored with
/// the others: the best of many layers on the same people is biased upward.
struct LayerChoice {
    /// How often each layer was chosen, shares of the splits that determine one; sum 1.
    std::vector<double> shares;
    double r = 0.0; ///< mean correlation of the chosen layer with the people it was not chosen by
};

/// The participants are split into random halves; either half chooses the layer of the highest r,
/// which is scored with the other. Absent for fewer than 4 participants, since halves of one have
/// no mean, and where no split determines a correlation.
/// @param splits > 0 @throws InvalidArgument as thresholdAgreement(), or for no layers
std::optional<LayerChoice> chooseLayer(const PeopleThresholds& people,
                                       std::span<const ModelThresholds> layers, int splits,
                                       std::uint64_t seed);

} // namespace mlab
