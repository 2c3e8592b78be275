// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/graph_report/network_runs.h"
#include "app/graph_report/report_parts.h"
#include "core/page/report_table.h"

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace mlab::app {

/// A share of nodes with its 95 % interval.
struct BootstrappedShare {
    double share = 0;
    std::optional<std::array<double, 2>> interval;
};

/// How often a network gives the right class, on what it is shown.
struct CrossShares {
    BootstrappedShare metamer;
    BootstrappedShare reference;
    BootstrappedShare control;    ///< a graph as far from the reference, which is no metamer
    BootstrappedShare difference; ///< metamer - control, paired
};

/// One network shown the metamers of another.
struct CrossNetwork {
    MetamerGroup group;  ///< of accepted metamers of the network that they were made for
    std::string shown;   ///< the name of the network that sees them
    CrossShares ofMaker; ///< the class that the maker gives to the reference
    std::optional<CrossShares> ofTrue; ///< the label; absent without labels
    double input = 0;                  ///< mean S_in of the metamers
    double controlInput = 0;           ///< mean S_in of the controls
};

/// Each network shown the accepted metamers of each network of the same graph. Intervals are from
/// bootstrap samples of nodes and of metamers.
/// @throws mlab::Error; Cancelled when the stop is requested
std::vector<CrossNetwork> crossNetworksOf(const GraphResults& results, const RunNetwork& run,
                                          const GraphReportSettings& settings);

/// Whether metamers of this graph have other networks that see them.
bool hasSeveralNetworks(const GraphResults& results, const std::string& graph);

/// cross_network.csv: a row for each group of metamers and network that sees them.
ReportTable crossNetworkTable(const std::vector<CrossNetwork>& crosses);

} // namespace mlab::app
