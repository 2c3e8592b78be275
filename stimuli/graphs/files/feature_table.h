// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/graphs/files/node_ids.h"
#include "stimuli/graphs/graph/features.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace mlab::stimuli {

/// Features as a file lists them, before it is known which node has which number.
struct FeatureTable {
    std::string file;
    bool binary = false;          ///< each entry is a one, in this column; otherwise a row
    std::vector<std::string> ids; ///< the node of each entry; empty: entry i is that of node i
    std::vector<int> lines;       ///< of each entry
    std::vector<int> ones;        ///< column of each entry, if binary
    int columns = 0;
    std::vector<double> values; ///< row-major, if not binary
};

/// Reads one of three forms:
/// - numbers without a heading: one row for each node, in the order of the nodes;
/// - the heading `node,feature`: the ones of binary features. The first line may say how many
///   columns there are: `# columns: 1433`; otherwise they end with the largest that occurs;
/// - a heading that begins with `node` and names the columns: one row for each node, in any order.
/// @throws IoError with file and line, also for a number that is not finite or a row that is too
///         short or too long
FeatureTable readFeatureTable(const std::filesystem::path& file);

/// The nodes that the table lists by itself. Absent if it is binary: not every node has a one.
std::optional<NodeIds> idsOf(const FeatureTable& table);

/// The features of these nodes. @throws IoError with file and line for an unknown node, a node or a
/// one that is there twice, and a node without a row
Features featuresOf(const FeatureTable& table, const NodeIds& ids);

} // namespace mlab::stimuli
