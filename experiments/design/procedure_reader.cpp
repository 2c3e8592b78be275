// SPDX-License-Identifier: GPL-3.0-or-later
#include "experiments/design/procedure_reader.h"

#include "core/base/error.h"
#include "experiments/design/design_schema.h"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

namespace mlab::experiments {
namespace {

using Json = nlohmann::json;

void readStaircase(const JsonNode& procedure, StaircaseSpec& spec)
{
    procedure.read("n_down", spec.nDown);
    procedure.read("n_up", spec.nUp);
    procedure.read("start_level", spec.startLevel);
    procedure.read("min_level", spec.minLevel);
    procedure.read("max_level", spec.maxLevel);
    procedure.read("threshold_reversals", spec.thresholdReversals);
    // What a step size means depends on the scale, so the two change together.
    if (const auto step = procedure.find("step")) {
        const auto scale = step->find("scale");
        if (scale && !step->items("sizes").empty()) {
            const auto name = scale->as<std::string>();
            spec.scale = name == "linear" ? LevelScale::linear
                         : name == "db"   ? LevelScale::decibel
                                          : LevelScale::logarithmic;
            step->read("sizes", spec.steps);
            spec.upStepRatio = 1.0;
            step->read("up_ratio", spec.upStepRatio);
        }
    }
}

// A rule that is not named does not hold: {"trials": 40} means 40 trials and nothing else.
void readStop(const JsonNode& stop, ProcedureSettings& settings)
{
    const auto when = stop.find("when");
    const bool all = when && when->as<std::string>() == "all";
    auto& staircase = settings.staircase;
    stop.read("reversals", staircase.stopReversals);
    stop.read("trials", staircase.stopTrials);
    stop.read("stuck_steps", staircase.stopStuckSteps);
    stop.read("max_trials", staircase.maxTrials);
    staircase.stopWhen = all ? StaircaseSpec::StopWhen::all : StaircaseSpec::StopWhen::any;

    settings.stop = {};
    stop.read("trials", settings.stop.trials);
    stop.read("interval_width_db", settings.stop.intervalWidth);
    settings.stop.when = all ? StopRule::When::all : StopRule::When::any;
    settings.stop.maxTrials = std::max(settings.stop.maxTrials, settings.stop.trials.value_or(0));
    stop.read("max_trials", settings.stop.maxTrials);
}

QuestSpec questSpec(const ProcedureSettings& settings)
{
    const auto& levels = settings.staircase;
    if (!(levels.minLevel > 0)) {
        throw InvalidArgument("QUEST counts in dB, min_level must be above 0");
    }
    if (settings.task == Task::sameDifferent) {
        throw InvalidArgument("quest takes all but the threshold as known, but how often a "
                              "participant says \"different\" to equal intervals is not: for the "
                              "task same-different use psi-marginal");
    }
    const double rangeDb = toScale(LevelScale::decibel, levels.maxLevel / levels.minLevel);
    return {.scale = LevelScale::decibel,
            .guess = levels.startLevel,
            .guessSd = settings.guessSdDb,
            .target = settings.target,
            .slope = settings.slope,
            .chance = chanceOf(settings.task),
            .lapse = settings.lapse,
            .grain = 0.1,
            // The grid is centred at the guess and must hold every level; 20 dB more leave room for
            // the curve.
            .range = 2 * rangeDb + 20,
            .rule = settings.rule == "mean"   ? QuestSpec::Rule::mean
                    : settings.rule == "mode" ? QuestSpec::Rule::mode
                                              : QuestSpec::Rule::quantile,
            .minLevel = levels.minLevel,
            .maxLevel = levels.maxLevel,
            .levelStep = settings.levelStepDb,
            .stop = settings.stop};
}

PsychometricGrid gridOf(const ProcedureSettings& settings)
{
    const auto& levels = settings.staircase;
    auto grid =
        recommendedGrid(levels.minLevel, levels.maxLevel, settings.levelStepDb, settings.task);
    grid.curve = settings.curve == "weibull"             ? SigmoidShape::weibull
                 : settings.curve == "cumulative-normal" ? SigmoidShape::norm
                 : settings.curve == "logistic"          ? SigmoidShape::logistic
                                                         : SigmoidShape::dPrime;
    if (!settings.slopes.empty()) {
        grid.slopes = settings.slopes;
        grid.slopePrior.clear();
    } else if (grid.curve != SigmoidShape::weibull && grid.curve != SigmoidShape::dPrime) {
        throw InvalidArgument("slopes must be given for the curve " + settings.curve +
                              "; there are usual ones for weibull and dprime only");
    }
    if (!settings.lapses.empty()) {
        grid.lapses = settings.lapses;
        grid.lapsePrior.clear();
    }
    std::vector<double> places(grid.thresholds.size());
    std::ranges::transform(grid.thresholds, places.begin(),
                           [](double level) { return toScale(LevelScale::decibel, level); });
    const double middle = settings.priorLevel ? toScale(LevelScale::decibel, *settings.priorLevel)
                                              : (places.front() + places.back()) / 2;
    grid.thresholdPrior = normalWeights(places, middle, settings.priorSdDb);
    return grid;
}

const std::vector<std::string> kStaircaseKeys = {"n_down", "n_up", "start_level", "step",
                                                 "threshold_reversals"};
const std::vector<std::string> kQuestKeys = {"start_level", "guess_sd_db", "target",       "slope",
                                             "lapse",       "rule",        "level_step_db"};
const std::vector<std::string> kGridKeys = {"level_step_db", "curve",       "slopes",
                                            "lapses",        "prior_level", "prior_sd_db"};

bool belongs(const std::string& key, const std::string& type)
{
    const auto in = [&](const std::vector<std::string>& keys) {
        return std::ranges::count(keys, key) > 0;
    };
    if (!in(kStaircaseKeys) && !in(kQuestKeys) && !in(kGridKeys)) {
        return true; // every type's
    }
    return in(type == "staircase" ? kStaircaseKeys : type == "quest" ? kQuestKeys : kGridKeys);
}

} // namespace

void readProcedure(const JsonNode& procedure, ProcedureSettings& settings)
{
    std::string type = settings.type;
    procedure.read("type", type);
    if (type != settings.type) {
        const auto before = std::exchange(settings, {});
        settings.type = type;
        settings.task = before.task;
        settings.staircase.startLevel = before.staircase.startLevel;
        settings.staircase.minLevel = before.staircase.minLevel;
        settings.staircase.maxLevel = before.staircase.maxLevel;
    }
    readStaircase(procedure, settings.staircase);
    procedure.read("level_step_db", settings.levelStepDb);
    procedure.read("guess_sd_db", settings.guessSdDb);
    procedure.read("target", settings.target);
    procedure.read("slope", settings.slope);
    procedure.read("lapse", settings.lapse);
    procedure.read("rule", settings.rule);
    procedure.read("curve", settings.curve);
    procedure.read("slopes", settings.slopes);
    procedure.read("lapses", settings.lapses);
    if (const auto level = procedure.find("prior_level")) {
        settings.priorLevel = level->as<double>();
    }
    procedure.read("prior_sd_db", settings.priorSdDb);
    if (const auto stop = procedure.find("stop")) {
        readStop(*stop, settings);
    }
}

ProcedureSpec procedureSpec(const ProcedureSettings& settings)
{
    using Method = GridProcedureSpec::Method;
    if (settings.type == "staircase") {
        return settings.staircase;
    }
    if (settings.type == "quest") {
        return questSpec(settings);
    }
    if (settings.type == "hierarchical") {
        return HierarchicalSpec{.grid = gridOf(settings), .stop = settings.stop};
    }
    return GridProcedureSpec{.method = settings.type == "questplus" ? Method::questPlus
                                       : settings.type == "psi"     ? Method::psi
                                                                    : Method::psiMarginal,
                             .grid = gridOf(settings),
                             .stop = settings.stop};
}

std::vector<Diagnostic> keysOfOtherTypes(const LocatedJson& document, const std::string& pointer,
                                         const std::string& type)
{
    std::vector<Diagnostic> out;
    if (!document.has(pointer)) {
        return out;
    }
    const auto& object = document.root().at(Json::json_pointer(pointer));
    if (!object.is_object()) {
        return out;
    }
    const auto complain = [&](const std::string& at, const std::string& key) {
        out.push_back(document.atKey(at, inQuotes(key) + " has no meaning for the procedure " +
                                             inQuotes(type)));
    };
    for (const auto& [key, value] : object.items()) {
        if (!belongs(key, type)) {
            complain(childPointer(pointer, key), key);
        }
    }
    const auto stop = object.find("stop");
    if (stop == object.end() || !stop->is_object()) {
        return out;
    }
    const std::string stopAt = childPointer(pointer, "stop");
    const bool staircase = type == "staircase";
    for (const char* const key : {"reversals", "stuck_steps", "interval_width_db"}) {
        if (stop->contains(key) && staircase == (std::string_view(key) == "interval_width_db")) {
            complain(childPointer(stopAt, key), key);
        }
    }
    const std::vector<std::string> rules = {staircase ? "reversals" : "interval_width_db",
                                            "trials"};
    for (const auto& rule : rules) {
        if (stop->contains("when") && !stop->contains(rule)) {
            out.push_back(
                document.atKey(childPointer(stopAt, "when"),
                               "\"when\" has no meaning without " + inQuotes(rule) + " beside it"));
        }
    }
    return out;
}

ProcedureCheck checkProcedure(std::string text, const std::filesystem::path& file)
{
    ProcedureCheck check;
    const auto document = LocatedJson::parse(std::move(text), file.string(), check.diagnostics);
    if (!document) {
        return check;
    }
    const bool design = document->root().is_object() && document->root().contains("schema_version");
    auto verdict = checkAgainstSchema(*document, design ? "" : "/definitions/procedure");
    std::ranges::move(verdict.diagnostics, std::back_inserter(check.diagnostics));
    if (check.diagnostics.empty()) {
        const JsonNode root(document->root(), "", verdict.unusable);
        const auto procedure = design ? root.find("procedure") : std::optional(root);
        ProcedureSettings settings;
        if (const auto task = root.find("task")) {
            settings.task = *taskNamed(task->as<std::string>());
        }
        const std::string pointer = procedure ? procedure->pointer() : "";
        if (procedure) {
            readProcedure(*procedure, settings);
            check.diagnostics = keysOfOtherTypes(*document, pointer, settings.type);
        }
        try {
            auto spec = procedureSpec(settings);
            const Procedure accepted(spec);
            if (check.diagnostics.empty()) {
                check.spec = std::move(spec);
            }
        } catch (const InvalidArgument& error) {
            check.diagnostics.push_back(document->atValue(pointer, error.what()));
        }
    }
    std::ranges::stable_sort(check.diagnostics, {}, [](const Diagnostic& diagnostic) {
        return std::pair(diagnostic.line, diagnostic.column);
    });
    return check;
}

} // namespace mlab::experiments
