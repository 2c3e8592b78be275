// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/report/report_input.h"
#include "core/base/output_folder.h"

#include <filesystem>
#include <span>
#include <string>

namespace mlab::app {

/// Writes `report.html`, which needs no other file, every figure as SVG and PNG into `figures/`,
/// and all numbers as CSV, with `data_dictionary.csv`. Needs a QApplication.
/// @param folder created if it does not exist
/// @param participants as for selectParticipants()
/// @throws IoError, also for a file that must not be replaced
/// @throws InvalidArgument for an unknown participant
void writeReport(const StudyReport& report, const std::filesystem::path& folder,
                 const ReportProgress& progress, Overwrite overwrite = Overwrite::own,
                 std::span<const std::string> participants = {});

} // namespace mlab::app
