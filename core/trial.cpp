// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trial.h"

namespace mlab {

std::string TrialPlan::intervalOrder() const
{
    std::string order;
    for (const auto interval : intervals) {
        order += static_cast<char>(interval);
    }
    return order;
}

} // namespace mlab
