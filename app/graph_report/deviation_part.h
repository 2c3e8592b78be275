// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/graph_report/report_parts.h"
#include "core/page/report_table.h"

#include <map>
#include <string>
#include <vector>

namespace mlab::app {

/// Each measure beside its null.
struct NullOfMeasures {
    std::vector<std::optional<stimuli::NullSummary>> features;  ///< as featureMeasures()
    std::vector<std::optional<stimuli::NullSummary>> structure; ///< as structureMeasures()
};

struct MetamerDeviation {
    const ResultMetamer* metamer = nullptr;
    std::vector<stimuli::DeviationMeasure> features;  ///< empty if they were not to change
    std::vector<stimuli::DeviationMeasure> structure; ///< empty if it was not to change
};

struct Deviations {
    std::map<std::string, NullOfMeasures> nulls; ///< by graph
    std::vector<MetamerDeviation> metamers;      ///< in the order of the results
};

/// @throws Cancelled when the stop is requested
Deviations deviationsOf(const GraphResults& results, const GraphReportSettings& settings);

/// deviation.csv: a row for each metamer and measure.
ReportTable deviationTable(const Deviations& deviations, const GraphReportSettings& settings);

} // namespace mlab::app
