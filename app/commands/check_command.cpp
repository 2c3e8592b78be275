// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/commands.h"
#include "app/commands/engine_options.h"
#include "app/commands/json_output.h"
#include "app/program/design_input.h"
#include "app/program/exit_codes.h"
#include "app/program/progress_bar.h"
#include "app/session/design_reach.h"
#include "core/base/error.h"
#include "experiments/design/design_summary.h"
#include "stimuli/engine/engine_module.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <cstdio>
#include <iostream>
#include <memory>
#include <optional>

namespace mlab::app {
namespace {

using Json = nlohmann::ordered_json;

struct CheckOptions {
    std::string design;
    std::string screen = "1920x1080@60";
    std::string references;
    bool quick = false;
    std::filesystem::path cache;
    stimuli::ComputeOptions compute;
    bool json = false;
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

/// Loads the model, the references and whatever else a session would load.
/// @returns what they can show; nothing for recognition and whole metamers, which move no
///          references
std::optional<DesignReach> checkStimuli(const experiments::Design& design,
                                        const CheckOptions& options)
{
    const auto cache = cacheFolderOr(options.cache);
    ProgressBar bar;
    const auto progress = [&](const std::string& what, double share) { bar.show(what, share); };
    if (!design.recognition && !design.wholeMetamers) {
        return measuredReach(design, cache, options.compute, progress);
    }
    stimuli::engine().recognition({.spec = design.synthesis,
                                   .metamers = experiments::synthesisOf(design),
                                   .cacheFolder = cache,
                                   .compute = options.compute},
                                  progress, {});
    return std::nullopt;
}

Json toJson(const Diagnostic& problem)
{
    return {{"file", problem.file},       {"line", problem.line},
            {"column", problem.column},   {"pointer", problem.pointer},
            {"message", problem.message}, {"suggestion", problem.suggestion}};
}

Json distortionName(const Dimension& dimension)
{
    return dimension.distortion ? Json(nameIn(kDistortionKinds, *dimension.distortion)) : Json();
}

Json rewiringName(const Dimension& dimension)
{
    return dimension.rewiring ? Json(nameIn(kRewiringKinds, *dimension.rewiring)) : Json();
}

Json toJson(const experiments::MeasuredDimension& measured)
{
    const auto& [dimension, procedure] = measured;
    const auto [low, high] = levelRange(procedure);
    return {{"id", dimension.id()},
            {"layer", dimension.layer},
            {"component", dimension.component},
            {"direction", toString(dimension.direction)},
            {"eccentricity_deg", dimension.eccentricityDeg},
            {"metamers", dimension.metamers ? Json(dimension.metamers->id()) : Json()},
            {"distortion", distortionName(dimension)},
            {"rewiring", rewiringName(dimension)},
            {"procedure", procedureName(procedure)},
            {"lowest_level", low},
            {"highest_level", high}};
}

Json toJson(const experiments::TrialPart& part)
{
    return {{"part", part.name},
            {"ms", part.ms},
            {"frames", part.frames ? Json(*part.frames) : Json()},
            {"shown_ms", part.shownMs}};
}

Json toJson(const experiments::Design& design, const experiments::ScreenGeometry& screen)
{
    const auto length = experiments::expectedLength(design);
    Json json = {{"design", design.name},
                 {"design_sha256", design.sha256},
                 {"modality", toString(design.modality)},
                 {"task", toString(design.task)},
                 {"trials", length.trials},
                 {"practice_trials", design.practice.trials},
                 {"minutes", length.minutes},
                 {"breaks", length.breaks},
                 {"dimensions", Json::array()},
                 {"conditions", Json::array()},
                 {"categories", Json::array()},
                 {"durations", Json::array()}};
    for (const auto& measured : design.dimensions) {
        json["dimensions"].push_back(toJson(measured));
    }
    if (design.recognition) {
        json["conditions"] = experiments::conditionsOf(*design.recognition);
        for (const auto& category : design.recognition->categories) {
            json["categories"].push_back(category.name);
        }
    }
    for (const auto& part : experiments::trialParts(design, screen.refreshHz)) {
        json["durations"].push_back(toJson(part));
    }
    return json;
}

Json toJson(const experiments::Reach& move)
{
    return {{"layer", move.moved.layer},
            {"component", move.moved.component},
            {"distortion", distortionName(move.moved)},
            {"rewiring", rewiringName(move.moved)},
            {"direction", toString(move.moved.direction)},
            {"asked", move.asked},
            {"measured", move.measured()},
            {"reached", move.levels}};
}

int checkAsJson(const CheckOptions& options, const experiments::ScreenGeometry& screen)
{
    Json json = {{"file", options.design}, {"valid", true}, {"problems", Json::array()}};
    int code = kDone;
    const auto addProblem = [&](const Json& problem, int itsCode) {
        json["valid"] = false;
        json["problems"].push_back(problem);
        code = itsCode;
    };
    const auto inDesign = [&](const std::string& message) {
        return Json{{"file", options.design}, {"message", message}};
    };
    try {
        const auto design = loadDesign(options.design, screen, options.references);
        json.update(toJson(design, screen));
        json["remarks"] = design.remarks;
        const auto reach = options.quick ? std::nullopt : checkStimuli(design, options);
        json["reach"] = Json(); // not measured
        if (reach) {
            for (const auto& move : reach->moves) {
                json["reach"].push_back(toJson(move));
            }
            for (std::size_t d = 0; d < reach->highestLevels.size(); ++d) {
                json["dimensions"][d]["highest_level_shown"] = reach->highestLevels[d];
            }
            for (const auto& sentence : experiments::unmeasurable(design, reach->highestLevels)) {
                addProblem(inDesign(sentence), kBadInput);
            }
        }
    } catch (const BadInput& bad) {
        for (const auto& problem : bad.diagnostics()) {
            addProblem(toJson(problem), kBadInput);
        }
    } catch (const InvalidArgument& bad) {
        addProblem(inDesign(bad.what()), kBadInput);
    } catch (const InternalError&) {
        throw;
    } catch (const Error& problem) { // a model that cannot be loaded, for example
        addProblem(inDesign(problem.what()), kFailed);
    }
    writeJson(std::cout, json);
    return code;
}

int check(const CheckOptions& options)
{
    const auto screen = parsedScreen(options.screen);
    if (options.json) {
        return checkAsJson(options, screen);
    }
    const auto design = loadDesign(options.design, screen, options.references);
    std::cout << experiments::describe(design, screen) << std::flush;
    if (options.quick) {
        std::cout
            << "Not checked (--quick): whether the model can be loaded and how far references "
               "can be moved.\n";
    } else if (const auto reach = checkStimuli(design, options)) {
        std::cout << "\n" << experiments::describe(design, reach->moves, reach->references);
        requireMeasurable(design, reach->highestLevels);
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
    addJsonFlag(command, options->json);
}

} // namespace mlab::app
