// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/synth/graph_study_options.h"

#include "stimuli/store/cache_folder.h"

namespace mlab::app {

void addShard(CLI::App& command, GraphStudyCommand& typed)
{
    command.add_option("--shard", typed.shard, "I/N: the I-th of N parts, from 1")
        ->capture_default_str();
}

void addNetworkCache(CLI::App& command, GraphStudyCommand& typed)
{
    command.add_option("--cache", typed.options.cacheFolder,
                       "Folder of the trained networks and the metamers");
}

GraphStudyOptions studyOptions(const GraphStudyCommand& typed)
{
    auto options = typed.options;
    options.shard = parsedShard(typed.shard);
    if (options.cacheFolder.empty()) {
        options.cacheFolder = stimuli::defaultCacheFolder();
    }
    return options;
}

} // namespace mlab::app
