// SPDX-License-Identifier: GPL-3.0-or-later
#include "experiments/observer.h"

#include "core/error.h"
#include "core/files.h"
#include "core/random_stream.h"
#include "experiments/located_json.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string_view>
#include <utility>

namespace mlab::experiments {
namespace {

using Json = nlohmann::json;

/// Parameters as far as they are given.
struct Overrides {
    std::optional<double> threshold;
    std::optional<double> slope;
    std::optional<double> lapse;
    std::optional<double> rtMedianMs;
    std::optional<double> rtSigma;
};

bool parsesAs(std::string_view text, auto number)
{
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    return problem == std::errc() && end == text.data() + text.size();
}

/// Whether the text is "layer/component/direction/eccentricity" with any of them `*`.
bool isDimensionPattern(std::string_view text)
{
    std::vector<std::string_view> parts;
    for (auto rest = text;; rest.remove_prefix(parts.back().size() + 1)) {
        parts.push_back(rest.substr(0, rest.find('/')));
        if (parts.back().size() == rest.size()) {
            break;
        }
    }
    const auto any = [](std::string_view part) { return part == "*"; };
    return parts.size() == 4 && !parts[0].empty() && (any(parts[1]) || parsesAs(parts[1], 0)) &&
           (any(parts[2]) || parts[2] == "plus" || parts[2] == "minus") &&
           (any(parts[3]) || parsesAs(parts[3], 0.0));
}

class Reader {
public:
    Reader(const LocatedJson& document, std::vector<Diagnostic>& diagnostics)
        : document_(document), diagnostics_(diagnostics)
    {
    }

    ObserverCheck read(const Design& design)
    {
        ObserverCheck check;
        if (isObject("")) {
            chance_ = chanceOf(design.task);
            onlyKeys("", {"type", "threshold_sd", "slope", "lapse", "criterion", "rt_ms", "seed",
                          "by_dimension"});
            readType();
            const Overrides base = parameters("", true);
            const auto criterion = number("", "criterion", design.task == Task::sameDifferent,
                                          "of at least 0", [](double x) { return x >= 0; });
            const auto seed = readSeed();
            const auto patterns = readPatterns();
            std::map<std::string, ObserverParameters> byDimension;
            for (const auto& measured : design.dimensions) {
                const auto id = measured.dimension.id();
                byDimension.emplace(id, combined(base, mostSpecific(patterns, id)));
            }
            if (diagnostics_.empty()) {
                check.observer.emplace(*seed, std::move(byDimension), design.task,
                                       criterion.value_or(0.0));
            }
        }
        return check;
    }

private:
    using Patterns = std::map<std::string, Overrides>;

    const Json& at(const std::string& pointer) const
    {
        return document_.root().at(Json::json_pointer(pointer));
    }

    void complain(const std::string& pointer, std::string message, std::string suggestion = {})
    {
        diagnostics_.push_back(
            document_.atValue(pointer, std::move(message), std::move(suggestion)));
    }

    bool isObject(const std::string& pointer)
    {
        if (!at(pointer).is_object()) {
            complain(pointer, "expected an object ({...}), found " + document_.snippet(pointer));
            return false;
        }
        return true;
    }

    void onlyKeys(const std::string& pointer, const std::vector<std::string>& known)
    {
        for (const auto& [key, value] : at(pointer).items()) {
            if (std::ranges::count(known, key) == 0) {
                diagnostics_.push_back(document_.atKey(childPointer(pointer, key),
                                                       "unknown key \"" + key + "\"",
                                                       nearestName(key, known).value_or("")));
            }
        }
    }

    /// Whether the member is there; complains if it is not but has to be.
    bool has(const std::string& pointer, std::string_view key, bool required)
    {
        const bool present = at(pointer).contains(key);
        if (!present && required) {
            complain(pointer, "the key \"" + std::string(key) + "\" is missing");
        }
        return present;
    }

    std::optional<double> number(const std::string& parent, std::string_view key, bool required,
                                 std::string_view range, auto inRange)
    {
        if (!has(parent, key, required)) {
            return std::nullopt;
        }
        const auto pointer = childPointer(parent, key);
        const Json& value = at(pointer);
        if (!value.is_number() || !inRange(value.get<double>())) {
            complain(pointer, "expected a number " + std::string(range) + ", found " +
                                  document_.snippet(pointer));
            return std::nullopt;
        }
        return value.get<double>();
    }

    void readType()
    {
        static const std::vector<std::string> kTypes = {"psychometric"};
        if (!has("", "type", true)) {
            return;
        }
        const Json& type = at("/type");
        if (type != kTypes.front()) {
            const auto name = type.is_string() ? type.get<std::string>() : "";
            complain("/type", "expected \"psychometric\", found " + document_.snippet("/type"),
                     nearestName(name, kTypes).value_or(""));
        }
    }

    std::optional<std::uint64_t> readSeed()
    {
        if (!has("", "seed", true)) {
            return std::nullopt;
        }
        if (!at("/seed").is_number_unsigned()) {
            complain("/seed", "expected a whole number from 0 to 18446744073709551615, found " +
                                  document_.snippet("/seed"));
            return std::nullopt;
        }
        return at("/seed").get<std::uint64_t>();
    }

