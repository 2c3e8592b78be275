// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/commands.h"
#include "app/commands/engine_options.h"
#include "app/program/design_input.h"
#include "app/program/exit_codes.h"
#include "app/program/progress_bar.h"
#include "app/session/design_reach.h"
#include "core/base/parallel.h"
#include "experiments/observers/observer.h"
#include "experiments/session/plan.h"

#include <CLI/CLI.hpp>

#include <iostream>
#include <memory>

namespace mlab::app {
namespace {

struct PlanOptions {
    std::string design;
    std::string observer;
    int sessions = 200;
    bool quick = false;
    std::filesystem::path cache;
    stimuli::ComputeOptions compute;
};

int plan(const PlanOptions& options)
{
    const auto design =
        std::make_shared<experiments::Design>(loadDesign(options.design, std::nullopt));
    requireDimensions(*design);
    auto check = readInput([&] { return experiments::readObserver(options.observer, *design); });
    if (!check.observer) {
        throw BadInput(std::move(check.diagnostics));
    }
    if (options.quick) {
        std::cout << "Not measured (--quick): how far references can be moved. Levels that they "
                     "cannot show count as shown.\n";
    } else {
        ProgressBar bar;
        const auto reach =
            measuredReach(*design, cacheFolderOr(options.cache), options.compute,
                          [&](const std::string& what, double share) { bar.show(what, share); });
        bar.clear();
        requireMeasurable(*design, reach.highestLevels);
        design->highestLevels = reach.highestLevels;
    }
    const auto planned =
        experiments::planSessions(design, *check.observer, options.sessions, allCores());
    std::cout << experiments::describe(planned, *design, options.sessions);
    return kDone;
}

} // namespace

void addPlan(CommandLine& program)
{
    auto options = std::make_shared<PlanOptions>();
    auto& command = program.add(
        "plan", "Simulate sessions of a design and print the precision to expect, and when",
        [options] { return plan(*options); });
    command.add_option("DESIGN", options->design, "Design file")->required();
    command.add_option("--observer", options->observer, "Simulated participant (JSON)")->required();
    command.add_option("-n,--sessions", options->sessions, "Number of sessions to simulate")
        ->check(CLI::Range(1, 1'000'000))
        ->capture_default_str();
    command.add_flag("--quick", options->quick,
                     "Do not measure first how far references can be moved");
    addEngineOptions(command, options->cache, options->compute, "all cores");
}

} // namespace mlab::app
