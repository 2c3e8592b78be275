// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/staircase.h"

#include "core/error.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <utility>

namespace mlab {
namespace {

constexpr double kStepsPerUnit = 1e9;

void require(bool holds, const char* what)
{
    if (!holds) {
        throw InvalidArgument("staircase: " + std::string(what));
    }
}

} // namespace

Staircase::Staircase(StaircaseSpec spec)
    : spec_(std::move(spec)), anchor_(spec_.startLevel), level_(spec_.startLevel)
{
    require(spec_.minLevel <= spec_.startLevel && spec_.startLevel <= spec_.maxLevel,
            "the start level must lie between the minimum and the maximum");
    require(std::isfinite(spec_.maxLevel), "the maximum must be a finite number");
    require(spec_.minLevel >= 0, "levels are magnitudes, the minimum must not be negative");
    require(spec_.scale == StaircaseSpec::Scale::linear || spec_.minLevel > 0,
            "logarithmic steps need a minimum above 0");
    // Steps are counted on a grid of this size, see move().
    require(!spec_.steps.empty() && std::ranges::all_of(spec_.steps,
                                                        [](double step) {
                                                            return step * kStepsPerUnit >= 1 &&
                                                                   std::isfinite(step);
                                                        }),
            "steps must be positive");
    require(spec_.nDown >= 1 && spec_.nUp >= 1, "n_down and n_up must be at least 1");
    require(spec_.stopReversals.has_value() || spec_.stopTrials.has_value(),
            "a stop rule is needed: reversals, trials or both");
    require(spec_.stopReversals.value_or(1) >= 1 && spec_.stopTrials.value_or(1) >= 1,
            "the stop rules must be at least 1");
    require(spec_.thresholdReversals >= 1, "threshold_reversals must be at least 1");
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

void Staircase::move(int direction, bool atLimit)
{
    if (lastDirection_ == -direction) {
        reversals_.push_back(level_);
    }
    lastDirection_ = direction;
    if (direction > 0 && atLimit) {
        return;
    }
    // Sums of steps are kept on a fine grid, so that rounding errors cannot pile up and a step up
    // undoes a step down to the last bit.
    const double step = spec_.steps[std::min(reversals_.size(), spec_.steps.size() - 1)];
    offset_ = std::round((offset_ + direction * step) * kStepsPerUnit) / kStepsPerUnit;
    level_ = spec_.scale == StaircaseSpec::Scale::linear ? anchor_ + offset_
                                                         : anchor_ * std::pow(10.0, offset_);
    const double clamped = std::clamp(level_, spec_.minLevel, spec_.maxLevel);
    if (clamped != level_) {
        level_ = anchor_ = clamped;
        offset_ = 0.0;
    }
}

double Staircase::progress() const
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

bool Staircase::finished() const
{
    return progress() >= 1.0;
}

std::optional<double> Staircase::threshold() const
{
    const auto n = static_cast<std::size_t>(spec_.thresholdReversals);
    if (reversals_.size() < n) {
        return std::nullopt;
    }
    const bool geometric = spec_.scale == StaircaseSpec::Scale::logarithmic;
    const double sum = std::transform_reduce(
        reversals_.end() - static_cast<std::ptrdiff_t>(n), reversals_.end(), 0.0, std::plus<>(),
        [&](double level) { return geometric ? std::log(level) : level; });
    const double mean = sum / static_cast<double>(n);
    return geometric ? std::exp(mean) : mean;
}

std::string procedureName(const StaircaseSpec& spec)
{
    return "staircase-" + std::to_string(spec.nDown) + "down-" + std::to_string(spec.nUp) + "up";
}

} // namespace mlab