    Overrides parameters(const std::string& pointer, bool required)
    {
        const auto positive = [](double x) { return x > 0; };
        Overrides out;
        out.threshold = number(pointer, "threshold_sd", required, "above 0", positive);
        out.slope = number(pointer, "slope", required, "above 0", positive);
        out.lapse = number(pointer, "lapse", required, "from 0 to 0.5",
                           [](double x) { return x >= 0 && x <= 0.5; });
        if (has(pointer, "rt_ms", required)) {
            const auto rt = childPointer(pointer, "rt_ms");
            if (isObject(rt)) {
                onlyKeys(rt, {"median", "sigma"});
                out.rtMedianMs = number(rt, "median", required, "above 0", positive);
                out.rtSigma =
                    number(rt, "sigma", required, "of at least 0", [](double x) { return x >= 0; });
            }
        }
        return out;
    }

    Patterns readPatterns()
    {
        Patterns out;
        if (!has("", "by_dimension", false) || !isObject("/by_dimension")) {
            return out;
        }
        for (const auto& [pattern, value] : at("/by_dimension").items()) {
            const auto pointer = childPointer("/by_dimension", pattern);
            if (!isDimensionPattern(pattern)) {
                diagnostics_.push_back(document_.atKey(
                    pointer, "expected a dimension id like \"texture/1/plus/8\", in which * "
                             "matches any part, found \"" +
                                 pattern + "\""));
            } else if (isObject(pointer)) {
                onlyKeys(pointer, {"threshold_sd", "slope", "lapse", "rt_ms"});
                out.emplace(pattern, parameters(pointer, false));
            }
        }
        return out;
    }

    Overrides mostSpecific(const Patterns& patterns, const std::string& id)
    {
        const std::pair<const std::string, Overrides>* best = nullptr;
        const std::pair<const std::string, Overrides>* tied = nullptr;
        const auto stars = [](const auto* entry) { return std::ranges::count(entry->first, '*'); };
        for (const auto& entry : patterns) {
            if (!matchesDimension(entry.first, id)) {
                continue;
            }
            if (best == nullptr || stars(&entry) < stars(best)) {
                best = &entry;
                tied = nullptr;
            } else if (stars(&entry) == stars(best)) {
                tied = &entry;
            }
        }
        if (tied != nullptr && ties_.emplace(best->first, tied->first).second) {
            diagnostics_.push_back(
                document_.atKey(childPointer("/by_dimension", tied->first),
                                "\"" + best->first + "\" and \"" + tied->first + "\" fit " + id +
                                    " equally well; name fewer dimensions in one of them"));
        }
        return best == nullptr ? Overrides{} : best->second;
    }

    /// A base value that is absent has been complained about: what stands for it is never used.
    ObserverParameters combined(const Overrides& base, const Overrides& special) const
    {
        const auto pick = [](const std::optional<double>& a, const std::optional<double>& b) {
            return a ? *a : b.value_or(0.0);
        };
        return {.weibull = {.threshold = pick(special.threshold, base.threshold),
                            .slope = pick(special.slope, base.slope),
                            .chance = chance_,
                            .lapse = pick(special.lapse, base.lapse)},
                .rtMedianMs = pick(special.rtMedianMs, base.rtMedianMs),
                .rtSigma = pick(special.rtSigma, base.rtSigma)};
    }

    const LocatedJson& document_;
    std::vector<Diagnostic>& diagnostics_;
    double chance_ = 0.0;                     ///< the task's
    std::map<std::string, std::string> ties_; ///< told already
};

} // namespace

const ObserverParameters& Observer::parameters(const Dimension& dimension) const
{
    const auto found = byDimension_.find(dimension.id());
    if (found == byDimension_.end()) {
        throw InvalidArgument("the simulated participant was not made for dimension " +
                              dimension.id() + "; read its file for the design that is run");
    }
    return found->second;
}

double Observer::probabilityCorrect(const Dimension& dimension, double level, bool sameTrial) const
{
    const auto& weibull = parameters(dimension).weibull;
    if (task_ != Task::sameDifferent) {
        return weibull.probabilityCorrect(level);
    }
    const double dPrime = std::pow(std::abs(level) / weibull.threshold, weibull.slope);
    const auto rates = sameDifferentRates(dPrime, criterion_);
    const double right = sameTrial ? 1 - rates.falseAlarm : rates.hit;
    return (1 - weibull.lapse) * right + weibull.lapse * (1 - right);
}

SimulatedAnswer Observer::answer(const TrialPlan& plan, double levelAchieved) const
{
    const auto& own = parameters(plan.dimension);
    RandomStream stream(seed_, "observer", static_cast<std::uint64_t>(plan.trialIndex));
    const bool correct = stream.uniform() < probabilityCorrect(plan.dimension, levelAchieved,
                                                               plan.correctAnswer == Answer::same);
    SimulatedAnswer out{.answer = plan.correctAnswer,
                        .rtMs = own.rtMedianMs * std::exp(own.rtSigma * stream.normal())};
    if (!correct) {
        auto wrong = answersOf(task_);
        std::erase(wrong, plan.correctAnswer);
        out.answer = wrong[stream.below(wrong.size())];
    }
    return out;
}

ObserverCheck readObserver(const std::filesystem::path& file, const Design& design)
{
    return checkObserver(readFile(file), file, design);
}

ObserverCheck checkObserver(std::string text, const std::filesystem::path& file,
                            const Design& design)
{
    std::vector<Diagnostic> diagnostics;
    const auto document = LocatedJson::parse(std::move(text), file.string(), diagnostics);
    ObserverCheck check;
    if (document) {
        check = Reader(*document, diagnostics).read(design);
    }
    std::ranges::stable_sort(diagnostics, {}, [](const Diagnostic& diagnostic) {
        return std::pair(diagnostic.line, diagnostic.column);
    });
    check.diagnostics = std::move(diagnostics);
    return check;
}

} // namespace mlab::experiments
