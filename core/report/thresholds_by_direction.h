// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/report/threshold_report.h"

#include <optional>
#include <span>

namespace mlab {

/// Thresholds for plus against those for minus, within participants and components.
struct DirectionComparison {
    int pairs = 0; ///< of directions with a determined threshold each, over all participants
    /// Over participants: the natural log of the ratio plus / minus, mean over a participant's
    /// pairs.
    MeanEstimate logRatio;
    PermutationTest test; ///< sign changes of the participants' log ratios
};

/// Absent without a pair.
std::optional<DirectionComparison> compareDirections(std::span<const ParticipantReport> all);

} // namespace mlab
