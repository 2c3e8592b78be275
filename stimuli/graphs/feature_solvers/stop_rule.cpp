// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/graphs/feature_solvers/stop_rule.h"

#include "core/base/error.h"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace mlab::stimuli {

StopRule::StopRule(double tolerance, int steps, Progress progress, std::stop_token stop)
    : tolerance_(tolerance), most_(steps), progress_(std::move(progress)), stop_(std::move(stop))
{
}

void StopRule::poll() const
{
    if (stop_.stop_requested()) {
        throw Cancelled();
    }
}

bool StopRule::goesOn(double loss)
{
    constexpr std::size_t kPatience = 50; // steps
    constexpr double kLeastProgress = 1e-4;
    count();
    isBest_ = best_.empty() || loss < best_.back();
    best_.push_back(isBest_ ? loss : best_.back());
    if (best_.back() <= tolerance_) {
        reason_ = GraphStop::tolerance;
        return false;
    }
    if (best_.size() > kPatience &&
        best_.back() > (1 - kLeastProgress) * best_[best_.size() - 1 - kPatience]) {
        reason_ = GraphStop::noProgress;
        return false;
    }
    reason_ = GraphStop::budget;
    return steps() < most_;
}

bool StopRule::walksOn()
{
    count();
    reason_ = GraphStop::walked;
    return steps() < most_;
}

void StopRule::count()
{
    poll();
    ++told_;
    progress_("steps", std::min(1.0, static_cast<double>(steps()) / most_));
}

} // namespace mlab::stimuli
