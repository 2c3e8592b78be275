// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/graph_report/network_runs.h"
#include "app/graph_report/report_parts.h"
#include "core/page/report_table.h"
#include "stimuli/graphs/measures/consistency.h"

#include <vector>

namespace mlab::app {

/// Whether a network and the inputs agree on how alike a graph is to its reference.
struct ConsistencyScores {
    double match = 0;     ///< S_match: mean node cosine of the layer's activations
    double agreement = 0; ///< share of nodes with the predicted class of the reference
    stimuli::InputSimilarity input;
    double consistency = 0;
};

struct MetamerConsistency {
    const ResultMetamer* metamer = nullptr;
    ConsistencyScores scores;
    /// Of the null graphs of the network, layer and change. What a metamer matched in some nodes
    /// alone is compared with the null of these nodes.
    stimuli::NullSummary nullMatch;
    stimuli::NullSummary nullAgreement;
    stimuli::NullSummary nullInput;
    stimuli::NullSummary nullConsistency;
};

/// In the order of the results.
/// @throws mlab::Error; Cancelled when the stop is requested
std::vector<MetamerConsistency> consistenciesOf(const GraphResults& results, const RunNetwork& run,
                                                const GraphReportSettings& settings);

/// consistency.csv: a row for each metamer.
ReportTable consistencyTable(const std::vector<MetamerConsistency>& consistencies,
                             const GraphReportSettings& settings);

/// summary.csv: a row for each network, layer and change, with means over its metamers.
ReportTable summaryTable(const std::vector<MetamerConsistency>& consistencies,
                         const std::vector<MetamerGroup>& groups);

} // namespace mlab::app
