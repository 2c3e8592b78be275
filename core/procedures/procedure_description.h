// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/procedures/procedure_estimate.h"
#include "core/procedures/stop_rule.h"

#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mlab {

struct ProcedureSettings;

/// A name that a design may give as the "type" of a procedure, and the keys it understands beside
/// those of every type: type, min_level, max_level and stop.
struct ProcedureType {
    std::string_view name;
    std::vector<std::string_view> keys;
    /// The key of "stop" that ends it, beside trials and max_trials; empty if only these do.
    std::string_view stopRule;
    /// Further keys of "stop".
    std::vector<std::string_view> stopKeys = {};
    /// Where a contradiction is reported that no single key is to blame for.
    const char* mainKey = "type";
    /// It knows how much the next answer is expected to tell: see Procedure::expectedInformation().
    bool expectsInformation = true;
};

/// A contradiction between the keys of a "procedure".
struct SettingsProblem {
    /// Where it may have been written, the likeliest first: "target", "stop/trials".
    std::vector<const char*> keys;
    std::string message;
    /// The procedure can run, but part of the request cannot be fulfilled: see Diagnostic::futile.
    /// Earlier programs accepted that, so stored sessions may have such a procedure.
    bool futile = false;
};

/// The levels that a procedure may ask for, SD.
struct LevelRange {
    double lowest = 0.0;
    double highest = 0.0;

    bool operator==(const LevelRange&) const = default;
};

/// Which point of the psychometric function a procedure estimates as its threshold.
struct EstimatedPoint {
    enum class Kind {
        correctShare, ///< where this share of all answers is right
        curveShare,   ///< where the curve has climbed this share of its way from level 0 to its top
        dPrime1       ///< where d' = 1, of an observer with a criterion of its own
    };

    Kind kind = Kind::correctShare;
    double share = 0.5; ///< in (0, 1); without a meaning for dPrime1

    bool operator==(const EstimatedPoint&) const = default;
};

/// What a procedure learns about a completed trial.
struct TrialOutcome {
    double level = 0.0; ///< SD, the level shown, finite and at least 0
    bool correct = false;
    bool atLimit = false;   ///< the stimulus could not go as far as asked
    bool sameTrial = false; ///< same-different: both intervals were the same
};

/// About how much memory procedures take, in numbers of 8 bytes.
struct ProcedureSize {
    double shared = 0; ///< by all procedures with the same specification
    double own = 0;    ///< by each procedure
};

/// The one description of a procedure, which every alternative of ProcedureSpec (procedure.h) must
/// give. Everything that the program knows of a procedure goes through it.
template <class Spec>
concept DescribedProcedure = requires(const Spec& spec, Spec& changing,
                                      const ProcedureSettings& settings)
{
    /// The procedure itself, made from the specification.
    typename Spec::Procedure;
    /// At least one.
    {
        Spec::types()
        } -> std::same_as<const std::vector<ProcedureType>&>;
    /// From the keys of a design. @throws InvalidArgument if they contradict each other.
    {
        Spec::read(settings)
        } -> std::same_as<Spec>;
    /// Contradictions that a key is to blame for, beside those of the level range.
    {
        Spec::problems(settings)
        } -> std::same_as<std::vector<SettingsProblem>>;
    /// As the trial table gives it.
    {
        spec.name()
        } -> std::same_as<std::string>;
    {
        spec.levelRange()
        } -> std::same_as<LevelRange>;
    /// The level of the first trial where the design gives it.
    {
        spec.startingLevel()
        } -> std::same_as<std::optional<double>>;
    /// Trials a dimension usually takes.
    {
        spec.usualTrials()
        } -> std::same_as<double>;
    {
        spec.estimatedPoint()
        } -> std::same_as<EstimatedPoint>;
    /// The rule whose trials may go into a budget that dimensions share; null without one.
    {
        changing.sharedStopRule()
        } -> std::same_as<StopRule*>;
    {
        spec.size()
        } -> std::same_as<ProcedureSize>;
};

/// What Procedure asks of a procedure while it runs. A value with an equality; its state is a
/// function of the calls of tell(), in order.
template <class Running>
concept RunningProcedure = std::copyable<Running> && std::equality_comparable<Running> &&
    requires(const Running& procedure, Running& changing, const TrialOutcome& outcome)
{
    {
        procedure.nextLevel()
        } -> std::same_as<double>;
    changing.apply(outcome);
    /// From now on no level above this one is asked for, but the lowest always may be.
    changing.limitTo(double());
    {
        procedure.stopReason()
        } -> std::same_as<std::optional<StopReason>>;
    {
        procedure.estimate()
        } -> std::same_as<std::optional<ProcedureEstimate>>;
    {
        procedure.progress()
        } -> std::same_as<double>;
    {
        procedure.trials()
        } -> std::same_as<int>;
    {
        procedure.reversals()
        } -> std::same_as<int>;
    {
        procedure.expectedInformation()
        } -> std::convertible_to<std::optional<double>>;
};

} // namespace mlab
