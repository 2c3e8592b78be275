// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random_stream.h"
#include "stimuli/engine/graph_metamer_engine.h"
#include "stimuli/graphs/feature_solvers/activation_target.h"
#include "stimuli/graphs/networks/graph_forward.h"
#include "stimuli/graphs/networks/seen_space.h"

#include <ATen/core/Tensor.h>

#include <stop_token>
#include <vector>

namespace mlab::stimuli {

/// Internal to stimuli/. One metamer that is to be made.
struct MetamerTask {
    const GraphNetwork& network;
    const SeenSpace& seen; ///< of the network
    const Graph& reference;
    const GraphMetamerSpec& spec;
    const Progress& progress;
    const std::stop_token& stop;

    /// The targeted nodes.
    std::vector<int> nodes() const;
    RandomStream stream(const char* purpose) const { return {spec.seed, purpose}; }
};

/// Internal to stimuli/. What the metamer is to match; of the values of all nodes.
ActivationTarget targetOf(const MetamerTask& task);

/// All nodes if none are given.
std::vector<int> targetedNodes(const GraphStructure& structure, const std::vector<int>& nodes);
/// Their numbers as an index, [nodes] int64.
at::Tensor indexOf(const std::vector<int>& nodes);

/// The published start of features: 1 mu^T + eps tau, mu and tau the mean and the SD of each
/// feature in the reference and eps standard normal (Xu et al. 2025), [nodes, features] float64.
at::Tensor startOfFeatures(const MetamerTask& task);

/// Progress of the first or the second half of the work.
enum class Half { first, second };
Progress progressOf(const MetamerTask& task, Half half);

} // namespace mlab::stimuli
