// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/graph_report/graph_results.h"
#include "core/page/report_table.h"
#include "stimuli/graphs/measures/graph_deviation.h"
#include "stimuli/worker/engine_info.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mlab::app {

/// What all parts of the report have in common.
struct GraphReportSettings {
    stimuli::NullSettings null; ///< its stop token ends all parts of the report
    std::uint64_t seed = 1;     ///< of null graphs, controls, bootstraps and drawings
    stimuli::Progress progress; ///< called on the thread of the caller only
};

/// @throws Cancelled when the stop is requested
void throwIfStopped(const GraphReportSettings& settings);

/// The metamers over which the page takes means: all seeds of one network and kind.
struct MetamerGroup {
    std::string network;
    std::string graph;
    MetamerKind kind;
    std::vector<const ResultMetamer*> metamers;
};

/// In the order of the metamers. The results must outlive them.
std::vector<MetamerGroup> groupsOf(const GraphResults& results);

/// "layer 1, features, lbfgs"; then the name of its entry and its nodes, if it has these.
std::string titleOf(const MetamerKind& kind);

/// The columns that say which kind of metamer a row is about.
std::vector<ReportColumn> kindColumns();
/// Their fields.
std::vector<std::string> kindFields(const MetamerKind& kind);

/// The columns that say which metamer a row is about.
std::vector<ReportColumn> itemColumns();
/// Their fields.
std::vector<std::string> itemFields(const ResultMetamer& metamer);

/// The mean; absent without values.
std::optional<double> meanOf(const std::vector<double>& values);

/// "rows permuted", "random edges, degrees kept", or both.
std::string nullName(GraphChange change);

/// A graph that is no metamer: its rows of features are permuted, its edges random with the same
/// degrees, or both.
stimuli::Graph nullGraph(const stimuli::Graph& reference, GraphChange change, std::uint64_t seed,
                         std::uint64_t index);

} // namespace mlab::app
