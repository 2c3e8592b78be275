// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/procedures/grid_procedure.h"
#include "core/procedures/parameter_grid.h"
#include "core/procedures/procedure_description.h"
#include "core/procedures/procedure_estimate.h"
#include "core/procedures/stop_rule.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace mlab {

class HierarchicalDimension;

/// How the dimensions of a session are measured together. All share one grid; its prior of the
/// thresholds says where the middle of a layer may lie, those of slopes and lapses are the ones
/// before the first answer.
struct HierarchicalSpec {
    using Procedure = HierarchicalDimension;
    PsychometricGrid grid;
    StopRule stop; ///< of each dimension
    /// Scales that the spread of thresholds within a layer may have, on the grid's scale; all
    /// equally likely a priori.
    std::vector<double> layerSpreads = {1.5, 2.5, 4.0, 6.0, 9.0};
    /// Share of dimensions that have nothing in common with their layer and may lie anywhere: it
    /// keeps an outlier from being drawn towards the others (Schmidli et al. 2014). In (0, 1].
    double outlierShare = 0.15;
    /// How many dimensions' worth the prior of slope and lapse weighs against those measured.
    double nuisanceWeight = 2.0;

    /// @throws InvalidArgument if it contradicts itself.
    void validate() const;

    // See DescribedProcedure.
    static const std::vector<ProcedureType>& types();
    static HierarchicalSpec read(const ProcedureSettings& settings);
    static std::vector<SettingsProblem> problems(const ProcedureSettings& settings)
    {
        return gridProblems(settings);
    }
    std::string name() const { return "hierarchical"; }
    LevelRange levelRange() const { return grid.levelRange(); }
    std::optional<double> startingLevel() const { return std::nullopt; }
    double usualTrials() const { return stop.usualTrials(); }
    EstimatedPoint estimatedPoint() const { return grid.estimatedPoint(); }
    StopRule* sharedStopRule() { return &stop; }
    ProcedureSize size() const { return grid.size(); }

    bool operator==(const HierarchicalSpec&) const = default;
};

/// What never changes in such a session; shared by its dimensions.
struct HierarchicalModel {
    explicit HierarchicalModel(HierarchicalSpec specification);

    HierarchicalSpec spec;
    std::shared_ptr<const ResponseTable> table; ///< psychometricTable()
    std::vector<double> nuisancePrior;          ///< PsychometricGrid's, sums to 1
    std::vector<double> layerPrior;             ///< [middles x spreads] sums to 1
    std::vector<double> ownPrior; ///< [parameters] of a dimension before the others are known
    std::vector<double>
        kernel; ///< [middles x spreads, thresholds] P(threshold | layer), rows sum to 1
};

/// One dimension of the session: its own likelihood, times a prior learnt from the others.
/// Chooses levels as Psi-marginal does: threshold of interest, slope and lapse nuisance.
class HierarchicalDimension {
public:
    /// Alone in its session. @throws InvalidArgument if the specification contradicts itself.
    explicit HierarchicalDimension(const HierarchicalSpec& spec);
    /// With the prior before any dimension was measured.
    explicit HierarchicalDimension(std::shared_ptr<const HierarchicalModel> model);

    double nextLevel() const { return model_->spec.grid.levels[next_]; }
    /// @param level  shown, SD; need not be on the grid
    /// @param sameTrial  as GridProcedure::tell()
    /// @throws InvalidArgument if it is negative or not a finite number.
    void tell(double level, bool correct, bool sameTrial = false);
    void apply(const TrialOutcome& outcome)
    {
        tell(outcome.level, outcome.correct, outcome.sameTrial);
    }
    void limitTo(double highest);
    /// As GridProcedure::expectedInformation().
    double expectedInformation() const { return information_; }
    /// A new prior, over the model's grid. Ignored by a dimension that is finished.
    void setPrior(const std::vector<double>& prior);
    bool finished() const { return reason_.has_value(); }
    std::optional<StopReason> stopReason() const { return reason_; }
    int trials() const { return trials_; }
    /// Mean of the threshold's posterior with its 2.5 and 97.5 % quantiles, but never pulled by the
    /// other dimensions beyond the 95 % interval of this one's own data: there it is held (limited
    /// translation, Efron & Morris 1972), and the interval spans both. Absent before the first
    /// trial of this dimension, however much is known of the others.
    std::optional<ProcedureEstimate> estimate() const;
    double progress() const { return progress_; }
    /// It has none.
    static int reversals() { return 0; }

    const HierarchicalModel& model() const { return *model_; }
    const std::shared_ptr<const HierarchicalModel>& sharedModel() const { return model_; }
    /// [parameters] of this dimension's own answers, the largest 1.
    const std::vector<double>& likelihood() const { return *likelihood_; }
    const GridPosterior& posterior() const { return posterior_; }
    /// One was copied from the other, and neither has changed since.
    bool isCopyOf(const HierarchicalDimension& other) const
    {
        return likelihood_ == other.likelihood_ &&
               &posterior_.weights() == &other.posterior_.weights();
    }
    /// Same specification, same answers and same prior.
    bool operator==(const HierarchicalDimension& other) const;

private:
    GridPosterior posteriorFrom(std::vector<double> prior) const;
    void update();

    std::shared_ptr<const HierarchicalModel> model_;
    std::shared_ptr<const std::vector<double>> likelihood_; ///< shared by copies until one is told
    GridPosterior posterior_;
    int trials_ = 0;
    std::size_t levels_; ///< how many of the grid's may be asked for
    std::size_t next_ = 0;
    double information_ = 0.0;
    double width_ = 0.0;
    double widthAtStart_ = 0.0;
    double progress_ = 0.0;
    std::optional<StopReason> reason_;
};

/// The prior of each dimension, given the answers to all others so far: a function of their
/// likelihoods alone, not of their order.
///
/// Thresholds of a layer are drawn from a normal distribution about the layer's middle, with an
/// unknown spread, except for a share that lies anywhere; middle and spread are integrated over
/// their posterior given the layer's other dimensions (full Bayes on a grid, so that a dimension's
/// data are never used twice). Pairs of slope and lapse are drawn from one distribution over their
/// grid, which is learnt from the whole session by a few steps of expectation-maximisation against
/// a Dirichlet prior (Laird 1978), again without the dimension's own share. For a dimension alone
/// nothing is learnt.
/// @param layers  of each dimension; equal names share
/// @return in the order of the dimensions, each normalised over the grid
std::vector<std::shared_ptr<const std::vector<double>>>
learnPriors(std::span<const HierarchicalDimension* const> dimensions,
            std::span<const std::string> layers);

} // namespace mlab
