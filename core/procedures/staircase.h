// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/procedures/procedure_description.h"
#include "core/procedures/procedure_estimate.h"
#include "core/procedures/stop_rule.h"
#include "core/psychometrics/level_scale.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace mlab {

class Staircase;

/// How a staircase is set up. Levels are magnitudes in SD: higher is easier to notice.
struct StaircaseSpec {
    using Procedure = Staircase;
    /// A linear step adds or subtracts; the others multiply or divide by 10^step (logarithmic) or
    /// 10^(step / 20) (decibel).
    using Scale = LevelScale;
    /// When both stop rules are given: `any` ends at whichever comes first, `all` when both hold.
    enum class StopWhen { any, all };
    /// Which tracks end because they can no longer move. Earlier programs let them go on at the
    /// minimum, and at the maximum unless a design gave `stuck_steps`.
    enum class StuckRule { eitherLimit, maximumIfAsked };

    double startLevel = 1.0;
    double minLevel = 0.05;
    double maxLevel = 3.0;
    Scale scale = Scale::logarithmic;
    /// Step sizes: the first until the first reversal, the second until the next, and so on; the
    /// last one stays.
    std::vector<double> steps = {0.2, 0.1};
    int nDown = 2; ///< correct answers in a row that lower the level
    int nUp = 1;   ///< wrong answers in a row that raise it
    std::optional<int> stopReversals = 6;
    std::optional<int> stopTrials = {};
    StopWhen stopWhen = StopWhen::any;
    /// The threshold is the mean level of this many last reversals (geometric if logarithmic).
    int thresholdReversals = 4;
    /// Size of a step up over that of a step down, whose sizes `steps` gives. p / (1 - p) makes a
    /// 1-down/1-up staircase settle where a share p of the answers is right (Kaernbach 1991).
    double upStepRatio = 1.0;
    /// Ends the track after this many steps in a row that its limit swallowed: the threshold is
    /// beyond what can be shown. Absent: see mostStuckSteps().
    std::optional<int> stopStuckSteps = {};
    StuckRule stuckRule = StuckRule::eitherLimit;
    /// The track ends here in any case, since it may never turn. A larger `stopTrials` counts.
    int maxTrials = 1000;

    // See DescribedProcedure.
    static const std::vector<ProcedureType>& types();
    static StaircaseSpec read(const ProcedureSettings& settings);
    static std::vector<SettingsProblem> problems(const ProcedureSettings& settings);
    std::string name() const;
    LevelRange levelRange() const { return {minLevel, maxLevel}; }
    std::optional<double> startingLevel() const { return startLevel; }
    double usualTrials() const;
    EstimatedPoint estimatedPoint() const;
    StopRule* sharedStopRule() { return nullptr; }
    static ProcedureSize size() { return {}; }
    /// `stopStuckSteps`, else 10 where reversals are counted, which then cannot come any more; none
    /// where trials alone are.
    std::optional<int> mostStuckSteps() const;
    /// The track ends after so many trials at the latest.
    int mostTrials() const;

    bool operator==(const StaircaseSpec&) const = default;
};

/// The transformed up-down method (Levitt 1971). n-down/1-up converges where n correct answers in
/// a row are as likely as not: 0.5^(1/n), 70.7 % for 2-down/1-up.
///
/// The rules are those of PsychoPy's StairHandler without its initial 1-down rule:
/// - `nDown` correct answers in a row step down, `nUp` wrong ones step up; the run is counted from
///   0 again after every step, and an answer of the other kind breaks it. This holds from the
///   first trial on.
/// - A reversal happens in the trial whose answer turns the track, and its level is the one shown
///   in that trial. The step made at the reversal already has the next size.
/// - After a step the level is clamped to [minLevel, maxLevel]. A step that the clamp swallows
///   still counts as a move up or down.
/// - A step up is `upStepRatio` times as large as a step down.
/// - Steps of the same size up and down come back to bit-identical levels, so that trials at one
///   level can be grouped by its number, and their probes are found in the cache.
///
/// The state is a function of the answers, in order.
class Staircase {
public:
    /// @throws InvalidArgument if the specification contradicts itself.
    explicit Staircase(StaircaseSpec spec);

    double nextLevel() const { return level_; }
    /// Takes the answer at nextLevel(). `atLimit`: the stimulus could not go as far as asked, so
    /// a higher level would not help, and the level is not raised (as if it were the maximum).
    void tell(bool correct, bool atLimit = false);
    void apply(const TrialOutcome& outcome) { tell(outcome.correct, outcome.atLimit); }
    void limitTo(double highest);
    bool finished() const;
    int trials() const { return trials_; }
    /// Levels at which the track turned, in order.
    const std::vector<double>& reversalLevels() const { return reversals_; }
    /// Mean level of the last `thresholdReversals` reversals; absent before there are that many.
    std::optional<double> threshold() const;
    int reversals() const { return static_cast<int>(reversals_.size()); }
    /// It does not know.
    static std::optional<double> expectedInformation() { return std::nullopt; }
    /// threshold(), without an interval: reversals depend on each other, and a short track is still
    /// on its way from its start, so that their scatter is too small (intervals computed from it
    /// contained the true threshold in 37 to 86 of 100 simulated tracks).
    std::optional<ProcedureEstimate> estimate() const;
    /// How far the stop rule is met, in [0, 1], never falling; 1 exactly when finished().
    double progress() const;
    /// Why it is finished; absent while it is not.
    std::optional<StopReason> stopReason() const;
    /// Steps to the same side in a row, up to now, that the limit swallowed.
    int stuckSteps() const { return stuckSteps_; }

    const StaircaseSpec& spec() const { return spec_; }
    bool operator==(const Staircase&) const = default;

private:
    void move(int direction, bool atLimit);
    bool swallows(int direction, bool atLimit) const;
    double ruleProgress() const;

    StaircaseSpec spec_;
    double anchor_;       ///< the level the steps are counted from: start, minimum or maximum
    double offset_ = 0.0; ///< steps taken since, in units of the scale
    double level_;
    int trials_ = 0;
    int correctRun_ = 0;
    int wrongRun_ = 0;
    int lastDirection_ = 0; ///< +1 up, -1 down, 0 not moved yet
    int stuckSteps_ = 0;
    std::vector<double> reversals_;
};

/// The share of right answers at which a staircase settles: where a step down is as likely as a
/// step up, weighted by their sizes. For n-down/1-up that is (up / (up + down))^(1/n): with equal
/// steps Levitt (1971), for n = 1 Kaernbach (1991), in general Garcia-Perez (1998).
double convergenceShare(const StaircaseSpec& spec);

} // namespace mlab
