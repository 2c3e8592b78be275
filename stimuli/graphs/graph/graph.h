// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/enum_names.h"
#include "stimuli/graphs/graph/features.h"
#include "stimuli/graphs/graph/graph_structure.h"

#include <string>
#include <vector>

namespace mlab::stimuli {

/// What a node is used for when a network learns to classify nodes.
enum class Split { none, training, validation, test };

/// In files, as Planetoid (Yang et al. 2016) has them.
inline constexpr EnumNames<Split, 4> kSplits = {{{Split::none, "none"},
                                                 {Split::training, "train"},
                                                 {Split::validation, "validation"},
                                                 {Split::test, "test"}}};

/// The label of a node whose class is not known.
inline constexpr int kUnknownLabel = -1;

/// A graph whose nodes have features and may have classes. Nodes without edges are kept.
struct Graph {
    GraphStructure structure = {};
    Features features = {};                   ///< one row for each node
    std::vector<int> labels = {};             ///< empty, or a class or kUnknownLabel for each node
    std::vector<std::string> classNames = {}; ///< by label
    std::vector<Split> splits = {};           ///< empty, or one for each node
    std::vector<std::string> nodeNames = {};  ///< empty, or a different one for each node

    bool operator==(const Graph&) const = default;
};

/// Features of no columns: of nodes that are told apart by their edges alone.
Features noFeatures(int nodes);

/// @throws InvalidArgument if a part of the graph does not have as many rows as the graph has
///         nodes, a label has no class, two nodes have one name, a name has a line break, or as
///         requireWhole(Features)
void requireWhole(const Graph& graph);

} // namespace mlab::stimuli
