// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/graph_report/graph_report.h"

namespace mlab::app {

void compute(GraphReport& report, const RunNetwork& run)
{
    report.deviations = deviationsOf(report.results, report.settings);
    report.consistencies = consistenciesOf(report.results, run, report.settings);
    report.crosses = crossNetworksOf(report.results, run, report.settings);
    report.remedies = remediesOf(report.results, report.consistencies);
}

std::vector<ReportTable> graphReportTables(const GraphReport& report)
{
    return {summaryTable(report.consistencies, groupsOf(report.results)),
            consistencyTable(report.consistencies, report.settings),
            deviationTable(report.deviations, report.settings), crossNetworkTable(report.crosses),
            remediesTable(report.remedies)};
}

} // namespace mlab::app
