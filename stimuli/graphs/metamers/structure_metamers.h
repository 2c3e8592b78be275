// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/graphs/metamers/metamer_task.h"

namespace mlab::stimuli {

/// Internal to stimuli/. Other edges, as many as the reference has: the straight-through estimator
/// over candidates from a random start for half of the steps, then edge swaps.
GraphMetamer structureMetamer(const MetamerTask& task);

/// Internal to stimuli/. Other edges that no message-passing network can tell from those of the
/// reference, after a walk of as many swaps as the task has steps.
/// @throws Cancelled when the stop of the task is requested
GraphMetamer exactMetamer(const MetamerTask& task);

/// Internal to stimuli/. Other edges and features: for half of the steps the edges, with the
/// features of the reference; then the features on these edges, from their own start, by
/// featureSolver().
GraphMetamer metamerOfBoth(const MetamerTask& task);

} // namespace mlab::stimuli
