// SPDX-License-Identifier: GPL-3.0-or-later
#include "experiments/observers/network_observer.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "experiments/design/design_schema.h"
#include "experiments/design/synthesis_reader.h"
#include "experiments/json/json_node.h"

#include <algorithm>
#include <cmath>

namespace mlab::experiments {
namespace {

constexpr const char* kSchemaPart = "/definitions/network_observer";
constexpr EnumNames<DecisionRule, 2> kDecisionRules{
    {{DecisionRule::linear, "linear"}, {DecisionRule::distance, "distance"}}};

/// What the schema cannot check.
class Checks {
public:
    Checks(const LocatedJson& document, SchemaVerdict& verdict)
        : document_(document), verdict_(verdict), root_(document.root(), "", verdict.unusable)
    {
    }

    NetworkObserverSpec read(const std::filesystem::path& file)
    {
        NetworkObserverSpec spec;
        readModel(root_, file, spec.model);
        root_.read("layer", spec.where.layer);
        if (const auto space = root_.find("space")) {
            spec.where.space = *valueIn(kRepresentationSpaces, space->as<std::string>());
        }
        if (const auto rule = root_.find("rule")) {
            spec.rule = valueIn(kDecisionRules, rule->as<std::string>());
        }
        root_.read("sigma", spec.sigma);
        root_.read("lapse", spec.lapse);
        root_.read("false_alarm", spec.falseAlarm);
        root_.read("seed", spec.seed);
        return spec;
    }

    void check(const NetworkObserverSpec& spec, const Design& design, const CheckContext& context)
    {
        checkRule(spec, design);
        if (!usable("space")) {
            return;
        }
        if (spec.where.layer.empty() && usable("layer") &&
            spec.where.space != RepresentationSpace::logits) {
            atValue("", R"(the key "layer" is missing: only the space "logits" needs none)");
        } else {
            checkModel(spec, design, context);
        }
    }

private:
    bool usable(const std::string& key) const
    {
        return !verdict_.unusable.contains("") && !verdict_.unusable.contains("/" + key);
    }
    void atValue(const std::string& pointer, std::string message, std::string suggestion = {})
    {
        verdict_.diagnostics.push_back(
            document_.atValue(pointer, std::move(message), std::move(suggestion)));
    }

    void checkRule(const NetworkObserverSpec& spec, const Design& design)
    {
        const bool recognition = design.task == Task::recognition;
        const auto task = "the design's task is " + inQuotes(std::string(toString(design.task)));
        if (root_.find("rule") && recognition == spec.rule.has_value()) {
            atValue("/rule", task + (recognition ? ", which needs the rule \"classifier\""
                                                 : ", which needs the rule \"linear\" or "
                                                   "\"distance\""));
        } else if (root_.find("sigma") && spec.rule && spec.sigma <= 0) {
            atValue("/sigma", "expected a number above 0: without noise no threshold exists");
        }
        if (design.task == Task::sameDifferent && usable("false_alarm") &&
            !root_.find("false_alarm")) {
            atValue("", "the key \"false_alarm\" is missing: " + task);
        }
    }

    void checkModel(const NetworkObserverSpec& spec, const Design& design,
                    const CheckContext& context)
    {
        if (!context.modelInfo || !usable("model") ||
            std::ranges::any_of(verdict_.unusable, [](const std::string& pointer) {
                return pointer.starts_with("/model/");
            })) {
            return;
        }
        ModelInfo model;
        try {
            model = context.modelInfo(spec.model);
        } catch (const Error& error) {
            atValue("/model", error.what());
            return;
        }
        if (model.modality != design.modality) {
            atValue("/model", "model " + inQuotes(model.name) + " is for the modality " +
                                  inQuotes(toString(model.modality)) +
                                  ", but the design's modality is " +
                                  inQuotes(toString(design.modality)));
        } else if (spec.where.space == RepresentationSpace::logits) {
            checkLogits(spec, model);
        } else if (root_.find("layer") && std::ranges::count(model.layers, spec.where.layer) == 0) {
            atValue("/layer", noLayer(spec, model),
                    nearestName(spec.where.layer, model.layers).value_or(""));
        }
    }

