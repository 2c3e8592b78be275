// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/graphs/graph_training.h"

namespace mlab::app {

/// Computes the local metamer dimensions of every layer of all networks of a study, of the last
/// layer those of the logits, and writes `dimension.csv`, `dimension_nodes.csv` and figures,
/// `dimension_*.svg`. Networks that are missing are trained. One that cannot be used is named on
/// stderr.
/// @returns an exit code: kFailed if a network is missing
/// @throws Cancelled when `stop` is requested
int runGraphDimensions(const GraphStudyInput& input, const GraphStudyOptions& options,
                       const std::stop_token& stop);

} // namespace mlab::app
