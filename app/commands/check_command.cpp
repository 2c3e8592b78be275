// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/commands.h"
#include "app/commands/engine_options.h"
#include "app/program/design_input.h"
#include "app/program/exit_codes.h"
#include "app/program/progress_bar.h"
#include "app/session/design_reach.h"
#include "core/base/error.h"
#include "experiments/design/design_summary.h"
#include "stimuli/engine/engine_module.h"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <iostream>
#include <memory>

namespace mlab::app {
namespace {

struct CheckOptions {
    std::string design;
    std::string screen = "1920x1080@60";
    std::string references;
    bool quick = false;
    std::filesystem::path cache;
    stimuli::ComputeOptions compute;
};

// "1920x1080@60"
experiments::ScreenGeometry parsedScreen(const std::string& text)
{
    int width = 0;
    int height = 0;
    double refresh = 0;
    char rest = 0;
    const int read =
        std::sscanf(text.c_str(), "%dx%d@%lf%c", &width, &height, &refresh, &rest); // NOLINT
    if (read != 3 || width <= 0 || height <= 0 || !(refresh > 0)) {
        throw InvalidArgument("--screen " + text + " is not of the form 1920x1080@60");
    }
    experiments::ScreenGeometry screen;
    screen.widthPx = screen.drawableWidthPx = width;
    screen.heightPx = screen.drawableHeightPx = height;
    screen.refreshHz = refresh;
    return screen;
}

/// Loads the model, the references and whatever else a session would load, and says what they can
/// show.
void checkStimuli(const experiments::Design& design, const CheckOptions& options)
{
    const auto cache = cacheFolderOr(options.cache);
    ProgressBar bar;
    const auto progress = [&](const std::string& what, double share) { bar.show(what, share); };
    if (design.recognition) {
        stimuli::engine().recognition({.spec = design.synthesis,
                                       .metamers = design.recognition->metamers,
                                       .cacheFolder = cache,
                                       .compute = options.compute},
                                      progress, {});
        bar.clear();
        return;
    }
    const auto reach = measuredReach(design, cache, options.compute, progress);
    bar.clear();
    std::cout << "\n" << experiments::describe(design, reach.moves, reach.references);
    requireMeasurable(design, reach.highestLevels);
}

int check(const CheckOptions& options)
{
    const auto screen = parsedScreen(options.screen);
    const auto design = loadDesign(options.design, screen, options.references);
    std::cout << experiments::describe(design, screen) << std::flush;
    if (options.quick) {
        std::cout
            << "Not checked (--quick): whether the model can be loaded and how far references "
               "can be moved.\n";
    } else {
        checkStimuli(design, options);
    }
    return kDone;
}

} // namespace

void addCheck(CommandLine& program)
{
    auto options = std::make_shared<CheckOptions>();
    auto& command = program.add("check", "Check a design file and describe what a session does",
                                [options] { return check(*options); });
    command.add_option("DESIGN", options->design, "Design file")->required();
    command.add_option("--screen", options->screen, "Screen on which the design will run")
        ->capture_default_str();
    command.add_option("--references", options->references,
                       "Folder of references that replaces the design's");
    command.add_flag("--quick", options->quick,
                     "Check the file alone: do not load the model, and do not measure how far "
                     "references can be moved");
    addEngineOptions(command, options->cache, options->compute, "all cores");
}

} // namespace mlab::app
