// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/procedures/staircase.h"

#include "core/base/error.h"
#include "core/procedures/procedure_settings.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <string>
#include <utility>

namespace mlab {
namespace {

constexpr double kStepsPerUnit = 1e9;
constexpr int kUsualStuckSteps = 10;

void requireStaircase(bool holds, const char* what)
{
    if (!holds) {
        throw InvalidArgument("staircase: " + std::string(what));
    }
}

void readStep(const nlohmann::json& step, StaircaseSpec& spec)
{
    const auto scale = keyOf<std::string>(step, "scale");
    const auto sizes = keyOf<std::vector<double>>(step, "sizes");
    if (!scale || !sizes || sizes->empty()) {
        return;
    }
    spec.scale = scale == "linear" ? LevelScale::linear
                 : scale == "db"   ? LevelScale::decibel
                                   : LevelScale::logarithmic;
    spec.steps = *sizes;
    spec.upStepRatio = keyOf<double>(step, "up_ratio").value_or(1.0);
}

// Rules that are not named do not hold: {"trials": 40} means 40 trials and nothing else.
void readStop(const nlohmann::json& stop, StaircaseSpec& spec)
{
    spec.stopReversals = keyOf<int>(stop, "reversals");
    spec.stopTrials = keyOf<int>(stop, "trials");
    spec.stopStuckSteps = keyOf<int>(stop, "stuck_steps");
    spec.maxTrials = keyOf<int>(stop, "max_trials").value_or(spec.maxTrials);
    spec.stopWhen =
        stopsWhenAllHold(stop) ? StaircaseSpec::StopWhen::all : StaircaseSpec::StopWhen::any;
}

// Of a track that turns whenever it can: one move more than reversals, to either side in turn.
std::int64_t leastTrials(const StaircaseSpec& spec)
{
    const std::int64_t moves = std::int64_t{spec.stopReversals.value_or(0)} + 1;
    return (moves + 1) / 2 * std::min(spec.nDown, spec.nUp) +
           moves / 2 * std::max(spec.nDown, spec.nUp);
}

} // namespace

Staircase::Staircase(StaircaseSpec spec)
    : spec_(std::move(spec)), anchor_(spec_.startLevel), level_(spec_.startLevel)
{
    requireStaircase(spec_.minLevel <= spec_.startLevel && spec_.startLevel <= spec_.maxLevel,
                     "the start level must lie between the minimum and the maximum");
    requireStaircase(std::isfinite(spec_.maxLevel), "the maximum must be a finite number");
    requireStaircase(spec_.minLevel >= 0,
                     "levels are magnitudes, the minimum must not be negative");
    requireStaircase(spec_.scale == StaircaseSpec::Scale::linear || spec_.minLevel > 0,
                     "logarithmic steps need a minimum above 0");
    // Steps are counted on a grid of this size, see move().
    requireStaircase(!spec_.steps.empty() && std::ranges::all_of(spec_.steps,
                                                                 [](double step) {
                                                                     return step * kStepsPerUnit >=
                                                                                1 &&
                                                                            std::isfinite(step);
                                                                 }),
                     "steps must be positive");
    requireStaircase(spec_.nDown >= 1 && spec_.nUp >= 1, "n_down and n_up must be at least 1");
    requireStaircase(spec_.stopReversals.has_value() || spec_.stopTrials.has_value(),
                     "a stop rule is needed: reversals, trials or both");
    requireStaircase(spec_.stopReversals.value_or(1) >= 1 && spec_.stopTrials.value_or(1) >= 1,
                     "the stop rules must be at least 1");
    requireStaircase(spec_.thresholdReversals >= 1, "threshold_reversals must be at least 1");
    requireStaircase(spec_.upStepRatio > 0 && std::isfinite(spec_.upStepRatio),
                     "up_ratio must be a finite number above 0");
    requireStaircase(spec_.stopStuckSteps.value_or(1) >= 1 && spec_.maxTrials >= 1,
                     "stuck_steps and max_trials must be at least 1");
}

void Staircase::tell(bool correct, bool atLimit)
{
    ++trials_;
    correctRun_ = correct ? correctRun_ + 1 : 0;
    wrongRun_ = correct ? 0 : wrongRun_ + 1;
    if (correctRun_ == spec_.nDown) {
        correctRun_ = 0;
        move(-1, atLimit);
    } else if (wrongRun_ == spec_.nUp) {
        wrongRun_ = 0;
        move(+1, atLimit);
    }
}

void Staircase::limitTo(double highest)
{
    spec_.maxLevel = std::clamp(highest, spec_.minLevel, spec_.maxLevel);
    if (level_ > spec_.maxLevel) {
        level_ = anchor_ = spec_.maxLevel;
        offset_ = 0.0;
    }
}

bool Staircase::swallows(int direction, bool atLimit) const
{
    return direction > 0 ? atLimit || level_ == spec_.maxLevel
                         : level_ == spec_.minLevel &&
                               spec_.stuckRule == StaircaseSpec::StuckRule::eitherLimit;
}

void Staircase::move(int direction, bool atLimit)
{
    const bool turns = lastDirection_ == -direction;
    if (turns) {
        reversals_.push_back(level_);
    }
    lastDirection_ = direction;
    stuckSteps_ = !swallows(direction, atLimit) ? 0 : turns ? 1 : stuckSteps_ + 1;
    if (direction > 0 && atLimit) {
        return;
    }
    // Sums of steps are kept on a fine grid, so that rounding errors cannot pile up and a step up
    // undoes a step down to the last bit.
    const double step = spec_.steps[std::min(reversals_.size(), spec_.steps.size() - 1)] *
                        (direction > 0 ? spec_.upStepRatio : 1.0);
    offset_ = std::round((offset_ + direction * step) * kStepsPerUnit) / kStepsPerUnit;
    level_ = spec_.scale == LevelScale::linear ? anchor_ + offset_
                                               : anchor_ * fromScale(spec_.scale, offset_);
    const double clamped = std::clamp(level_, spec_.minLevel, spec_.maxLevel);
    if (clamped != level_) {
        level_ = anchor_ = clamped;
        offset_ = 0.0;
    }
}

double Staircase::ruleProgress() const
{
    const auto share = [](const std::optional<int>& rule, std::size_t count) {
        return rule ? std::min(1.0, static_cast<double>(count) / *rule) : -1.0;
    };
    const double reversals = share(spec_.stopReversals, reversals_.size());
    const double trials = share(spec_.stopTrials, static_cast<std::size_t>(trials_));
    const bool all =
        spec_.stopWhen == StaircaseSpec::StopWhen::all && spec_.stopReversals && spec_.stopTrials;
    return all ? std::min(reversals, trials) : std::max(reversals, trials);
}

double Staircase::progress() const
{
    return finished() ? 1.0 : ruleProgress();
}

bool Staircase::finished() const
{
    return stopReason().has_value();
}

std::optional<StopReason> Staircase::stopReason() const
{
    if (ruleProgress() >= 1.0) {
        const bool reversals =
            spec_.stopReversals && static_cast<int>(reversals_.size()) >= *spec_.stopReversals;
        return reversals ? StopReason::reversals : StopReason::trials;
    }
    if (const auto most = spec_.mostStuckSteps(); most && stuckSteps_ >= *most) {
        return StopReason::stuckAtLimit;
    }
    if (trials_ >= spec_.mostTrials()) {
        return StopReason::maximumTrials;
    }
    return std::nullopt;
}

std::optional<double> Staircase::threshold() const
{
    const auto known = estimate();
    return known ? std::optional(known->threshold) : std::nullopt;
}

std::optional<ProcedureEstimate> Staircase::estimate() const
{
    const auto count = static_cast<std::size_t>(spec_.thresholdReversals);
    if (reversals_.size() < count) {
        return std::nullopt;
    }
    const auto n = static_cast<double>(count);
    std::vector<double> places(reversals_.end() - spec_.thresholdReversals, reversals_.end());
    std::ranges::transform(places, places.begin(),
                           [&](double level) { return toScale(spec_.scale, level); });
    const double mean = std::accumulate(places.begin(), places.end(), 0.0) / n;
    return ProcedureEstimate{.threshold = fromScale(spec_.scale, mean), .interval = {}};
}

double convergenceShare(const StaircaseSpec& spec)
{
    // P(a run of n right answers before one of m wrong ones): Feller (1968, VIII.1).
    const auto pull = [&](double p) {
        const double down = std::pow(p, spec.nDown - 1);
        const double up = std::pow(1 - p, spec.nUp - 1);
        const double downFirst = down * (1 - std::pow(1 - p, spec.nUp)) / (down + up - down * up);
        return downFirst - spec.upStepRatio * (1 - downFirst);
    };
    double low = 1e-9;
    double high = 1 - 1e-9;
    for (int step = 0; step < 100; ++step) {
        const double middle = (low + high) / 2;
        (pull(middle) < 0 ? low : high) = middle;
    }
    return (low + high) / 2;
}

const std::vector<ProcedureType>& StaircaseSpec::types()
{
    static const std::vector<ProcedureType> kTypes = {
        {.name = "staircase",
         .keys = {"n_down", "n_up", "start_level", "step", "threshold_reversals"},
         .stopRule = "reversals",
         .stopKeys = {"stuck_steps"},
         .mainKey = "step",
         .expectsInformation = false}};
    return kTypes;
}

StaircaseSpec StaircaseSpec::read(const ProcedureSettings& settings)
{
    StaircaseSpec out{.startLevel = settings.startLevel,
                      .minLevel = settings.minLevel,
                      .maxLevel = settings.maxLevel};
    out.nDown = settings.valueOf("n_down", out.nDown);
    out.nUp = settings.valueOf("n_up", out.nUp);
    out.thresholdReversals = settings.valueOf("threshold_reversals", out.thresholdReversals);
    for (const auto& object : settings.objects) {
        // The meaning of a step size depends on the scale, so the two change together.
        if (const auto step = object.find("step"); step != object.end()) {
            readStep(*step, out);
        }
        if (const auto stop = object.find("stop"); stop != object.end()) {
            readStop(*stop, out);
        }
    }
    return out;
}

std::vector<SettingsProblem> StaircaseSpec::problems(const ProcedureSettings& settings)
{
    const auto spec = read(settings);
    auto out = stopProblems(settings);
    for (auto& problem : out) {
        problem.futile = true; // a staircase goes on to the larger number, see mostTrials()
    }
    if (spec.scale != LevelScale::linear && spec.minLevel == 0) {
        out.push_back(
            {{"min_level", "step"},
             "logarithmic steps never reach 0: min_level must be above 0, or step.scale must be "
             "\"linear\""});
    }
    const bool moreReversals = spec.stopTrials && spec.stopWhen == StopWhen::all;
    if (spec.stopReversals && !moreReversals && *spec.stopReversals < spec.thresholdReversals) {
        out.push_back({{"threshold_reversals", "stop"},
                       "the threshold is the mean of " + std::to_string(spec.thresholdReversals) +
                           " reversals (threshold_reversals), but the dimension stops after " +
                           std::to_string(*spec.stopReversals)});
    }
    const bool reversalsNeeded = !spec.stopTrials || spec.stopWhen == StopWhen::all;
    if (const auto least = leastTrials(spec);
        spec.stopReversals && reversalsNeeded && least > spec.mostTrials()) {
        out.push_back({.keys = {"stop/reversals", "stop/max_trials", "stop"},
                       .message = std::to_string(*spec.stopReversals) +
                                  " reversals take at least " + std::to_string(least) +
                                  " trials, but the dimension ends after " +
                                  std::to_string(spec.mostTrials()) + " (max_trials)",
                       .futile = true});
    }
    return out;
}

std::optional<int> StaircaseSpec::mostStuckSteps() const
{
    const bool always = stuckRule == StuckRule::eitherLimit && stopReversals;
    return stopStuckSteps || !always ? stopStuckSteps : std::optional(kUsualStuckSteps);
}

int StaircaseSpec::mostTrials() const
{
    return std::max(maxTrials, stopTrials.value_or(0));
}

std::string StaircaseSpec::name() const
{
    return "staircase-" + std::to_string(nDown) + "down-" + std::to_string(nUp) + "up";
}

double StaircaseSpec::usualTrials() const
{
    // An adaptive track near its threshold turns about every third trial.
    const double byReversals = 3.0 * stopReversals.value_or(0);
    const double byTrials = stopTrials.value_or(0);
    const bool both = stopReversals && stopTrials;
    return both && stopWhen == StopWhen::any ? std::min(byReversals, byTrials)
                                             : std::max(byReversals, byTrials);
}

EstimatedPoint StaircaseSpec::estimatedPoint() const
{
    return {.kind = EstimatedPoint::Kind::correctShare, .share = convergenceShare(*this)};
}

} // namespace mlab
