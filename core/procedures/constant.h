// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/procedures/procedure_description.h"
#include "core/procedures/procedure_estimate.h"
#include "core/procedures/stop_rule.h"

#include <optional>
#include <string>
#include <vector>

namespace mlab {

class ConstantProcedure;

/// A number of trials at one level: a condition, or one stimulus of the method of constant stimuli.
struct ConstantSpec {
    using Procedure = ConstantProcedure;

    double level = 1.0; ///< SD
    int trials = 32;

    // See DescribedProcedure.
    static const std::vector<ProcedureType>& types();
    static ConstantSpec read(const ProcedureSettings& settings);
    static std::vector<SettingsProblem> problems(const ProcedureSettings& settings);
    std::string name() const { return "constant"; }
    LevelRange levelRange() const { return {level, level}; }
    std::optional<double> startingLevel() const { return level; }
    double usualTrials() const { return trials; }
    /// Of a fit to its trials, since it estimates none itself.
    EstimatedPoint estimatedPoint() const
    {
        return {.kind = EstimatedPoint::Kind::curveShare, .share = 0.5};
    }
    StopRule* sharedStopRule() { return nullptr; }
    ProcedureSize size() const { return {.shared = 0, .own = 1}; }

    bool operator==(const ConstantSpec&) const = default;
};

/// Asks for the same level in each trial and estimates no threshold.
class ConstantProcedure {
public:
    /// @throws InvalidArgument unless the level is finite and not negative, and there are trials.
    explicit ConstantProcedure(const ConstantSpec& spec);

    double nextLevel() const { return spec_.level; }
    void apply(const TrialOutcome& /*outcome*/) { ++trials_; }
    /// The lowest level may always be asked for, and this is it.
    static void limitTo(double /*highest*/) {}
    std::optional<StopReason> stopReason() const
    {
        return trials_ < spec_.trials ? std::nullopt : std::optional(StopReason::trials);
    }
    static std::optional<ProcedureEstimate> estimate() { return std::nullopt; }
    double progress() const
    {
        return trials_ < spec_.trials ? static_cast<double>(trials_) / spec_.trials : 1.0;
    }
    int trials() const { return trials_; }
    static int reversals() { return 0; }
    static std::optional<double> expectedInformation() { return std::nullopt; }

    bool operator==(const ConstantProcedure&) const = default;

private:
    ConstantSpec spec_;
    int trials_ = 0;
};

} // namespace mlab
