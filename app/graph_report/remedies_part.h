// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/graph_report/consistency_part.h"
#include "core/page/report_table.h"

#include <optional>
#include <string>
#include <vector>

namespace mlab::app {

/// Means over the networks of a graph that have one value of a factor, at one layer.
struct RemedyRow {
    std::string graph;
    int layer = 1;
    std::string factor; ///< "architecture", "activation", "residual", "hidden widths", "training"
    std::string value;
    std::size_t networks = 0;
    std::optional<double> testAccuracy;
    // From dimension.csv; absent without it.
    std::optional<double> aggregation;
    std::optional<double> width;
    std::optional<double> activation;
    std::optional<double> logVolumeChange;
    std::optional<MetamerKind> kind; ///< of the metamers; absent if the layer has none
    std::size_t made = 0;            ///< metamers of this kind
    // Of those that are accepted and converged, whose losses are alike; absent without them.
    std::size_t metamers = 0;
    std::optional<double> loss;
    std::optional<double> input; ///< S_in
    std::optional<double> consistency;
};

/// A row for each value of each factor in which the networks of a graph differ, each layer and each
/// kind of metamers.
std::vector<RemedyRow> remediesOf(const GraphResults& results,
                                  const std::vector<MetamerConsistency>& consistencies);

/// remedies.csv
ReportTable remediesTable(const std::vector<RemedyRow>& rows);

} // namespace mlab::app
