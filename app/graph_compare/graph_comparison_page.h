// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/graph_compare/graph_comparison.h"
#include "core/base/output_folder.h"

#include <filesystem>

namespace mlab::app {

/// Writes `index.html`, which needs no other file, its figures as SVG, and all numbers in
/// `people.csv` and `networks.csv`, with `data_dictionary.csv`.
/// @param folder created if it does not exist
/// @throws IoError, also for a file that must not be replaced
void writeGraphComparison(const GraphComparison& comparison, const std::filesystem::path& folder,
                          Overwrite overwrite);

} // namespace mlab::app
