// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/commands.h"
#include "app/program/design_input.h"
#include "app/program/exit_codes.h"
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
};

int plan(const PlanOptions& options)
{
    const auto design =
        std::make_shared<const experiments::Design>(loadDesign(options.design, std::nullopt));
    requireDimensions(*design);
    auto check = readInput([&] { return experiments::readObserver(options.observer, *design); });
    if (!check.observer) {
        throw BadInput(std::move(check.diagnostics));
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
}

} // namespace mlab::app
