// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/compare/compare_options.h"
#include "app/compare/model_list.h"
#include "app/compare/shown_stimuli.h"
#include "core/network_report/network_data.h"
#include "stimuli/worker/engine_info.h"

#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace mlab::app {

/// A layer with its distances, or why it has none.
struct LayerDistances {
    ComparedLayer layer;
    std::string problem; ///< empty, or names model and layer
};

/// The distances of all pairs in each layer of a model, from one forward pass for each stimulus;
/// those in the cache need none.
/// @param spec  how the design's stimuli were made: its format, and its basis for the space
/// @param progress  called on any thread, but never by two at once
/// @throws Cancelled
std::vector<LayerDistances> modelDistances(const ListedModel& model, const SynthesisSpec& spec,
                                           std::span<const ShownPair> pairs, ShownStimuli& shown,
                                           const CompareOptions& options,
                                           const stimuli::Progress& progress,
                                           const std::stop_token& stop);

} // namespace mlab::app
