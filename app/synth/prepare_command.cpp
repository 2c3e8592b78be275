// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/batch/design_batch.h"
#include "app/batch/distortion_batch.h"
#include "app/program/design_input.h"
#include "app/program/end_signals.h"
#include "app/synth/synth_commands.h"
#include "app/synth/synthesis_options.h"
#include "core/base/error.h"
#include "stimuli/store/cache_folder.h"

#include <memory>
#include <string>

namespace mlab::app {
namespace {

struct PrepareOptions {
    std::filesystem::path design;
    std::string shard = "1/1";
    std::filesystem::path references;
    DesignBatchOptions batch;
};

int prepare(PrepareOptions options)
{
    options.batch.shard = parsedShard(options.shard);
    if (options.batch.cacheFolder.empty()) {
        options.batch.cacheFolder = stimuli::defaultCacheFolder();
    }
    const auto design = loadDesign(options.design, std::nullopt, options.references);
    return runStoppable([&](const std::stop_token& stop) {
        if (design.distortions.empty()) {
            return runDesignBatch(design, options.batch, stop);
        }
        if (!options.batch.seeds.empty()) {
            throw InvalidArgument("sessions of every seed may need all distortions of a design; "
                                  "leave out --seed");
        }
        return runBatch(distortionStudyOf(design),
                        {.shard = options.batch.shard,
                         .cacheFolder = options.batch.cacheFolder,
                         .outFolder = {},
                         .compute = options.batch.compute},
                        stop);
    });
}

} // namespace

void addPrepare(CommandLine& program)
{
    auto options = std::make_shared<PrepareOptions>();
    auto& command = program.add("prepare",
                                "Make the metamers of a design of recognition or of whole "
                                "metamers, or the distortions of a design, that are not in the "
                                "cache; exit code 1 if one cannot be made",
                                [options] { return prepare(*options); });
    command.alias("recognition"); // its name when there were no others
    command.add_option("DESIGN", options->design, "Design file")->required();
    command.add_option("--shard", options->shard, "I/N: the I-th of N parts, from 1")
        ->capture_default_str();
    command.add_option("--seed", options->batch.seeds,
                       "Only for the sessions with this seed; may be repeated (default: any)");
    command.add_option("--references", options->references,
                       "Folder that replaces the design's references");
    command.add_option("--cache", options->batch.cacheFolder, "Folder of the stimuli made");
    addCompute(command, options->batch.compute);
}

} // namespace mlab::app
