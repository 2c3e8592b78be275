// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "experiments/design/design.h"
#include "experiments/session/reach.h"
#include "stimuli/worker/compute_options.h"
#include "stimuli/worker/engine_info.h"
#include "stimuli/worker/probe_maker.h"

#include <cstddef>
#include <filesystem>
#include <stop_token>
#include <vector>

namespace mlab::app {

/// How far the references of a design can be moved.
struct DesignReach {
    std::vector<experiments::Reach> moves;
    std::size_t references = 0;        ///< that the design has
    std::vector<double> highestLevels; ///< for Design::highestLevels
};

/// Measures it with an engine that has loaded the design. Probes that are in the cache are not made
/// again, so that a second time takes a moment.
/// @throws Cancelled; mlab::Error as ProbeMaker::make()
DesignReach measuredReach(const experiments::Design& design, stimuli::ProbeMaker& maker,
                          const stimuli::Progress& progress, const std::stop_token& stop);
/// Loads the engine first.
DesignReach measuredReach(const experiments::Design& design,
                          const std::filesystem::path& cacheFolder,
                          const stimuli::ComputeOptions& compute,
                          const stimuli::Progress& progress);

/// @throws InvalidArgument naming the dimensions that cannot be measured, if there are any
void requireMeasurable(const experiments::Design& design, const std::vector<double>& highestLevels);

} // namespace mlab::app
