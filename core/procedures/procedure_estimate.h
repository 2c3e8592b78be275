// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

namespace mlab {

/// The levels between which the threshold lies with 95 % confidence.
struct ThresholdInterval {
    double low = 0.0;
    double high = 0.0;

    bool operator==(const ThresholdInterval&) const = default;
};

/// The threshold as estimated from the trials so far; all in SD.
struct ProcedureEstimate {
    double threshold = 0.0;
    std::optional<ThresholdInterval> interval; ///< absent where the trials do not give one yet

    bool operator==(const ProcedureEstimate&) const = default;
};

} // namespace mlab
