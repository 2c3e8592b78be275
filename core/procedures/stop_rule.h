// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string_view>

namespace mlab {

/// Why a procedure is finished.
enum class StopReason { reversals, trials, intervalWidth, maximumTrials, stuckAtLimit };

std::string_view toString(StopReason reason);

/// When a Bayesian procedure ends. With both rules: `any` at whichever comes first, `all` when both
/// hold. With neither it ends at the maximum, which always holds.
struct StopRule {
    enum class When { any, all };

    std::optional<int> trials = {};
    /// Width of the 95 % interval, on the procedure's scale: SD, log10 units or dB.
    std::optional<double> intervalWidth = {};
    When when = When::any;
    int maxTrials = 64;

    /// @throws InvalidArgument if a limit is not positive or the maximum lies below `trials`.
    void validate() const;
    /// Why a procedure is finished after this many trials with an interval of this width, if it is.
    std::optional<StopReason> met(int trialsDone, double width) const;
    /// To what extent the rules are met, in [0, 1]; 1 exactly when met. May fall when the interval
    /// widens.
    /// @param widthAtStart  of the interval before the first trial
    double progress(int trialsDone, double width, double widthAtStart) const;
    /// Trials a procedure may take, to weigh it against others.
    int usualTrials() const;

    bool operator==(const StopRule&) const = default;
};

} // namespace mlab
