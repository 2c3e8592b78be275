// SPDX-License-Identifier: GPL-3.0-or-later
//
// Networks that recognise beside people. Internal to the document.
#pragma once

#include "core/document/report_document.h"
#include "core/document/report_rows.h"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace mlab {

/// The CSV tables. @param designs one for each comparison
std::vector<ReportTable> classifierTables(std::span<const ClassifierComparison> comparisons,
                                          std::span<const ReportedDesign> designs);

/// The sections of the page. @param index of the comparison in its study @param prefix of the names
/// of its figures
std::vector<ReportSection> classifierSections(const ClassifierComparison& comparison,
                                              std::size_t index, const std::string& name,
                                              const std::string& prefix);

/// What the numbers of all comparisons mean.
ReportSection classifierMethods();

} // namespace mlab
