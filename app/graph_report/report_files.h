// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/graph_report/graph_report.h"
#include "core/base/output_folder.h"

#include <filesystem>

namespace mlab::app {

/// Writes `index.html`, which needs no other file, its figures as SVG into `figures/`, and all
/// numbers as CSV, with `data_dictionary.csv`.
/// @param folder that of the results
/// @throws IoError, also for a file that must not be replaced
void writeGraphReport(const GraphReport& report, const std::filesystem::path& folder,
                      Overwrite overwrite);

} // namespace mlab::app