    void checkLogits(const NetworkObserverSpec& spec, const ModelInfo& model)
    {
        if (model.logitsLayer.empty()) {
            atValue("/space", "model " + inQuotes(model.name) +
                                  " has no classes, and so no logits; choose another space");
        } else if (!spec.where.layer.empty() && spec.where.layer != model.logitsLayer) {
            atValue("/layer",
                    "the logits of model " + inQuotes(model.name) + " are in its layer " +
                        inQuotes(model.logitsLayer) + "; leave the layer out",
                    model.logitsLayer);
        }
    }

    static std::string noLayer(const NetworkObserverSpec& spec, const ModelInfo& model)
    {
        std::string known;
        for (const auto& layer : model.layers) {
            known.append(known.empty() ? "" : ", ").append(layer);
        }
        return "model " + inQuotes(model.name) + " has no layer " + inQuotes(spec.where.layer) +
               "; its layers are " + known;
    }

    const LocatedJson& document_;
    SchemaVerdict& verdict_;
    JsonNode root_;
};

} // namespace

const ResponseCurve& NetworkObserver::curve(int units) const
{
    if (!spec_.rule) {
        throw InternalError("a network without a decision rule cannot compare intervals; read its "
                            "file for the design that is run");
    }
    auto found = curves_.find(units);
    if (found == curves_.end()) {
        found = curves_.emplace(units, ResponseCurve(task_, *spec_.rule, units, spec_.falseAlarm))
                    .first;
    }
    return found->second;
}

double NetworkObserver::probabilityCorrect(const RepresentationDistance& distance,
                                           bool sameTrial) const
{
    const double attentive =
        sameTrial ? 1 - spec_.falseAlarm : curve(distance.units)(distance.delta / spec_.sigma);
    return (1 - spec_.lapse) * attentive + spec_.lapse * chanceOf(task_);
}

SimulatedAnswer NetworkObserver::answer(const TrialPlan& plan,
                                        const RepresentationDistance& distance) const
{
    return drawnAnswer(spec_.seed, plan, task_,
                       probabilityCorrect(distance, plan.correctAnswer == Answer::same),
                       ResponseTimes());
}

SimulatedAnswer NetworkObserver::answer(const RecognitionPlan& plan,
                                        const std::vector<double>& evidence) const
{
    RandomStream stream(spec_.seed, "recognition-observer",
                        static_cast<std::uint64_t>(plan.trialIndex));
    const double rtMs = ResponseTimes().drawnFrom(stream);
    if (stream.uniform() < spec_.lapse) {
        return {.answer = categoryAnswer(stream.below(evidence.size())), .rtMs = rtMs};
    }
    // The largest of evidence / sigma plus Gumbel noise is drawn as the softmax says.
    std::size_t chosen = 0;
    double most = 0.0;
    for (std::size_t i = 0; i < evidence.size(); ++i) {
        const double noise = -std::log(-std::log(stream.uniform()));
        const double value = evidence[i] + (spec_.sigma > 0 ? spec_.sigma * noise : 0.0);
        if (i == 0 || value > most) {
            chosen = i;
            most = value;
        }
    }
    return {.answer = categoryAnswer(chosen), .rtMs = rtMs};
}

bool isNetworkObserver(const std::string& text)
{
    std::vector<Diagnostic> ignored; // reported when the whole file is read
    const auto document = LocatedJson::parse(text, "", ignored);
    if (!document || !document->root().is_object()) {
        return false;
    }
    const auto type = document->root().find("type");
    return type != document->root().end() && *type == "network";
}

NetworkObserverCheck readNetworkObserver(const std::filesystem::path& file, const Design& design,
                                         const CheckContext& context)
{
    return checkNetworkObserver(readText(file), file, design, context);
}

NetworkObserverCheck checkNetworkObserver(const std::string& text,
                                          const std::filesystem::path& file, const Design& design,
                                          const CheckContext& context)
{
    NetworkObserverCheck check;
    const auto document = LocatedJson::parse(text, file.string(), check.diagnostics);
    if (document) {
        auto verdict = checkAgainstSchema(*document, kSchemaPart);
        if (!verdict.unusable.contains("")) {
            Checks checks(*document, verdict);
            auto spec = checks.read(file);
            checks.check(spec, design, context);
            if (verdict.diagnostics.empty()) {
                check.observer.emplace(std::move(spec), design.task);
            }
        }
        check.diagnostics = std::move(verdict.diagnostics);
    }
    check.diagnostics = listed(std::move(check.diagnostics));
    return check;
}

} // namespace mlab::experiments
