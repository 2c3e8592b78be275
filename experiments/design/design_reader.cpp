// SPDX-License-Identifier: GPL-3.0-or-later
#include "experiments/design/design_reader.h"

#include "core/base/files.h"
#include "core/base/sha256.h"
#include "experiments/design/checked_design.h"
#include "experiments/design/design_modality.h"
#include "experiments/design/design_schema.h"
#include "experiments/design/distortion_entry.h"
#include "experiments/design/procedure_reader.h"
#include "experiments/design/semantic_checks.h"
#include "experiments/design/synthesis_reader.h"
#include "experiments/design/whole_metamers_spec.h"
#include "experiments/json/json_node.h"
#include "experiments/json/located_json.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <functional>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mlab::experiments {

using Json = nlohmann::json;

namespace {

struct Eccentricity {
    double deg = 0.0;
    std::string pointer;
};

std::vector<Eccentricity> readEccentricities(const JsonNode& entry, const DesignModality& modality)
{
    if (!modality.onScreen() && !entry.find("eccentricities_deg")) {
        return {{.deg = 0.0, .pointer = entry.pointer()}};
    }
    std::vector<Eccentricity> all;
    for (const auto& item : entry.items("eccentricities_deg")) {
        all.push_back({.deg = item.as<double>(), .pointer = item.pointer()});
    }
    return all;
}

/// What probes are moved along.
struct Moved {
    int component = 0; ///< 0: a distortion or a rewiring
    std::optional<DistortionKind> distortion = std::nullopt;
    std::optional<RewiringKind> rewiring = std::nullopt;
    std::string pointer;
};

std::vector<Moved> readMoved(const JsonNode& entry)
{
    std::vector<Moved> all;
    for (const auto& item : entry.items("components")) {
        all.push_back({.component = item.as<int>(), .pointer = item.pointer()});
    }
    for (const auto& item : entry.items("distortions")) {
        all.push_back({.distortion = valueIn(kDistortionKinds, item.as<std::string>()),
                       .pointer = item.pointer()});
    }
    for (const auto& item : entry.items("rewiring")) {
        all.push_back({.rewiring = valueIn(kRewiringKinds, item.as<std::string>()),
                       .pointer = item.pointer()});
    }
    return all;
}

void readDimensions(const JsonNode& root, const Design& design, std::vector<MeasuredDimension>& out,
                    std::vector<DimensionOrigin>& origins)
{
    const auto settingsIn = [](const JsonNode& node, ProcedureSettings settings) {
        if (const auto procedure = node.find("procedure")) {
            readProcedure(*procedure, settings);
        }
        return settings;
    };
    ProcedureSettings beforehand;
    beforehand.task = design.task;
    if (design.graphs) {
        beforehand.startLevel = kUsualSwaps;
        beforehand.minLevel = kLeastSwaps;
        beforehand.maxLevel = kMostSwaps;
    }
    const ProcedureSettings common = settingsIn(root, beforehand);
    for (const auto& entry : root.items("dimensions")) {
        const auto rewired = entry.find("rewiring");
        const auto layer = entry.find(rewired ? "graph" : "layer");
        if (!layer) {
            continue;
        }
        const auto directions = rewired ? std::vector{Direction::plus} : readDirections(entry);
        const auto eccentricities = readEccentricities(entry, modalityOf(design));
        const ProcedureSettings settings = settingsIn(entry, common);
        for (const auto& moved : readMoved(entry)) {
            for (const auto direction : directions) {
                for (const auto& eccentricity : eccentricities) {
                    if (out.size() > kMostDimensions) {
                        return; // checkDimensions() refuses them
                    }
                    out.push_back({.dimension = {.layer = layer->as<std::string>(),
                                                 .component = moved.component,
                                                 .direction = direction,
                                                 .eccentricityDeg = eccentricity.deg,
                                                 .distortion = moved.distortion,
                                                 .rewiring = moved.rewiring},
                                   .procedure = {}});
                    origins.push_back({.entry = entry.pointer(),
                                       .procedure = settings,
                                       .component = moved.pointer,
                                       .eccentricity = eccentricity.pointer});
                }
            }
        }
    }
}

void readRecognition(const JsonNode& root, const std::filesystem::path& file, Design& out)
{
    const auto node = root.find("recognition");
    if (out.task != Task::recognition || !node) {
        return;
    }
    RecognitionSpec spec;
    for (const auto& item : node->items("categories")) {
        Category category;
        item.read("name", category.name);
        category.label = category.name;
        item.read("label", category.label);
        for (const auto& pattern : item.items("references")) {
            category.references.push_back(pattern.as<std::string>());
        }
        spec.categories.push_back(std::move(category));
        std::string icon;
        item.read("icon", icon);
        spec.icons.push_back(icon.empty() || icon == kExampleIcon
                                 ? std::filesystem::path(icon)
                                 : (file.parent_path() / icon).lexically_normal());
    }
    for (const auto& layer : node->items("layers")) {
        spec.layers.push_back(layer.as<std::string>());
    }
    node->read("trials_per_category", spec.trialsPerCategory);
    node->read("catch_per_block", spec.catchPerBlock);
    if (const auto metamers = node->find("metamers")) {
        metamers->read("seed", spec.metamers.seed);
        metamers->read("evaluations", spec.metamers.evaluations);
        metamers->read("tolerance", spec.metamers.tolerance);
    }
    out.recognition = std::move(spec);
}

std::vector<MetamerMatch> readMatches(const JsonNode& match)
{
    std::vector<MetamerMatch> out;
    for (const auto& item : match.items("snr_db")) {
        out.push_back({.unit = MetamerMatch::Unit::snrDb, .value = item.as<double>()});
    }
    for (const auto& item : match.items("evaluations")) {
        out.push_back({.unit = MetamerMatch::Unit::evaluations, .value = item.as<double>()});
    }
    return out;
}

/// How the trials of a condition are chosen: always at its match, or by the design's procedure,
/// among the levels of all matches.
ProcedureSettings settingsOf(const WholeMetamersSpec& spec, const MetamerCondition& condition,
                             const JsonNode& root, Task task)
{
    ProcedureSettings settings;
    settings.task = task;
    if (condition.match) {
        settings.type = "constant";
        settings.startLevel = levelOf(*condition.match);
        settings.minLevel = settings.startLevel;
        settings.maxLevel = settings.startLevel;
    } else {
        const auto [least, most] = std::ranges::minmax(spec.matches, {}, levelOf);
        settings.minLevel = levelOf(least);
        settings.maxLevel = levelOf(most);
        settings.startLevel = settings.maxLevel;
        if (const auto procedure = root.find("procedure")) {
            readProcedure(*procedure, settings);
            settings.minLevel = levelOf(least);
            settings.maxLevel = levelOf(most);
        }
    }
    settings.objects.push_back({{"stop", {{"trials", spec.trialsPerCondition}}}});
    return settings;
}

void readWholeMetamers(const JsonNode& root, Design& out, std::vector<DimensionOrigin>& origins)
{
    const auto node = root.find("metamers");
    if (!node) {
        return;
    }
    WholeMetamersSpec spec;
    for (const auto& layer : node->items("layers")) {
        spec.layers.push_back(layer.as<std::string>());
    }
    if (node->find("comparisons")) {
        spec.comparisons.clear();
    }
    for (const auto& name : node->items("comparisons")) {
        spec.comparisons.push_back(*valueIn(kComparisons, name.as<std::string>()));
    }
    if (node->find("starts")) {
        spec.starts.clear();
    }
    for (const auto& name : node->items("starts")) {
        spec.starts.push_back(*valueIn(kSynthesisStarts, name.as<std::string>()));
    }
    if (const auto match = node->find("match")) {
        spec.matches = readMatches(*match);
    }
    node->read("trials_per_condition", spec.trialsPerCondition);
    node->read("catch_every", spec.catchEvery);
    node->read("show_not_accepted", spec.showNotAccepted);
    node->read("seed", spec.synthesis.seed);
    node->read("max_evaluations", spec.synthesis.evaluations);
    if (spec.layers.empty() || spec.matches.empty()) {
        return; // the schema has refused what was given
    }
    spec.adaptive =
        root.find("procedure") && spec.matches.front().unit == MetamerMatch::Unit::snrDb;
    for (const auto& condition : conditionsOf(spec)) {
        out.dimensions.push_back({.dimension = condition, .procedure = {}});
        origins.push_back({.entry = node->pointer(),
                           .procedure = settingsOf(spec, *condition.metamers, root, out.task),
                           .component = node->pointer(),
                           .eccentricity = node->pointer()});
    }
    out.wholeMetamers = std::move(spec);
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

void readSessionFlow(const JsonNode& root, Design& out)
{
    if (const auto schedule = root.find("schedule")) {
        out.schedule =
            schedule->as<std::string>() == "information" ? Schedule::information : Schedule::blocks;
    }
    root.read("references_per_trial", out.referencesPerTrial);
    if (const auto practice = root.find("practice")) {
        practice->read("trials", out.practice.trials);
        practice->read("level", out.practice.level);
        practice->read("feedback", out.practice.feedback);
    }
    root.read("feedback", out.feedback);
    if (const auto check = root.find("headphone_check")) {
        out.headphoneCheck = headphoneMethodNamed(check->as<std::string>());
    }
    if (const auto breaks = root.find("breaks")) {
        breaks->read("every_trials", out.breakEveryTrials);
    }
}

bool isGraphStudy(const Json& root)
{
    return root.is_object() && root.contains("graphs") && root.contains("networks");
}

} // namespace

DesignCheck readDesign(const std::filesystem::path& file, const CheckContext& context)
{
    return checkDesign(readText(file), file, context);
}

DesignCheck checkDesign(std::string text, const std::filesystem::path& file,
                        const CheckContext& context)
{
    DesignCheck check;
    const auto document = LocatedJson::parse(text, file.string(), check.diagnostics);
    if (!document) {
        check.diagnostics = listed(std::move(check.diagnostics));
        return check;
    }
    if (isGraphStudy(document->root())) {
        check.diagnostics.push_back(document->atKey(
            "/networks",
            "this is a study of graph networks, not a design; metamersynth graph-train "
            "checks it and trains its networks"));
        return check;
    }
    auto verdict = checkAgainstSchema(*document);
    std::ranges::move(verdict.diagnostics, std::back_inserter(check.diagnostics));

    Design design;
    design.path = file;
    std::vector<DimensionOrigin> origins;
    if (document->root().is_object() && !verdict.unusable.contains("")) {
        const JsonNode root(document->root(), "", verdict.unusable);
        root.read("name", design.name);
        if (const auto modality = root.find("modality")) {
            design.modality = *modalityNamed(modality->as<std::string>());
        }
        if (const auto task = root.find("task")) {
            design.task = *taskNamed(task->as<std::string>());
        }
        readSynthesis(root, file, design.synthesis);
        if (!context.references.empty()) {
            auto& source = design.synthesis.references;
            source = {.folder = context.references,
                      .count = 0,
                      .seed = 1,
                      .subfolders = source.subfolders};
        }
        if (mlab::modalityOf(design.synthesis.format) != design.modality) {
            design.synthesis.format = modalityOf(design).defaultFormat();
        }
        std::vector<KeyProblem> asked; // by checkRewirings(), where files are looked for
        design.graphs = readDrawnGraphs(root, file, asked);
        if (design.graphs) { // another layout of a graph has no more swaps
            design.referencesPerTrial = 1;
            design.practice.level = kClearSwaps;
        }
        readRecognition(root, file, design);
        if (design.task != Task::recognition && root.find("metamers")) {
            readWholeMetamers(root, design, origins);
        } else if (design.task != Task::recognition) {
            readDimensions(root, design, design.dimensions, origins);
            design.distortions = layersOf(readDistortionEntries(root, file));
        }
        readStation(root, design);
        design.timing.intervalMs =
            modalityOf(design).intervalMs(design.timing, design.synthesis.format);
        readSessionFlow(root, design);
        CheckedDesign checked(design, origins, *document, verdict.unusable, context);
        semanticChecks(checked);
        std::ranges::move(checked.takeDiagnostics(), std::back_inserter(check.diagnostics));
        design.remarks = checked.takeRemarks();
    }

    if (context.stored) {
        std::ranges::copy_if(check.diagnostics, std::back_inserter(design.futile),
                             &Diagnostic::futile);
        design.futile = listed(std::move(design.futile));
        std::erase_if(check.diagnostics, std::mem_fn(&Diagnostic::futile));
    }
    check.diagnostics = listed(std::move(check.diagnostics));
    if (check.diagnostics.empty()) {
        for (std::size_t i = 0; i < origins.size(); ++i) {
            design.dimensions[i].procedure = procedureSpec(origins[i].procedure);
        }
        design.sha256 = sha256Hex(text);
        design.text = std::move(text);
        check.design = std::move(design);
    }
    return check;
}

} // namespace mlab::experiments
