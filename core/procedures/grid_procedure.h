// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/procedures/parameter_grid.h"
#include "core/procedures/procedure_description.h"
#include "core/procedures/procedure_estimate.h"
#include "core/procedures/stop_rule.h"
#include "core/psychometrics/sigmoid.h"
#include "core/trial/task.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mlab {

/// The grids over which the psychometric function of a dimension is estimated, with the prior. A
/// list of weights has one for each value, not negative, in any unit; empty: all the same.
///
///     P(right) = chance + (1 - chance - lapse) F(level; threshold, slope)
///
/// chance being the task's, and F Sigmoid::withSlope(). A same-different observer answers
/// "different" to equal intervals in a share of the trials that depends on the observer alone, the
/// false alarms: one more nuisance parameter, which same trials inform. Then
///
///     P("different") = f + (1 - f) F(level; threshold, slope), or f where both are the same,
///
/// and a lapse reverses the answer. F of the dPrime curve is then (hit - f) / (1 - f) by
/// differencing (Macmillan & Creelman 2005, equation 9.6).
struct PsychometricGrid {
    Task task = Task::abx;
    SigmoidShape curve = SigmoidShape::weibull; ///< or norm, logistic, dPrime
    LevelScale scale = LevelScale::decibel; ///< of thresholds' mean and interval, and of the curve
    std::vector<double> levels;             ///< that may be shown, SD, increasing
    std::vector<double> thresholds;         ///< SD, increasing
    std::vector<double> slopes;             ///< > 0, see Sigmoid::withSlope()
    std::vector<double> lapses;             ///< in [0, 1 - chance)
    std::vector<double> falseAlarms = {};   ///< in (0, 1), same-different only
    std::vector<double> thresholdPrior = {};
    std::vector<double> slopePrior = {};
    std::vector<double> lapsePrior = {};

    /// @throws InvalidArgument if it contradicts itself.
    void validate() const;
    LevelRange levelRange() const { return {levels.front(), levels.back()}; }
    /// How many of the levels are not above `highest`; at least 1.
    std::size_t levelsUpTo(double highest) const;
    /// What the curve means by its threshold.
    EstimatedPoint estimatedPoint() const;
    /// Of its table and of one posterior.
    ProcedureSize size() const;
    /// [thresholds, slopes, lapses, false alarms] the joint prior, not normalised; false alarms are
    /// all as likely, and no axis of their own but in same-different.
    std::vector<double> prior() const;
    /// [slopes, lapses, false alarms] the same without the thresholds.
    std::vector<double> nuisancePrior() const;

    bool operator==(const PsychometricGrid&) const = default;
};

/// The grid that is recommended when nothing is known about a dimension except its level range:
/// levels every `stepDb` decibels, thresholds also 12 dB beyond them (one that cannot be shown must
/// not seem to lie just below the limit), with a broad prior in the middle (SD 8 dB), slopes
/// from 1.2 to 8 in even ratios, all as likely (a prior near 3.5 made the intervals of shallow
/// observers too narrow), lapses up to 15 %, most likely few, and for same-different false alarms
/// from 2 to 65 %.
/// @throws InvalidArgument unless 0 < minLevel < maxLevel and the step is above 0.
PsychometricGrid recommendedGrid(double minLevel, double maxLevel, double stepDb = 1.0,
                                 Task task = Task::abx);

/// Values from `first` to `last` in `count` even steps.
std::vector<double> evenGrid(double first, double last, std::size_t count);
/// The same in even ratios. @throws InvalidArgument unless both are above 0.
std::vector<double> ratioGrid(double first, double last, std::size_t count);
/// exp(-z^2 / 2) of each value. @throws InvalidArgument unless the SD is above 0.
std::vector<double> normalWeights(const std::vector<double>& values, double mean, double sd);

/// The grid that the keys of a design describe: the recommended one, except where a key is given.
/// @throws InvalidArgument if they contradict each other.
PsychometricGrid gridOf(const ProcedureSettings& settings);
/// Contradictions between these keys, and within "stop".
std::vector<SettingsProblem> gridProblems(const ProcedureSettings& settings);
/// The keys that gridOf() reads.
std::vector<std::string_view> gridKeys();

