// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/graph_network_spec.h"
#include "stimuli/engine/graph_training.h"
#include "stimuli/graphs/graph/graph.h"
#include "stimuli/worker/engine_info.h"

#include <stop_token>

namespace mlab::stimuli {

/// Internal to stimuli/. Trains a network to classify the nodes of a graph whose split is training:
/// full batches, cross-entropy of the last layer's Z, Adam (Kingma & Ba 2015) with PyTorch's
/// defaults. Weight decay acts on the first layer, weights and biases, and is added to their
/// gradients (Kipf & Welling 2017). The same graph and spec give the same numbers.
/// @throws InvalidArgument as requireTrainable(); NumericError if numbers are not finite; Cancelled
///         when `stop` is requested
TrainedNetwork trainedNetwork(const GraphTrainingSpec& spec, const Graph& graph,
                              const Progress& progress, const std::stop_token& stop);

} // namespace mlab::stimuli
