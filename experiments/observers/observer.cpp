// SPDX-License-Identifier: GPL-3.0-or-later
#include "experiments/observers/observer.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "experiments/observers/observer_file.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string_view>
#include <utility>

namespace mlab::experiments {
namespace {

/// The parameters that a file gives.
struct Overrides {
    std::optional<double> threshold;
    std::optional<double> slope;
    std::optional<double> lapse;
    ObserverFile::ResponseTime responseTime;
};

bool parsesAs(std::string_view text, auto number)
{
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    return problem == std::errc() && end == text.data() + text.size();
}

bool isMatch(std::string_view text)
{
    try {
        metamerMatchFrom(text);
        return true;
    } catch (const InvalidArgument&) {
        return text == "adaptive";
    }
}

/// Whether the text is "layer/component/direction/eccentricity", perhaps with the name of a
/// distortion or a rewiring in place of a component, or "layer/comparison/start/match" of whole
/// metamers, where any part may be `*`.
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
    if (parts.size() != 4 || parts[0].empty()) {
        return false;
    }
    const bool ofComponents =
        (any(parts[1]) || parsesAs(parts[1], 0) || valueIn(kDistortionKinds, parts[1]) ||
         valueIn(kRewiringKinds, parts[1])) &&
        (any(parts[2]) || parts[2] == "plus" || parts[2] == "minus") &&
        (any(parts[3]) || parsesAs(parts[3], 0.0));
    const bool ofMetamers = (any(parts[1]) || valueIn(kComparisons, parts[1])) &&
                            (any(parts[2]) || valueIn(kSynthesisStarts, parts[2])) &&
                            (any(parts[3]) || isMatch(parts[3]));
    return ofComponents || ofMetamers;
}

class Reader {
public:
    explicit Reader(ObserverFile& file) : file_(file) {}

    Observer read(const Design& design)
    {
        chance_ = chanceOf(design.task);
        const Overrides base = parameters("", true);
        const auto criterion =
            file_.number("", "criterion", design.task == Task::sameDifferent, kCriterionRange);
        const auto seed = file_.seed();
        const auto patterns = readPatterns();
        std::map<std::string, ObserverParameters> byDimension;
        const auto add = [&](const Dimension& dimension) {
            const auto id = dimension.id();
            byDimension.emplace(id, combined(base, mostSpecific(patterns, id)));
        };
        for (const auto& measured : design.dimensions) {
            add(measured.dimension);
        }
        if (design.wholeMetamers) {
            add(catchDimension(*design.wholeMetamers));
        }
        return {seed.value_or(0), std::move(byDimension), design.task, criterion.value_or(0.0)};
    }

private:
    using Patterns = std::map<std::string, Overrides>;

    Overrides parameters(const std::string& pointer, bool required)
    {
        Overrides out;
        out.threshold = file_.number(pointer, "threshold_sd", required, kThresholdRange);
        out.slope = file_.number(pointer, "slope", required, kSlopeRange);
        out.lapse = file_.number(pointer, "lapse", required, kLapseRange);
        out.responseTime = file_.responseTime(pointer, required);
        return out;
    }

    Patterns readPatterns()
    {
        Patterns out;
        if (!file_.has("", "by_dimension", false) || !file_.isObject("/by_dimension")) {
            return out;
        }
        if (file_.at("/by_dimension").size() > kMostDimensions) {
            file_.reportValue("/by_dimension", "these are more than " +
                                                   std::to_string(kMostDimensions) +
                                                   " keys; use * for several dimensions");
            return out;
        }
        for (const auto& [pattern, value] : file_.at("/by_dimension").items()) {
            const auto pointer = childPointer("/by_dimension", pattern);
            if (!isDimensionPattern(pattern)) {
                file_.reportKey(pointer,
                                "expected a dimension id like \"texture/1/plus/8\", or of whole "
                                "metamers \"texture/original-synthesised/noise/20dB\", in which "
                                "* matches any part, found " +
                                    inQuotes(pattern));
            } else if (file_.isObject(pointer)) {
                file_.onlyKeys(pointer, {"threshold_sd", "slope", "lapse", "rt_ms"});
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
            file_.reportKey(childPointer("/by_dimension", tied->first),
                            "\"" + best->first + "\" and \"" + tied->first + "\" match " + id +
                                " equally well; make one of them more specific");
        }
        return best == nullptr ? Overrides{} : best->second;
    }

    /// A missing base value has been reported, and what stands in for it here is never used.
    ObserverParameters combined(const Overrides& base, const Overrides& special) const
    {
        const auto pick = [](const std::optional<double>& a, const std::optional<double>& b) {
            return a ? *a : b.value_or(0.0);
        };
        return {
            .weibull = {.threshold = pick(special.threshold, base.threshold),
                        .slope = pick(special.slope, base.slope),
                        .chance = chance_,
                        .lapse = pick(special.lapse, base.lapse)},
            .times = {.medianMs = pick(special.responseTime.medianMs, base.responseTime.medianMs),
                      .sigma = pick(special.responseTime.sigma, base.responseTime.sigma)}};
    }

    ObserverFile& file_;
    double chance_ = 0.0;                     ///< the task's
    std::map<std::string, std::string> ties_; ///< reported already
};

} // namespace

const ObserverParameters& Observer::parameters(const Dimension& dimension) const
{
    const auto found = byDimension_.find(dimension.id());
    if (found == byDimension_.end()) {
        throw InternalError("the simulated participant has no parameters for the dimension " +
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
    return drawnAnswer(
        seed_, plan, task_,
        probabilityCorrect(plan.dimension, levelAchieved, plan.correctAnswer == Answer::same),
        parameters(plan.dimension).times);
}

ObserverCheck readObserver(const std::filesystem::path& file, const Design& design)
{
    return checkObserver(readText(file), file, design);
}

ObserverCheck checkObserver(const std::string& text, const std::filesystem::path& file,
                            const Design& design)
{
    return readObserverText<Observer>(
        text, file.string(), "psychometric",
        {"threshold_sd", "slope", "lapse", "criterion", "by_dimension"},
        [&](ObserverFile& observerFile) { return Reader(observerFile).read(design); });
}

} // namespace mlab::experiments
