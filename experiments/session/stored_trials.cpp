// SPDX-License-Identifier: GPL-3.0-or-later
#include "experiments/session/stored_trials.h"

#include "core/base/error.h"
#include "core/procedures/staircase.h"
#include "experiments/session/session.h"

#include <algorithm>
#include <variant>

namespace mlab::experiments {

std::shared_ptr<const Design> designOfTrials(const std::shared_ptr<const Design>& design,
                                             std::uint64_t seed,
                                             const std::vector<std::string>& referenceIds,
                                             std::span<const TrialRecord> trials)
{
    const auto plans = [&](const std::shared_ptr<const Design>& some) {
        try {
            Session session(some, seed, referenceIds);
            std::ranges::for_each(trials, [&](const auto& trial) { session.apply(trial); });
            return true;
        } catch (const InvalidArgument&) {
            return false;
        }
    };
    auto earlier = std::make_shared<Design>(*design);
    for (auto& measured : earlier->dimensions) {
        if (auto* const staircase = std::get_if<StaircaseSpec>(&measured.procedure)) {
            staircase->stuckRule = StaircaseSpec::StuckRule::maximumIfAsked;
        }
    }
    return *earlier == *design || plans(design) || !plans(earlier) ? design : earlier;
}

} // namespace mlab::experiments
