// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/graph_metamers/graph_metamer_batch.h"
#include "app/program/end_signals.h"
#include "app/synth/synth_commands.h"
#include "stimuli/store/cache_folder.h"

#include <memory>
#include <string>

namespace mlab::app {
namespace {

struct GraphMetamersCommandOptions {
    std::string shard = "1/1";
    GraphMetamerOptions run;
};

int graphMetamers(GraphMetamersCommandOptions options)
{
    options.run.shard = parsedShard(options.shard);
    if (options.run.cacheFolder.empty()) {
        options.run.cacheFolder = stimuli::defaultCacheFolder();
    }
    const auto input = loadGraphStudy(options.run.studyFile);
    return runStoppable(
        [&](const std::stop_token& stop) { return runGraphMetamers(input, options.run, stop); });
}

} // namespace

void addGraphMetamers(CommandLine& program)
{
    auto options = std::make_shared<GraphMetamersCommandOptions>();
    auto& command = program.add("graph-metamers",
                                "Make the missing metamers of a study of graph networks; exit code "
                                "1 if one fails",
                                [options] { return graphMetamers(*options); });
    command.add_option("STUDY", options->run.studyFile, "Study file")->required();
    command.add_option("--shard", options->shard, "I/N: the I-th of N parts, from 1")
        ->capture_default_str();
    command.add_option("--out", options->run.outFolder,
                       "Folder for metamers.csv and copies of the metamers; also that of "
                       "graph-train, for networks trained there");
    command.add_option("--cache", options->run.cacheFolder, "Folder of the metamers made");
}

} // namespace mlab::app
