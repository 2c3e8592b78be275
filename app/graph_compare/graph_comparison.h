// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/graph_report/graph_results.h"
#include "app/report/study_data.h"
#include "core/psychometrics/discrimination.h"
#include "core/trial/dimension.h"
#include "stimuli/worker/engine_info.h"

#include <stop_token>
#include <string>
#include <vector>

namespace mlab::app {

/// The answers of all participants to so many swaps.
struct PeopleAtLevel {
    int swaps = 0;
    int trials = 0;
    int correct = 0;
    IntervalEstimate dPrime; ///< with its exact 95 % interval, as if all trials were independent
};

/// A layer of a network and the graphs that were shown with so many swaps: means over the graphs.
struct NetworkAtLevel {
    std::string network;
    int layer = 1; ///< from 1
    int swaps = 0;
    int graphs = 0;
    double match = 0; ///< S_match, see stimuli/graphs/measures/consistency.h; of the last, logits
    double input = 0; ///< S_in
    double consistency = 0; ///< 1 - |S_match - S_in|; that of each graph, then the mean
};

/// One dimension of one design.
struct RewiringComparison {
    std::string designName;
    bool simulated = false; ///< the participants
    Dimension dimension;
    std::size_t participants = 0;
    std::vector<PeopleAtLevel> people;    ///< in the order of their levels
    std::vector<NetworkAtLevel> networks; ///< by network, layer and level
};

struct GraphComparison {
    std::vector<RewiringComparison> dimensions;
    std::vector<std::string> problems; ///< what was left out, and why
};

/// Sets people's d' beside the consistency of networks, by level. Every rewired graph is made again
/// from its session's seed, and given to the networks of the graph of that name, whose edges must
/// be those of the design's graph and whose features are the study's. Trials count as in a report;
/// networks see the graphs of trials that showed a probe.
/// @throws InvalidArgument if no session shows drawings of graphs, or none of a graph that has
///         networks; mlab::Error for a network or graph that cannot be used; Cancelled when
///         `stop` is requested
/// @param results with networks
GraphComparison compareGraphs(const StudyData& study, const GraphResults& results,
                              const stimuli::Progress& progress, const std::stop_token& stop);

} // namespace mlab::app
