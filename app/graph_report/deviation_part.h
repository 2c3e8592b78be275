// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/graph_report/report_parts.h"
#include "core/page/report_table.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace mlab::app {

/// Each measure of null graphs that are changed as metamers are.
struct NullOfMeasures {
    /// As featureMeasures(); empty if features were not to change.
    std::vector<std::optional<stimuli::NullSummary>> features;
    /// As structureMeasures(); empty if the structure was not to change.
    std::vector<std::optional<stimuli::NullSummary>> structure;
};

struct MetamerDeviation {
    const ResultMetamer* metamer = nullptr;
    std::vector<stimuli::DeviationMeasure> features;  ///< empty if they were not to change
    std::vector<stimuli::DeviationMeasure> structure; ///< empty if it was not to change
};

struct Deviations {
    std::map<std::pair<std::string, GraphChange>, NullOfMeasures> nulls; ///< by graph and change
    std::vector<MetamerDeviation> metamers; ///< in the order of the results
};

/// @throws Cancelled when the stop is requested
Deviations deviationsOf(const GraphResults& results, const GraphReportSettings& settings);

/// deviation.csv: a row for each metamer and measure.
ReportTable deviationTable(const Deviations& deviations, const GraphReportSettings& settings);

} // namespace mlab::app
