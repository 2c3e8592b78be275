// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/compare/shown_stimuli.h"
#include "core/network_report/network_data.h"
#include "core/report/metamer_report.h"
#include "core/report/threshold_report.h"

#include <span>
#include <vector>

namespace mlab::app {

/// The counted trials of a design, and the pairs of stimuli that they showed.
struct ComparedTrials {
    std::vector<Dimension> dimensions; ///< of NetworkData
    std::vector<ComparedParticipant> participants;
    std::vector<ShownPair> pairs;
    int counted = 0;
    int leftOut = 0; ///< because their stimuli are gone
};

ComparedTrials comparedTrials(const ThresholdData& design, const ShownStimuli& shown);
/// @param matches of the design: where a procedure chooses among them, each is a condition
ComparedTrials comparedTrials(const MetamerData& design, std::span<const MetamerMatch> matches,
                              const ShownStimuli& shown);

/// Whether a trial of whole metamers is compared: of a condition of the design, no practice, no
/// catch trial, and not presented again.
bool isCounted(const MetamerData& design, const TrialRecord& trial);

} // namespace mlab::app
