// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/graphs/graph/graph.h"

#include <filesystem>
#include <string>
#include <vector>

namespace mlab::stimuli {

/// Reads a graph that numpy.savez saved with the names of shchur/gnn-benchmark (Shchur et al.
/// 2018): `adj_data`, `adj_indices`, `adj_indptr` and `adj_shape`, a square sparse matrix in CSR
/// format whose entries are all 1; features as `attr_data`, ... likewise, or dense as
/// `attr_matrix`; and perhaps `labels`, `class_names` and `node_names`. Pickles are never read.
/// @param notes gets what was changed: directed edges, loops
/// @throws IoError naming the file and the array
Graph readNpz(const std::filesystem::path& file, std::vector<std::string>& notes);

} // namespace mlab::stimuli
