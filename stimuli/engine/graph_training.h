// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/graph_network_spec.h"
#include "stimuli/graphs/architectures/graph_network.h"
#include "stimuli/graphs/graph/graph.h"

#include <cstdint>
#include <optional>

namespace mlab::stimuli {

/// Why training ended.
enum class TrainingStop {
    patience, ///< the validation loss had not become smaller for so many epochs
    epochs    ///< all were run
};

inline constexpr EnumNames<TrainingStop, 2> kTrainingStops = {
    {{TrainingStop::patience, "patience"}, {TrainingStop::epochs, "epochs"}}};

/// A network after training: the weights of the epoch with the smallest validation loss, or of the
/// last one where no node validates.
struct TrainedNetwork {
    GraphNetwork network; ///< without a hash
    int epochs = 0;       ///< that were run
    int bestEpoch = 0;    ///< whose weights these are, from 1
    TrainingStop stop = TrainingStop::epochs;
    // Of these weights, without dropout: cross-entropy, and the share of nodes classified right.
    double trainingLoss = 0;
    double trainingAccuracy = 0;
    std::optional<double> validationLoss;     ///< absent if no node validates
    std::optional<double> validationAccuracy; ///< the same
    std::optional<double> testAccuracy;       ///< absent if no node tests
};

/// At most so many weights, activations of a layer, and with an adversary features (512 MiB).
inline constexpr std::int64_t kMostTrainedNumbers = std::int64_t{1} << 27U;

/// @throws InvalidArgument if the graph has no features, labels or training nodes, or one class; no
///         hidden layer can have the residual connection that is asked for; or more than
///         kMostTrainedNumbers would be needed
void requireTrainable(const GraphTrainingSpec& spec, const Graph& graph);

} // namespace mlab::stimuli
