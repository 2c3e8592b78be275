// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/batch/batch.h"
#include "app/graph_metamers/graph_study_input.h"

#include <filesystem>
#include <stop_token>

namespace mlab::app {

struct GraphMetamerOptions {
    Shard shard; ///< of the metamers, in the study's order
    std::filesystem::path studyFile;
    std::filesystem::path cacheFolder;
    /// For study.json, graphs/, metamers/ and metamers.csv, with the metamers of all shards that
    /// are in the cache; trained networks are read from its networks/.
    std::filesystem::path outFolder;
};

/// Makes the metamers of a study's shard that are not in the cache yet. What is made does not
/// depend on how it is sharded or how often it was killed.
/// @return an exit code: 1 when a metamer could not be made, does not exist or is not accepted;
/// each
///         is named on stderr
/// @throws Cancelled when `stop` is requested; what is finished is in the cache
int runGraphMetamers(const GraphStudyInput& input, const GraphMetamerOptions& options,
                     const std::stop_token& stop);

} // namespace mlab::app
