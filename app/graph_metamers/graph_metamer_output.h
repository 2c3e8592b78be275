// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/graphs/study_input.h"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <vector>

namespace mlab::app {

/// A metamer in the cache.
struct WrittenMetamer {
    const experiments::StudyMetamer* metamer = nullptr;
    nlohmann::ordered_json record;
    std::filesystem::path files; ///< its folder
};

/// Writes `metamers/ITEM/` with the files of each metamer that exists and its record, and
/// `metamers.csv` with a row for each.
/// @throws IoError
void writeGraphMetamers(const GraphStudyInput& input, const std::filesystem::path& folder,
                        const std::vector<WrittenMetamer>& metamers);

} // namespace mlab::app