class GridProcedure;

/// Three procedures that differ in the parameters they are after.
struct GridProcedureSpec {
    using Procedure = GridProcedure;
    enum class Method {
        questPlus,  ///< all parameters (Watson 2017)
        psi,        ///< threshold and slope, lapses being nuisance (Kontsevich & Tyler 1999)
        psiMarginal ///< threshold, slope and lapses being nuisance (Prins 2013)
    };

    Method method = Method::psiMarginal;
    PsychometricGrid grid;
    StopRule stop;

    // See DescribedProcedure.
    static const std::vector<ProcedureType>& types();
    static GridProcedureSpec read(const ProcedureSettings& settings);
    static std::vector<SettingsProblem> problems(const ProcedureSettings& settings)
    {
        return gridProblems(settings);
    }
    std::string name() const;
    LevelRange levelRange() const { return grid.levelRange(); }
    std::optional<double> startingLevel() const { return std::nullopt; }
    double usualTrials() const { return stop.usualTrials(); }
    EstimatedPoint estimatedPoint() const { return grid.estimatedPoint(); }
    StopRule* sharedStopRule() { return &stop; }
    ProcedureSize size() const { return grid.size(); }

    bool operator==(const GridProcedureSpec&) const = default;
};

/// The table of a grid: one axis of stimuli, the level in SD (of the changed interval; in
/// same-different of a different trial); parameters threshold (as place on the scale), slope and
/// lapse, and in same-different the false alarms.
std::shared_ptr<const ResponseTable> psychometricTable(const PsychometricGrid& grid,
                                                       GridProcedureSpec::Method method);

/// [parameters] P(right) of the table of a same-different grid in a trial whose intervals are the
/// same. @throws InvalidArgument for another task, which has no such trials.
std::vector<double> sameTrialProbabilities(const PsychometricGrid& grid,
                                           const ResponseTable& table);

/// QUEST+, Psi and Psi-marginal for one dimension: a posterior over threshold, slope and lapse, and
/// the level whose answer is expected to tell most about the parameters of interest.
///
/// Copies share the table; one copy holds the posterior. The next level is chosen when tell() is
/// called: one pass over levels x parameters.
class GridProcedure {
public:
    /// @throws InvalidArgument if the specification contradicts itself.
    explicit GridProcedure(const GridProcedureSpec& spec);

    /// One of the grid's levels.
    double nextLevel() const { return spec_->grid.levels[next_]; }
    /// @param level  shown, SD; need not be on the grid
    /// @param sameTrial  a trial of same-different whose intervals were the same, at any level
    /// @throws InvalidArgument if it is negative or not a finite number.
    void tell(double level, bool correct, bool sameTrial = false);
    void apply(const TrialOutcome& outcome)
    {
        tell(outcome.level, outcome.correct, outcome.sameTrial);
    }
    void limitTo(double highest);
    bool finished() const { return stopReason().has_value(); }
    std::optional<StopReason> stopReason() const { return spec_->stop.met(trials_, width_); }
    /// How much the answer at nextLevel() is expected to tell about the parameters of interest,
    /// nats.
    double expectedInformation() const { return information_; }
    int trials() const { return trials_; }
    /// The mean of the threshold's posterior on the scale, with its 2.5 and 97.5 % quantiles;
    /// absent before the first trial.
    std::optional<ProcedureEstimate> estimate() const;
    double progress() const { return progress_; }
    /// It has none.
    static int reversals() { return 0; }

    const GridPosterior& posterior() const { return posterior_; }
    const GridProcedureSpec& spec() const { return *spec_; }
    /// Same specification, same answers.
    bool operator==(const GridProcedure& other) const;

private:
    void update();

    std::shared_ptr<const GridProcedureSpec> spec_;
    GridPosterior posterior_;
    int trials_ = 0;
    std::size_t levels_;   ///< how many of the grid's may be asked for
    std::size_t next_ = 0; ///< into the levels
    double information_ = 0.0;
    double width_ = 0.0; ///< of the interval, on the scale
    double widthAtStart_ = 0.0;
    double progress_ = 0.0;
};

} // namespace mlab
