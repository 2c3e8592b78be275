// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "experiments/graph_study/graph_study.h"
#include "experiments/json/json_node.h"
#include "experiments/json/key_problem.h"

#include <filesystem>
#include <vector>

namespace mlab::experiments {

/// The networks that an entry of `networks` stands for: one with weights, or all combinations of
/// the listed architectures, activations, widths, residual connections, trainings and seeds, in
/// this order. What has several values becomes part of the name, as in
/// `remedies-gcn-elu-w16-residual-adversarial-s1`.
/// @param entry  the schema has looked at it
/// @param file  paths are relative to its folder
/// @param problems  gets what the schema cannot know
std::vector<StudyNetwork> readNetworkEntry(const JsonNode& entry, const std::filesystem::path& file,
                                           std::vector<KeyProblem>& problems);

} // namespace mlab::experiments
