// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/report/report_input.h"

#include <filesystem>

namespace mlab::app {

/// Writes `report.html`, which needs no other file, every figure as SVG and PNG into `figures/`,
/// and all numbers as CSV, with `data_dictionary.csv`. Existing files are replaced. Needs a
/// QApplication.
/// @param folder created if it does not exist @throws IoError
void writeReport(const StudyReport& report, const std::filesystem::path& folder,
                 const ReportProgress& progress);

} // namespace mlab::app
