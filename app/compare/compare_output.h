// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/output_folder.h"
#include "core/document/network_document.h"

#include <filesystem>
#include <span>

namespace mlab::app {

/// Writes all numbers of a comparison as CSV, with `data_dictionary.csv`.
/// @param folder created if it does not exist
/// @throws IoError, also for a file that must not be replaced
void writeComparison(std::span<const DesignComparison> designs, const std::filesystem::path& folder,
                     Overwrite overwrite);

} // namespace mlab::app
