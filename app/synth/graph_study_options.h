// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/graphs/graph_training.h"

#include <CLI/CLI.hpp>

#include <string>

namespace mlab::app {

/// Of commands that run a study of graph networks, as they are typed.
struct GraphStudyCommand {
    std::filesystem::path study;
    std::string shard = "1/1";
    GraphStudyOptions options;
};

/// --shard.
void addShard(CLI::App& command, GraphStudyCommand& typed);
/// --cache.
void addNetworkCache(CLI::App& command, GraphStudyCommand& typed);
/// What was typed, with the default folder of the cache. @throws InvalidArgument for a wrong shard
GraphStudyOptions studyOptions(const GraphStudyCommand& typed);

} // namespace mlab::app
