// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/report/report_input.h"

#include <filesystem>

namespace mlab::app {

/// Writes `report.html`, which needs no other file, every figure as SVG and PNG into `figures/`,
/// and every number as CSV, with `data_dictionary.csv`. Files that are there are replaced. Needs a
/// QApplication.
/// @param folder made if there is none @throws IoError
void writeReport(const StudyReport& report, const std::filesystem::path& folder,
                 const ReportProgress& progress);

} // namespace mlab::app
