// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/batch/batch.h"
#include "app/batch/study.h"
#include "app/program/end_signals.h"
#include "app/synth/synth_commands.h"
#include "app/synth/synthesis_options.h"
#include "stimuli/store/cache_folder.h"

#include <memory>

namespace mlab::app {
namespace {

struct BatchCommandOptions {
    std::filesystem::path study;
    std::string shard = "1/1";
    BatchOptions batch;
};

int batch(BatchCommandOptions options)
{
    options.batch.shard = parsedShard(options.shard);
    if (options.batch.cacheFolder.empty()) {
        options.batch.cacheFolder = stimuli::defaultCacheFolder();
    }
    const auto study = loadStudy(options.study);
    return runStoppable(
        [&](const std::stop_token& stop) { return runBatch(study, options.batch, stop); });
}

} // namespace

void addBatch(CommandLine& program)
{
    auto options = std::make_shared<BatchCommandOptions>();
    auto& command = program.add("batch",
                                "Make the missing metamers, probes or distortions of a study; exit "
                                "code 1 if an item fails",
                                [options] { return batch(*options); });
    command.alias("distortions"); // what studies of distortions are looked for under
    command.add_option("STUDY", options->study, "Study file")->required();
    command.add_option("--shard", options->shard, "I/N: the I-th of N parts, from 1")
        ->capture_default_str();
    command.add_option("--out", options->batch.outFolder,
                       "Folder for summary.csv, index.html and copies of the stimuli");
    command.add_option("--cache", options->batch.cacheFolder, "Folder of the stimuli made");
    addCompute(command, options->batch.compute);
}

} // namespace mlab::app
