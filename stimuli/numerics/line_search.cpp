// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/numerics/line_search.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace mlab::stimuli {

StrongWolfeSearch::StrongWolfeSearch(double value, double slope, double firstStep)
    : start_{.step = 0.0, .value = value, .slope = slope}, low_(start_), step_(firstStep)
{
}

bool StrongWolfeSearch::tooHigh(const Point& point) const
{
    return point.value > start_.value + kDecrease * point.step * start_.slope;
}

StrongWolfeSearch::State StrongWolfeSearch::advance(double value, double slope)
{
    if (settling_) {
        return State::accepted;
    }
    ++evaluations_;
    Point trial{.step = step_, .value = value, .slope = slope};
    if (!std::isfinite(value) || !std::isfinite(slope)) {
        trial.value = std::numeric_limits<double>::infinity();
        trial.slope = 0.0;
    }
    const bool worse = tooHigh(trial) || (low_.step > 0 && trial.value >= low_.value);
    if (!worse && std::abs(trial.slope) <= -kCurvature * start_.slope) {
        return State::accepted;
    }
    if (!zooming_) {
        if (!worse && trial.slope < 0) {
            constexpr double kGrowth = 2.5;
            low_ = trial;
            step_ *= kGrowth;
            if (evaluations_ < kMaxEvaluations) {
                return State::searching;
            }
            settling_ = true;
            step_ = low_.step;
            return State::searching;
        }
        zooming_ = true;
        high_ = worse ? trial : low_;
        low_ = worse ? low_ : trial;
        return zoom();
    }
    if (worse) {
        high_ = trial;
    } else {
        if (trial.slope * (high_.step - low_.step) >= 0) {
            high_ = low_;
        }
        low_ = trial;
    }
    return zoom();
}

// The next trial: the minimum of the cubic through both ends (their equation 3.59), kept away from
// the ends.
StrongWolfeSearch::State StrongWolfeSearch::zoom()
{
    constexpr double kMargin = 0.1;
    if (evaluations_ >= kMaxEvaluations) {
        if (low_.step == 0) {
            return State::failed;
        }
        settling_ = true;
        step_ = low_.step;
        return State::searching;
    }
    const double width = high_.step - low_.step;
    double share = 0.5;
    const double d1 = low_.slope + high_.slope - 3 * (high_.value - low_.value) / width;
    const double square = d1 * d1 - low_.slope * high_.slope;
    if (std::isfinite(square) && square >= 0) {
        const double d2 = std::copysign(std::sqrt(square), width);
        const double cubic = 1 - (high_.slope + d2 - d1) / (high_.slope - low_.slope + 2 * d2);
        if (std::isfinite(cubic)) {
            share = std::clamp(cubic, kMargin, 1 - kMargin);
        }
    }
    step_ = low_.step + share * width;
    return State::searching;
}

} // namespace mlab::stimuli
