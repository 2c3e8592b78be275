// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/procedures/procedure_description.h"
#include "core/procedures/procedure_estimate.h"
#include "core/procedures/stop_rule.h"
#include "core/psychometrics/level_scale.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mlab {

class Quest;

/// How QUEST is set up (Watson & Pelli 1983). A "place" is that of a level on `scale`.
struct QuestSpec {
    using Procedure = Quest;
    enum class Rule {
        quantile, ///< the quantile that Pelli (1987) found best for this curve
        mean,     ///< of the posterior (King-Smith et al. 1994)
        mode      ///< Watson & Pelli's own
    };

    LevelScale scale = LevelScale::logarithmic;
    double guess = 1.0;   ///< SD, the first level and the prior's mean
    double guessSd = 0.5; ///< of the prior, on the scale
    double target = 0.82; ///< P(right) at the threshold
    double slope = 3.5;   ///< Weibull's, for places in log10 units
    double chance = 0.5;
    double lapse = 0.01; ///< share of trials answered blindly, see Quest
    double grain = 0.01; ///< step of the grid of thresholds, on the scale
    double range = 4.0;  ///< width of that grid, centred at the guess, on the scale
    Rule rule = Rule::quantile;
    double minLevel = 0.05; ///< SD; levels asked for are clamped
    double maxLevel = 3.0;
    /// Levels are a whole number of these steps, on the scale, away from the guess, so that probes
    /// can be reused. Absent: any level.
    std::optional<double> placeStep = {};
    StopRule stop;

    // See DescribedProcedure.
    static const std::vector<ProcedureType>& types();
    static QuestSpec read(const ProcedureSettings& settings);
    static std::vector<SettingsProblem> problems(const ProcedureSettings& settings);
    std::string name() const { return "quest"; }
    LevelRange levelRange() const { return {minLevel, maxLevel}; }
    std::optional<double> startingLevel() const { return guess; }
    double usualTrials() const { return stop.usualTrials(); }
    EstimatedPoint estimatedPoint() const
    {
        return {.kind = EstimatedPoint::Kind::correctShare, .share = target};
    }
    StopRule* sharedStopRule() { return &stop; }
    ProcedureSize size() const { return {.own = range / grain}; }

    bool operator==(const QuestSpec&) const = default;
};

/// QUEST: a distribution over the threshold T alone; the rest of the psychometric function is
/// assumed:
///
///     P(right at x) = lapse * chance + (1 - lapse) (1 - (1 - chance) exp(-10^(slope (x - T + e))))
///
/// `lapse` mixes in blind answers, which are right by chance: the curve ends at
/// 1 - lapse (1 - chance), unlike QUEST+'s, which ends at 1 - lapse. `e` makes P(right at T) the
/// target, by linear interpolation on the grid. Levels passed to tell() are rounded to the grid's
/// grain.
class Quest {
public:
    /// @throws InvalidArgument if the specification contradicts itself.
    explicit Quest(const QuestSpec& spec);

    double nextLevel() const { return next_; }
    /// @param level  shown, SD
    /// @throws InvalidArgument if it is negative or not a finite number.
    void tell(double level, bool correct);
    /// @throws InvalidArgument also for a trial whose intervals were the same.
    void apply(const TrialOutcome& outcome);
    void limitTo(double highest);
    bool finished() const { return stopReason().has_value(); }
    std::optional<StopReason> stopReason() const;
    int trials() const { return trials_; }
    /// The posterior's mean with its 2.5 and 97.5 % quantiles; absent before the first trial.
    std::optional<ProcedureEstimate> estimate() const;
    double progress() const { return progress_; }
    /// It has none.
    static int reversals() { return 0; }
    /// How much the answer at nextLevel() is expected to tell about T, nats.
    double expectedInformation() const;

    /// Of the posterior of T, as places on the scale.
    double mean() const;
    double mode() const;
    double sd() const;
    double quantile(double share) const;
    /// The share that Rule::quantile uses (Pelli 1987).
    double bestQuantile() const { return curve_->bestQuantile; }
    double epsilon() const { return curve_->epsilon; }
    /// Weights of the thresholds on the grid; sums to 1.
    const std::vector<double>& posterior() const { return posterior_; }

    const QuestSpec& spec() const { return spec_; }
    /// Same specification, same answers.
    bool operator==(const Quest& other) const
    {
        return spec_ == other.spec_ && trials_ == other.trials_ && progress_ == other.progress_ &&
               posterior_ == other.posterior_;
    }

private:
    /// P(right) by distance of level and threshold, in grains.
    struct Curve {
        std::vector<double> right; ///< from -reach to +reach
        double epsilon = 0.0;
        double bestQuantile = 0.0;
    };

    static std::shared_ptr<const Curve> makeCurve(const QuestSpec& spec, int reach);
    int halfReach() const { return reach_ / 2; }
    double place(std::size_t index) const;           ///< on the scale, relative to the guess
    std::vector<double> rightAt(double level) const; ///< P(right) for each T of the grid
    double width() const { return quantile(0.975) - quantile(0.025); }
    void update();

    QuestSpec spec_;
    double guessPlace_;
    int reach_; ///< the grid goes from -reach / 2 to +reach / 2 grains
    std::shared_ptr<const Curve> curve_;
    std::vector<double> posterior_;
    double widthAtStart_;
    int trials_ = 0;
    double next_;
    double progress_ = 0.0;
};

} // namespace mlab
