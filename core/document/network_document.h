// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/document/report_document.h"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace mlab {

/// All numbers of a comparison, for other programs: one table for each file.
std::vector<ReportTable> networkTables(std::span<const DesignComparison> designs);

/// @param index  of the comparison in its study
/// @param prefix  of the names of its figures
std::vector<ReportSection> networkSections(const DesignComparison& comparison, std::size_t index,
                                           const std::string& name, const std::string& prefix);

/// What the numbers of all comparisons mean.
ReportSection networkMethods();

} // namespace mlab
