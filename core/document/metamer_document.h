// SPDX-License-Identifier: GPL-3.0-or-later
//
// The report on whole metamers. Internal to the document.
#pragma once

#include "core/document/report_document.h"
#include "core/document/report_rows.h"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace mlab {

/// The CSV tables. @param designs one for each report
std::vector<ReportTable> metamerTables(std::span<const MetamerReport> reports,
                                       std::span<const ReportedDesign> designs);
/// The sections of the page. @param design the report's index @param prefix of the figures' file
/// names
std::vector<ReportSection> metamerSections(const MetamerReport& report, std::size_t design,
                                           const std::string& name, const std::string& prefix);

/// What these numbers are, once for all designs.
ReportSection metamerMethods();

} // namespace mlab
