// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/graph_report/graph_results.h"
#include "stimuli/graphs/measures/graph_deviation.h"
#include "stimuli/worker/engine_info.h"

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace mlab::app {

/// What all parts of the report have in common.
struct GraphReportSettings {
    stimuli::NullSettings null; ///< its seed is also that of controls and bootstraps
    stimuli::Progress progress; ///< may be called on the thread of the caller only
    std::stop_token stop = {};
};

/// The groups of metamers over which the page takes means: all seeds of one network, layer and
/// change.
struct MetamerGroup {
    std::string network;
    std::string graph;
    int layer = 1;
    GraphChange change = GraphChange::features;
    std::vector<const ResultMetamer*> metamers;

    /// "gcn, layer 1, features"
    std::string title() const;
};

/// In the order of the metamers. The results must outlive them.
std::vector<MetamerGroup> groupsOf(const GraphResults& results);

/// The mean; absent without values.
std::optional<double> meanOf(const std::vector<double>& values);

/// "rows permuted", "edges at random, degrees kept", or both.
std::string nullName(GraphChange change);

/// A graph that is no metamer: its rows of features are permuted, its edges random with the same
/// degrees, or both.
stimuli::Graph nullGraph(const stimuli::Graph& reference, GraphChange change, std::uint64_t seed,
                         std::uint64_t index);

} // namespace mlab::app
