// SPDX-License-Identifier: GPL-3.0-or-later
#include "experiments/design_reader.h"

#include "core/files.h"
#include "core/sha256.h"
#include "experiments/design_check.h"
#include "experiments/design_schema.h"
#include "experiments/json_node.h"
#include "experiments/located_json.h"
#include "experiments/synthesis_reader.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <iterator>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace mlab::experiments {

using Json = nlohmann::json;

namespace {

std::optional<int> optionalNumber(const JsonNode& node, const std::string& key)
{
    const auto member = node.find(key);
    return member ? std::optional(member->as<int>()) : std::nullopt;
}

/// `spec` with what the member "procedure" of `node` changes in it.
StaircaseSpec readProcedure(const JsonNode& node, StaircaseSpec spec)
{
    const auto procedure = node.find("procedure");
    if (!procedure) {
        return spec;
    }
    procedure->read("n_down", spec.nDown);
    procedure->read("n_up", spec.nUp);
    procedure->read("start_level", spec.startLevel);
    procedure->read("min_level", spec.minLevel);
    procedure->read("max_level", spec.maxLevel);
    procedure->read("threshold_reversals", spec.thresholdReversals);
    // What a step size means depends on the scale, so the two change together.
    if (const auto step = procedure->find("step")) {
        const auto scale = step->find("scale");
        const auto sizes = step->items("sizes");
        if (scale && !sizes.empty()) {
            spec.scale = scale->as<std::string>() == "linear" ? StaircaseSpec::Scale::linear
                                                              : StaircaseSpec::Scale::logarithmic;
            spec.steps.clear();
            for (const auto& size : sizes) {
                spec.steps.push_back(size.as<double>());
            }
        }
    }
    // A rule that is not named does not hold: {"trials": 40} means 40 trials and nothing else.
    if (const auto stop = procedure->find("stop")) {
        spec.stopReversals = optionalNumber(*stop, "reversals");
        spec.stopTrials = optionalNumber(*stop, "trials");
        const auto when = stop->find("when");
        spec.stopWhen = when && when->as<std::string>() == "all" ? StaircaseSpec::StopWhen::all
                                                                 : StaircaseSpec::StopWhen::any;
    }
    return spec;
}

void readDimensions(const JsonNode& root, std::vector<MeasuredDimension>& out,
                    std::vector<DimensionOrigin>& origins)
{
    const StaircaseSpec common = readProcedure(root, {});
    for (const auto& entry : root.items("dimensions")) {
        const auto layer = entry.find("layer");
        if (!layer) {
            continue;
        }
        std::vector<Direction> directions;
        for (const auto& direction : entry.items("directions")) {
            directions.push_back(direction.as<std::string>() == "plus" ? Direction::plus
                                                                       : Direction::minus);
        }
        if (!entry.find("directions")) {
            directions = {Direction::plus, Direction::minus};
        }
        const StaircaseSpec staircase = readProcedure(entry, common);
        for (const auto& component : entry.items("components")) {
            for (const auto direction : directions) {
                for (const auto& eccentricity : entry.items("eccentricities_deg")) {
                    out.push_back({.dimension = {.layer = layer->as<std::string>(),
                                                 .component = component.as<int>(),
                                                 .direction = direction,
                                                 .eccentricityDeg = eccentricity.as<double>()},
                                   .staircase = staircase});
                    origins.push_back({.entry = entry.pointer(),
                                       .component = component.pointer(),
                                       .eccentricity = eccentricity.pointer()});
                }
            }
        }
    }
}

void readStation(const JsonNode& root, Design& out)
{
    if (const auto timing = root.find("timing")) {
        timing->read("fixation_ms", out.timing.fixationMs);
        timing->read("interval_ms", out.timing.intervalMs);
        timing->read("gap_ms", out.timing.gapMs);
        timing->read("before_answer_ms", out.timing.beforeAnswerMs);
        timing->read("feedback_ms", out.timing.feedbackMs);
    }
    if (const auto display = root.find("display")) {
        display->read("viewing_distance_cm", out.display.viewingDistanceCm);
        display->read("screen_width_cm", out.display.screenWidthCm);
        display->read("image_size_deg", out.display.imageSizeDeg);
        display->read("background_luminance", out.display.backgroundLuminance);
        display->read("gamma", out.display.gamma);
        if (const auto side = display->find("side")) {
            out.display.imagesLeft = side->as<std::string>() == "left";
        }
    }
}

void readCourse(const JsonNode& root, Design& out)
{
    root.read("references_per_trial", out.referencesPerTrial);
    if (const auto practice = root.find("practice")) {
        practice->read("trials", out.practice.trials);
        practice->read("level", out.practice.level);
        practice->read("feedback", out.practice.feedback);
    }
    root.read("feedback", out.feedback);
    if (const auto breaks = root.find("breaks")) {
        breaks->read("every_trials", out.breakEveryTrials);
    }
}

} // namespace

DesignCheck readDesign(const std::filesystem::path& file, const CheckContext& context)
{
    return checkDesign(readFile(file), file, context);
}

DesignCheck checkDesign(std::string text, const std::filesystem::path& file,
                        const CheckContext& context)
{
    DesignCheck check;
    const auto document = LocatedJson::parse(text, file.string(), check.diagnostics);
    if (!document) {
        return check;
    }
    auto verdict = checkAgainstSchema(*document);
    std::ranges::move(verdict.diagnostics, std::back_inserter(check.diagnostics));

    Design design;
    if (document->root().is_object()) {
        const JsonNode root(document->root(), "", verdict.unusable);
        std::vector<DimensionOrigin> origins;
        root.read("name", design.name);
        root.read("modality", design.modality);
        root.read("task", design.task);
        readSynthesis(root, file, design.synthesis);
        readDimensions(root, design.dimensions, origins);
        readStation(root, design);
        readCourse(root, design);
        std::ranges::move(checkMeaning(design, origins, *document, verdict.unusable, context),
                          std::back_inserter(check.diagnostics));
    }

    std::ranges::stable_sort(check.diagnostics, {}, [](const Diagnostic& diagnostic) {
        return std::pair(diagnostic.line, diagnostic.column);
    });
    if (check.diagnostics.empty()) {
        design.path = file;
        design.sha256 = sha256Hex(text);
        design.text = std::move(text);
        check.design = std::move(design);
    }
    return check;
}

} // namespace mlab::experiments
