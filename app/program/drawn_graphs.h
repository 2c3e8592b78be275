// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "experiments/design/design.h"
#include "stimuli/graphs/probes/rewiring_maker.h"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace mlab::app {

/// Makes or reads the graphs of a design. What was changed on reading is said on stderr.
/// @throws mlab::Error naming the graph or its file
std::vector<stimuli::NamedGraph> readGraphs(const experiments::DrawnGraphs& drawn);

/// What draws the graphs of a design and rewires them. Precondition: the design has graphs.
/// @throws mlab::Error naming a graph that cannot be read or drawn
std::unique_ptr<stimuli::RewiringMaker> rewiringMaker(const experiments::Design& design,
                                                      const std::filesystem::path& cacheFolder);

/// Why a graph cannot be read or drawn; empty if it can.
std::string graphProblem(const GraphSource& source, const GraphDrawingSpec& drawing, int sizePx);

} // namespace mlab::app
