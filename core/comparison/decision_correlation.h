// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/comparison/error_consistency.h"

#include <array>
#include <optional>
#include <span>

namespace mlab {

/// The correlation of two observers' decision variables, given the level of each trial (Sebastian &
/// Geisler 2018): both are normal and right when their variable exceeds what their psychometric
/// function sets. Independent of accuracy and of the levels shown.
struct DecisionCorrelation {
    double rho = 0.0;                      ///< maximum likelihood, in [-1, 1]
    std::array<double, 2> interval95 = {}; ///< profile likelihood, within [-1, 1]
    double pValue = 1.0;                   ///< of rho = 0: two-sided likelihood-ratio test
};

/// Absent where no trial tells: every probability is 0 or 1.
/// @throws InvalidArgument for no trials, a probability outside [0, 1], or an answer with
/// probability
///         0
std::optional<DecisionCorrelation> decisionCorrelation(std::span<const YokedTrial> trials);

} // namespace mlab
