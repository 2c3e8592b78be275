// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/graphs/files/node_ids.h"
#include "stimuli/graphs/graph/graph.h"

#include <filesystem>
#include <string>
#include <vector>

namespace mlab::stimuli {

/// The nodes of a graph, one in each row of a file.
struct NodeTable {
    NodeIds ids{0};                 ///< as the edges name them
    std::vector<std::string> names; ///< column `name`; empty without it
    std::vector<int> labels;
    std::vector<std::string> classNames;
    std::vector<Split> splits;
};

/// Reads a table with the heading `node` and any of `name`, `label`, `class` and `split`. A label
/// is empty, a number from 0, or a text; texts are numbered in the order in which they occur.
/// `class` names the class of a numbered label. A split is train, validation, test or none.
/// @throws IoError with file and line
NodeTable readNodeTable(const std::filesystem::path& file);

/// Labels as numbers, from texts of which an empty one is an unknown label.
struct NumberedLabels {
    std::vector<int> labels;
    std::vector<std::string> classNames;
};
/// Texts that are all numbers from 0 keep these; others are numbered in the order in which they
/// occur.
NumberedLabels numberedLabels(const std::vector<std::string>& texts);

} // namespace mlab::stimuli
