// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/document/report_document.h"
#include "core/network_report/network_report.h"

#include <span>
#include <string>
#include <vector>

namespace mlab {

/// One design of a comparison of networks with people.
struct DesignComparison {
    ThresholdReport people;
    NetworkData networks; ///< participants with trials, in the report's order
    NetworkReport report;
    int trialsLeftOut = 0; ///< whose stimuli could not be found or made again
    std::vector<std::string> problems; ///< what could not be compared, and why
};

/// All numbers of a comparison, for other programs: one table for each file.
std::vector<ReportTable> networkTables(std::span<const DesignComparison> designs);

/// The comparison as people read it.
std::vector<ReportSection> networkDocument(std::span<const DesignComparison> designs);

} // namespace mlab
