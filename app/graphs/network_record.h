// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/graphs/study_input.h"
#include "core/stimulus/graph_network_spec.h"
#include "stimuli/engine/graph_training.h"

#include <nlohmann/json.hpp>

#include <string>

namespace mlab::app {

/// What a trained network is a function of: its graph, the spec, and the version of the training.
nlohmann::ordered_json trainingKey(const GraphTrainingSpec& spec, const StudyGraph& graph);

/// The manifest beside weights: what readNetworkManifest() reads, the key, how training went, and
/// the hash of the weights.
/// @param weights name of the file of weights, in the same folder
nlohmann::ordered_json trainedRecord(const GraphTrainingSpec& spec, const StudyGraph& graph,
                                     const stimuli::TrainedNetwork& trained,
                                     const std::string& weights, const std::string& weightsSha256);

/// The manifest of a network whose weights came from a file.
nlohmann::ordered_json givenRecord(const GraphNetworkSpec& spec, const std::string& graphSha256,
                                   const std::string& weights, const std::string& weightsSha256);

} // namespace mlab::app
