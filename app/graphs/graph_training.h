// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/batch/batch.h"
#include "app/graphs/study_input.h"
#include "app/graphs/study_networks.h"

#include <filesystem>
#include <stop_token>
#include <vector>

namespace mlab::app {

/// Of the commands that run a study of graph networks.
struct GraphStudyOptions {
    Shard shard;
    std::filesystem::path cacheFolder;
    std::filesystem::path outFolder; ///< empty: networks stay in the cache, without tables
};

/// A network of a study, and whether it is there.
struct StudyNetworkState {
    const experiments::StudyNetwork* network = nullptr;
    std::optional<ReadyNetwork> ready;
};

/// Trains the networks of the study's shard that are not in the cache, then writes the study, its
/// graphs, all networks that are there, also those of other shards, and `networks.csv`. A network
/// that cannot be trained is named on stderr; the others are trained all the same.
/// @returns an exit code: kFailed if a network of the shard is missing
/// @throws Cancelled when `stop` is requested; what was finished is in the cache
int runGraphTraining(const GraphStudyInput& input, const GraphStudyOptions& options,
                     const std::stop_token& stop);

} // namespace mlab::app
