// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/batch/recognition_batch.h"
#include "app/program/design_input.h"
#include "app/program/end_signals.h"
#include "app/synth/synth_commands.h"
#include "app/synth/synthesis_options.h"
#include "stimuli/store/cache_folder.h"

#include <memory>

namespace mlab::app {
namespace {

struct RecognitionOptions {
    std::filesystem::path design;
    std::filesystem::path references;
    RecognitionBatchOptions batch;
};

int recognition(RecognitionOptions options)
{
    if (options.batch.cacheFolder.empty()) {
        options.batch.cacheFolder = stimuli::defaultCacheFolder();
    }
    const auto design = loadDesign(options.design, std::nullopt, options.references);
    return runStoppable([&](const std::stop_token& stop) {
        return runRecognitionBatch(design, options.batch, stop);
    });
}

} // namespace

void addRecognition(CommandLine& program)
{
    auto options = std::make_shared<RecognitionOptions>();
    auto& command = program.add("recognition",
                                "Make the metamers of a recognition design that are not in the "
                                "cache; exit code 1 if one cannot be made",
                                [options] { return recognition(*options); });
    command.add_option("DESIGN", options->design, "Design file")->required();
    command.add_option("--seed", options->batch.seeds,
                       "Only for the sessions with this seed; may be repeated (default: any)");
    command.add_option("--references", options->references,
                       "Folder that replaces the design's references");
    command.add_option("--cache", options->batch.cacheFolder, "Folder of the stimuli made");
    addCompute(command, options->batch.compute);
}

} // namespace mlab::app
