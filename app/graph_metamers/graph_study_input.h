// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "experiments/graph_study/graph_study.h"
#include "stimuli/graphs/graph/graph.h"

#include <filesystem>
#include <map>
#include <string>

namespace mlab::app {

/// A study with the graphs that it names.
struct GraphStudyInput {
    experiments::GraphStudy study;
    std::map<std::string, stimuli::Graph> graphs;
};

/// Reads a study and its graphs, says on stderr what was changed on reading these, and checks that
/// its metamers can be made: the graphs can be read, networks with weights take them, and every
/// solver can do its work.
/// @throws BadInput with everything that is wrong, IoError if the study cannot be read
GraphStudyInput loadGraphStudy(const std::filesystem::path& file);

} // namespace mlab::app
