// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/compare/model_list.h"
#include "app/report/study_data.h"
#include "core/network_report/network_report.h"
#include "stimuli/worker/compute_options.h"
#include "stimuli/worker/engine_info.h"

#include <filesystem>
#include <span>
#include <stop_token>
#include <vector>

namespace mlab::app {

struct CompareOptions {
    std::filesystem::path cacheFolder; ///< that of the sessions; distances are kept there too
    std::filesystem::path references;  ///< replaces the sessions' folders when not empty
    stimuli::ComputeOptions compute;
    bool simulated = false; ///< sessions of simulated participants too, even beside those of people
};

/// Compares networks with the people of each design of thresholds in a store. What cannot be
/// compared (a model, a layer, a trial whose stimuli are gone) is named, and the rest is done.
/// @throws InvalidArgument if there is nothing to compare; Cancelled soon after a stop is
///         requested: the distances found until then are kept
std::vector<DesignComparison> compareWithPeople(const StudyData& study,
                                                std::span<const ListedModel> models,
                                                const CompareOptions& options,
                                                const stimuli::Progress& progress,
                                                const std::stop_token& stop);

} // namespace mlab::app
