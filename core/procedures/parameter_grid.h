// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace mlab {

/// One dimension of a grid: what it is called and the values it may take.
struct GridAxis {
    std::string name;
    std::vector<double> values;

    bool operator==(const GridAxis&) const = default;
};

/// P(right answer | stimulus, parameters); both in the order of their axes.
using ResponseModel =
    std::function<double(std::span<const double> stimulus, std::span<const double> parameters)>;

/// What never changes during a measurement: the grids of stimuli and parameters, and the
/// probability of a right answer for each pair. Computed once, shared by every copy of a procedure,
/// and by all procedures with the same specification. Points are counted with the first axis
/// slowest.
///
/// No answer is considered impossible: probabilities are kept within 1e-12 of 0 and 1.
class ResponseTable {
public:
    /// @param interest  for each parameter axis, whether its value is of interest; the
    ///        others are nuisance parameters, over which the information is marginalised
    /// @throws InvalidArgument for an empty grid, a value that is not finite, a repeated
    ///         value, a model that does not give a probability, or nothing of interest.
    ResponseTable(std::vector<GridAxis> stimulusAxes, std::vector<GridAxis> parameterAxes,
                  ResponseModel model, std::vector<bool> interest);

    const std::vector<GridAxis>& stimulusAxes() const { return stimulusAxes_; }
    const std::vector<GridAxis>& parameterAxes() const { return parameterAxes_; }
    std::size_t stimuli() const { return stimulusPoints_.size(); }
    std::size_t parameters() const { return parameterPoints_.size(); }
    const std::vector<double>& stimulus(std::size_t index) const { return stimulusPoints_[index]; }
    const std::vector<double>& parameter(std::size_t index) const
    {
        return parameterPoints_[index];
    }

    /// P(right) of every parameter point for any stimulus, on the grid or off it.
    std::vector<double> probabilities(std::span<const double> stimulus) const;

    /// A stimulus, and how much its answer is expected to tell.
    struct Choice {
        std::size_t stimulus = 0;
        double information = 0.0; ///< nats, about the parameters of interest
    };

    /// The stimulus whose answer tells most about the parameters of interest when these are
    /// distributed as `weights` (summing to 1): the least expected entropy of their posterior,
    /// which is the largest mutual information of answer and parameters (Kontsevich & Tyler 1999;
    /// Watson 2017; with nuisance parameters Prins 2013). The first one on ties.
    /// @param among  only the first so many stimuli are considered, at least 1; all by default
    Choice mostInformative(std::span<const double> weights,
                           std::optional<std::size_t> among = {}) const;

private:
    std::vector<double> computed(std::span<const double> stimulus) const;
    std::vector<double> jointInformation(std::span<const double> weights) const;
    std::vector<double> marginalInformation(std::span<const double> weights) const;

    std::vector<GridAxis> stimulusAxes_;
    std::vector<GridAxis> parameterAxes_;
    ResponseModel model_;
    std::vector<std::vector<double>> stimulusPoints_;
    std::vector<std::vector<double>> parameterPoints_;
    std::vector<double> right_;      ///< [parameters, stimuli] P(right)
    std::vector<double> entropy_;    ///< [parameters, stimuli] entropy of the answer, nats; without
                                     ///< nuisance parameters only
    std::vector<std::size_t> group_; ///< [parameters] which values of interest; with nuisance only
    std::size_t groups_ = 0;
};

/// What is known about the parameters: a distribution over their grid.
class GridPosterior {
public:
    /// @param prior  [parameters] not negative, not all 0; need not sum to 1
    /// @throws InvalidArgument if the prior is not a distribution over the table's parameters.
    GridPosterior(std::shared_ptr<const ResponseTable> table, std::vector<double> prior);

    const ResponseTable& table() const { return *table_; }
    const std::vector<double>& weights() const { return *weights_; }
    /// Bayes' rule. The stimulus need not be on the grid.
    /// @throws InvalidArgument if the stimulus has a value that is not finite.
    void tell(std::span<const double> stimulus, bool correct);
    /// The same for an answer that is not in the table.
    /// @param right  [parameters] P(right answer), neither 0 nor 1
    void tellProbabilities(std::span<const double> right, bool correct);

    /// [values of the axis] sums to 1.
    std::vector<double> marginal(std::size_t axis) const;
    double mean(std::size_t axis) const;
    double sd(std::size_t axis) const;
    /// The most probable point of the joint distribution; the first one on ties.
    std::vector<double> mode() const;
    /// The place on an axis below which `share` of the probability lies: each value stands for the
    /// cell around it, half-way to its neighbours, over which its probability is spread evenly.
    double quantile(std::size_t axis, double share) const;

private:
    std::shared_ptr<const ResponseTable> table_;
    std::shared_ptr<const std::vector<double>> weights_; ///< shared by copies until one is told
};

/// All combinations of the axes' values, the first axis slowest.
std::vector<std::vector<double>> gridPoints(const std::vector<GridAxis>& axes);

/// The joint prior of independent axes: products of their weights, in the order of gridPoints().
/// @param weights  for each axis one weight for each value
std::vector<double> independentPrior(const std::vector<std::vector<double>>& weights);

/// Quantile of a distribution over increasing places, as GridPosterior::quantile().
double cellQuantile(std::span<const double> places, std::span<const double> weights, double share);

} // namespace mlab
