// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/procedures/stop_rule.h"

#include "core/base/error.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace mlab {

std::string_view toString(StopReason reason)
{
    switch (reason) {
    case StopReason::reversals:
        return "reversals";
    case StopReason::trials:
        return "trials";
    case StopReason::intervalWidth:
        return "interval_width";
    case StopReason::maximumTrials:
        return "max_trials";
    case StopReason::stuckAtLimit:
        return "stuck_at_limit";
    }
    throw InternalError("unknown stop reason");
}

void StopRule::validate() const
{
    if (maxTrials < 1 || trials.value_or(1) < 1) {
        throw InvalidArgument("the numbers of trials that end a procedure must be at least 1");
    }
    if (trials.value_or(1) > maxTrials) {
        throw InvalidArgument("a procedure cannot take " + std::to_string(*trials) +
                              " trials when its maximum is " + std::to_string(maxTrials));
    }
    if (intervalWidth && !(*intervalWidth > 0 && std::isfinite(*intervalWidth))) {
        throw InvalidArgument("the width of the interval that ends a procedure must be above 0");
    }
}

std::optional<StopReason> StopRule::met(int trialsDone, double width) const
{
    const bool byTrials = trials && trialsDone >= *trials;
    const bool byWidth = intervalWidth && width <= *intervalWidth;
    const bool both = trials && intervalWidth && when == When::all;
    if (both ? byTrials && byWidth : byTrials || byWidth) {
        return byWidth ? StopReason::intervalWidth : StopReason::trials;
    }
    if (trialsDone >= maxTrials) {
        return StopReason::maximumTrials;
    }
    return std::nullopt;
}

double StopRule::progress(int trialsDone, double width, double widthAtStart) const
{
    if (met(trialsDone, width)) {
        return 1.0;
    }
    const double byMaximum = static_cast<double>(trialsDone) / maxTrials;
    const double byTrials = trials ? static_cast<double>(trialsDone) / *trials : byMaximum;
    if (!intervalWidth || widthAtStart <= *intervalWidth) {
        return std::max(byMaximum, std::min(byTrials, 1.0));
    }
    // An interval narrows with the square root of the trials.
    const double byWidth =
        std::clamp((std::pow(width, -2) - std::pow(widthAtStart, -2)) /
                       (std::pow(*intervalWidth, -2) - std::pow(widthAtStart, -2)),
                   0.0, 1.0);
    const bool both = trials && when == When::all;
    const double rules = both ? std::min(byTrials, byWidth) : std::max(byTrials, byWidth);
    // Not quite 1: rounding must not say it is finished.
    return std::min(std::max(byMaximum, rules), 0.999);
}

int StopRule::usualTrials() const
{
    return trials && (when == When::any || !intervalWidth) ? *trials : maxTrials;
}

} // namespace mlab
