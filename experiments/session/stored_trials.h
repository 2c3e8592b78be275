// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trial/trial.h"
#include "experiments/design/design.h"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace mlab::experiments {

/// The design by whose rules the trials of a stored session were planned. That is the design itself
/// unless an earlier program let staircases go on that could no longer move, and a trial shows it:
/// then the same with StaircaseSpec::StuckRule::maximumIfAsked. So a session goes on, and is
/// replayed, by the rule that it has followed.
/// @param design  of the session
/// @param referenceIds  as Session's constructor takes them
std::shared_ptr<const Design> designOfTrials(const std::shared_ptr<const Design>& design,
                                             std::uint64_t seed,
                                             const std::vector<std::string>& referenceIds,
                                             std::span<const TrialRecord> trials);

} // namespace mlab::experiments
