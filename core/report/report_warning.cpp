// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/report_warning.h"

namespace mlab {

std::optional<ReportWarning> comparisonWarning(const std::optional<WithinComparison>& tests,
                                               std::size_t participants)
{
    if (!tests) {
        return warning::TooFewForTests{participants};
    }
    if (tests->smallestPairP > 0.05) {
        return warning::SmallestPairP{.participants = participants, .p = tests->smallestPairP};
    }
    return std::nullopt;
}

} // namespace mlab
