// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/commands.h"
#include "app/commands/engine_options.h"
#include "app/commands/json_output.h"
#include "app/program/design_input.h"
#include "app/program/exit_codes.h"
#include "app/program/progress_bar.h"
#include "app/session/design_reach.h"
#include "core/base/parallel.h"
#include "experiments/observers/observer.h"
#include "experiments/session/plan.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <iostream>
#include <memory>
#include <optional>
#include <utility>

namespace mlab::app {
namespace {

using Json = nlohmann::ordered_json;

struct PlanOptions {
    std::string design;
    std::string observer;
    int sessions = 200;
    bool quick = false;
    std::filesystem::path cache;
    stimuli::ComputeOptions compute;
    bool json = false;
};

Json toJson(const std::optional<double>& value)
{
    return value ? Json(*value) : Json();
}

Json toJson(const experiments::PlanMoment& moment, std::size_t procedure)
{
    const auto& precision = moment.precision[procedure];
    const bool any = precision.estimated > 0;
    return {{"trials_per_dimension", moment.trialsPerDimension},
            {"minutes", moment.minutes},
            {"estimated", precision.estimated},
            {"rmse_db", any ? Json(precision.rmseDb) : Json()},
            {"bias_db", any ? Json(precision.biasDb) : Json()},
            {"interval_width_db", toJson(precision.widthDb)},
            {"interval_coverage", toJson(precision.coverage)}};
}

/// The last moment of each procedure is the end of the sessions.
Json toJson(const experiments::SessionPlan& plan, const experiments::Design& design, int sessions)
{
    Json json = {{"design", design.name},
                 {"task", toString(design.task)},
                 {"dimensions", design.dimensions.size()},
                 {"sessions", sessions},
                 {"trials", plan.trials},
                 {"minutes", plan.minutes},
                 {"minutes_percentiles_5_95", {plan.minutesLow, plan.minutesHigh}},
                 {"procedures", Json::array()}};
    for (std::size_t p = 0; p < plan.procedures.size(); ++p) {
        Json moments = Json::array();
        for (const auto& moment : plan.moments) {
            moments.push_back(toJson(moment, p));
        }
        json["procedures"].push_back({{"procedure", plan.procedures[p]},
                                      {"dimensions", plan.dimensions[p]},
                                      {"moments", std::move(moments)}});
    }
    return json;
}

int plan(const PlanOptions& options)
{
    const auto design =
        std::make_shared<experiments::Design>(loadDesign(options.design, std::nullopt));
    requireDimensions(*design);
    auto check = readInput([&] { return experiments::readObserver(options.observer, *design); });
    if (!check.observer) {
        throw BadInput(std::move(check.diagnostics));
    }
    const bool moves = !design->wholeMetamers;
    if (moves && options.quick && !options.json) {
        std::cout << "Not measured (--quick): how far references can be moved. Levels that they "
                     "cannot show count as shown.\n";
    }
    if (moves && !options.quick) {
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
    if (options.json) {
        auto json = toJson(planned, *design, options.sessions);
        json["reach_measured"] = moves && !options.quick;
        writeJson(std::cout, json);
    } else {
        std::cout << experiments::describe(planned, *design, options.sessions);
    }
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
    addJsonFlag(command, options->json);
}

} // namespace mlab::app
