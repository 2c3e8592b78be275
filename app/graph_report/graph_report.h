// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/graph_report/consistency_part.h"
#include "app/graph_report/cross_network_part.h"
#include "app/graph_report/deviation_part.h"
#include "app/graph_report/graph_results.h"
#include "app/graph_report/network_runs.h"
#include "app/graph_report/remedies_part.h"
#include "app/graph_report/report_parts.h"
#include "core/page/report_table.h"

#include <vector>

namespace mlab::app {

/// All numbers of the report on a study of graph networks.
struct GraphReport {
    GraphResults results;
    GraphReportSettings settings;
    Deviations deviations;
    std::vector<MetamerConsistency> consistencies;
    std::vector<CrossNetwork> crosses;
    std::vector<RemedyRow> remedies;

    GraphReport() = default;
    GraphReport(const GraphReport&) = delete; // parts point into the results
    GraphReport& operator=(const GraphReport&) = delete;
};

/// Computes the parts from `results` and `settings`.
/// @throws mlab::Error; Cancelled when the stop is requested
void compute(GraphReport& report, const RunNetwork& run);

/// The tables, each a CSV file. In the order of the page.
std::vector<ReportTable> graphReportTables(const GraphReport& report);

} // namespace mlab::app
