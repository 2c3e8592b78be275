// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/graphs/graph/graph.h"

#include <filesystem>
#include <string>
#include <vector>

namespace mlab::stimuli {

/// Reads a citation graph as the LINQS group published Cora and CiteSeer (Sen et al. 2008):
/// NAME.cites with lines `cited citing`, and beside it NAME.content with lines `id 0 1 ... label`.
/// @param cites NAME.cites
/// @param notes gets what was changed: directed edges
/// @throws IoError with file and line, as readEdgeList()
Graph readLinqs(const std::filesystem::path& cites, std::vector<std::string>& notes);

} // namespace mlab::stimuli
