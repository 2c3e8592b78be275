// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "experiments/graph_study/graph_study.h"
#include "experiments/json/json_node.h"
#include "experiments/json/key_problem.h"

#include <vector>

namespace mlab::experiments {

/// The metamers that an entry of `metamers` stands for: all combinations of its networks, layers
/// and seeds, in this order. None if there are more than a study may have.
/// @param entry  the schema has looked at it
/// @param root  of the study, for the names of its entries of networks
/// @param networks  of the study, all
/// @param problems  gets what the schema cannot know
std::vector<StudyMetamer> readMetamerEntry(const JsonNode& entry, const JsonNode& root,
                                           const std::vector<StudyNetwork>& networks,
                                           std::vector<KeyProblem>& problems);

/// That the lists of nodes up to this entry are more than kMostListedNodes.
KeyProblem tooManyNodes(const JsonNode& entry);

} // namespace mlab::experiments
