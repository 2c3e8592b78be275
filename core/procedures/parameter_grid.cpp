// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/procedures/parameter_grid.h"

#include "core/base/error.h"
#include "core/base/number_text.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <utility>

namespace mlab {
namespace {

constexpr double kImpossible = 1e-12;
/// A parameter point this improbable changes no expected entropy by as much as rounding does.
constexpr double kNegligible = 1e-20;

double plogp(double p)
{
    return p > 0 ? p * std::log(p) : 0.0;
}

void requireAxes(const std::vector<GridAxis>& axes, const char* what)
{
    if (axes.empty()) {
        throw InvalidArgument("a grid needs at least one axis of " + std::string(what));
    }
    for (const auto& axis : axes) {
        const std::string name = "the grid of " + axis.name;
        if (axis.values.empty()) {
            throw InvalidArgument(name + " is empty");
        }
        if (!std::ranges::all_of(axis.values, [](double x) { return std::isfinite(x); })) {
            throw InvalidArgument(name + " contains a value that is not a finite number");
        }
        auto sorted = axis.values;
        std::ranges::sort(sorted);
        if (std::ranges::adjacent_find(sorted) != sorted.end()) {
            throw InvalidArgument(name + " contains a value twice");
        }
    }
}

void normalise(std::vector<double>& weights)
{
    const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
    for (double& weight : weights) {
        weight /= sum;
    }
}

std::size_t axisStride(const std::vector<GridAxis>& axes, std::size_t axis)
{
    return std::accumulate(
        axes.begin() + static_cast<std::ptrdiff_t>(axis) + 1, axes.end(), std::size_t{1},
        [](std::size_t product, const GridAxis& later) { return product * later.values.size(); });
}

} // namespace

std::vector<std::vector<double>> gridPoints(const std::vector<GridAxis>& axes)
{
    std::vector<std::vector<double>> points = {{}};
    for (const auto& axis : axes) {
        std::vector<std::vector<double>> longer;
        longer.reserve(points.size() * axis.values.size());
        for (const auto& point : points) {
            for (const double value : axis.values) {
                longer.push_back(point);
                longer.back().push_back(value);
            }
        }
        points = std::move(longer);
    }
    return points;
}

std::vector<double> independentPrior(const std::vector<std::vector<double>>& weights)
{
    std::vector<double> joint = {1.0};
    for (const auto& axis : weights) {
        std::vector<double> longer;
        longer.reserve(joint.size() * axis.size());
        for (const double before : joint) {
            for (const double weight : axis) {
                longer.push_back(before * weight);
            }
        }
        joint = std::move(longer);
    }
    return joint;
}

double cellQuantile(std::span<const double> places, std::span<const double> weights, double share)
{
    const std::size_t n = places.size();
    if (n == 1) {
        return places.front();
    }
    const auto border = [&](std::size_t i) { // lower border of cell i; n: the upper end
        if (i == 0) {
            return places[0] - (places[1] - places[0]) / 2;
        }
        if (i == n) {
            return places[n - 1] + (places[n - 1] - places[n - 2]) / 2;
        }
        return (places[i - 1] + places[i]) / 2;
    };
    double below = 0.0;
    for (std::size_t i = 0; i < n; ++i) {
        if (below + weights[i] >= share && weights[i] > 0) {
            const double part = std::clamp((share - below) / weights[i], 0.0, 1.0);
            return border(i) + part * (border(i + 1) - border(i));
        }
        below += weights[i];
    }
    return border(n);
}

ResponseTable::ResponseTable(std::vector<GridAxis> stimulusAxes,
                             std::vector<GridAxis> parameterAxes, ResponseModel model,
                             std::vector<bool> interest)
    : stimulusAxes_(std::move(stimulusAxes)), parameterAxes_(std::move(parameterAxes)),
      model_(std::move(model))
{
    requireAxes(stimulusAxes_, "stimuli");
    requireAxes(parameterAxes_, "parameters");
    if (interest.size() != parameterAxes_.size() || std::ranges::count(interest, true) == 0) {
        throw InvalidArgument(
            "at least one parameter must be of interest, and every parameter must be "
            "marked as of interest or not");
    }
    stimulusPoints_ = gridPoints(stimulusAxes_);
    parameterPoints_ = gridPoints(parameterAxes_);
    right_.resize(parameters() * stimuli());
    for (std::size_t s = 0; s < stimuli(); ++s) {
        const auto column = computed(stimulusPoints_[s]);
        for (std::size_t p = 0; p < parameters(); ++p) {
            right_[p * stimuli() + s] = column[p];
        }
    }

    // An axis of one value leaves nothing to marginalise over.
    bool nuisance = false;
    for (std::size_t axis = 0; axis < interest.size(); ++axis) {
        nuisance = nuisance || (!interest[axis] && parameterAxes_[axis].values.size() > 1);
    }
    if (!nuisance) {
        entropy_.resize(right_.size());
        std::ranges::transform(right_, entropy_.begin(),
                               [](double p) { return -plogp(p) - plogp(1 - p); });
        return;
    }
    std::map<std::vector<double>, std::size_t> groups;
    for (const auto& point : parameterPoints_) {
        std::vector<double> wanted;
        for (std::size_t axis = 0; axis < interest.size(); ++axis) {
            if (interest[axis]) {
                wanted.push_back(point[axis]);
            }
        }
        group_.push_back(groups.emplace(std::move(wanted), groups.size()).first->second);
    }
    groups_ = groups.size();
}

std::vector<double> ResponseTable::probabilities(std::span<const double> stimulus) const
{
    const auto known = std::ranges::find_if(
        stimulusPoints_, [&](const auto& point) { return std::ranges::equal(point, stimulus); });
    if (known == stimulusPoints_.end()) {
        return computed(stimulus);
    }
    const auto s = static_cast<std::size_t>(known - stimulusPoints_.begin());
    std::vector<double> out(parameters());
    for (std::size_t p = 0; p < parameters(); ++p) {
        out[p] = right_[p * stimuli() + s];
    }
    return out;
}

std::vector<double> ResponseTable::computed(std::span<const double> stimulus) const
{
    std::vector<double> out(parameters());
    std::ranges::transform(parameterPoints_, out.begin(), [&](const auto& point) {
        const double p = model_(stimulus, point);
        if (!(p >= 0 && p <= 1)) {
            throw InvalidArgument("the model gives a probability of " + roundedNumber(p) +
                                  " on this grid; check the ranges of its parameters");
        }
        return std::clamp(p, kImpossible, 1 - kImpossible);
    });
    return out;
}

std::vector<double> ResponseTable::jointInformation(std::span<const double> weights) const
{
    // Stimuli lie next to each other, so that both sums run over whole vectors.
    const std::size_t n = stimuli();
    std::vector<double> right(n);
    std::vector<double> conditional(n);
    for (std::size_t p = 0; p < parameters(); ++p) {
        const double weight = weights[p];
        if (weight < kNegligible) {
            continue;
        }
        const double* const rightRow = right_.data() + p * n;
        const double* const entropyRow = entropy_.data() + p * n;
        for (std::size_t s = 0; s < n; ++s) {
            right[s] += weight * rightRow[s];
            conditional[s] += weight * entropyRow[s];
        }
    }
    for (std::size_t s = 0; s < n; ++s) {
        right[s] = -plogp(right[s]) - plogp(1 - right[s]) - conditional[s];
    }
    return right;
}

std::vector<double> ResponseTable::marginalInformation(std::span<const double> weights) const
{
    const std::size_t n = stimuli();
    std::vector<double> groupWeight(groups_);
    std::vector<double> groupRight(groups_ * n);
    for (std::size_t p = 0; p < parameters(); ++p) {
        const double weight = weights[p];
        groupWeight[group_[p]] += weight;
        if (weight < kNegligible) {
            continue;
        }
        const double* const rightRow = right_.data() + p * n;
        double* const sums = groupRight.data() + group_[p] * n;
        for (std::size_t s = 0; s < n; ++s) {
            sums[s] += weight * rightRow[s];
        }
    }
    std::vector<double> right(n);
    std::vector<double> information(n);
    for (std::size_t g = 0; g < groups_; ++g) {
        if (groupWeight[g] < kNegligible) {
            continue;
        }
        const double all = plogp(groupWeight[g]);
        for (std::size_t s = 0; s < n; ++s) {
            const double q = groupRight[g * n + s];
            right[s] += q;
            information[s] += plogp(q) + plogp(groupWeight[g] - q) - all;
        }
    }
    for (std::size_t s = 0; s < n; ++s) {
        information[s] -= plogp(right[s]) + plogp(1 - right[s]);
    }
    return information;
}

ResponseTable::Choice ResponseTable::mostInformative(std::span<const double> weights,
                                                     std::optional<std::size_t> among) const
{
    const auto information =
        group_.empty() ? jointInformation(weights) : marginalInformation(weights);
    const auto best = std::ranges::max_element(
        information.begin(),
        information.begin() + static_cast<std::ptrdiff_t>(among.value_or(information.size())));
    return {.stimulus = static_cast<std::size_t>(best - information.begin()), .information = *best};
}

GridPosterior::GridPosterior(std::shared_ptr<const ResponseTable> table, std::vector<double> prior)
    : table_(std::move(table))
{
    if (prior.size() != table_->parameters()) {
        throw InvalidArgument("the prior has " + std::to_string(prior.size()) +
                              " weights, the grid of parameters " +
                              std::to_string(table_->parameters()) + " points");
    }
    const bool weighs = std::ranges::all_of(
        prior, [](double weight) { return weight >= 0 && std::isfinite(weight); });
    if (!weighs || std::ranges::all_of(prior, [](double weight) { return weight == 0; })) {
        throw InvalidArgument("the weights of a prior must be 0 or more and not all 0; priors that "
                              "contradict each other leave nothing possible");
    }
    normalise(prior);
    weights_ = std::make_shared<const std::vector<double>>(std::move(prior));
}

void GridPosterior::tell(std::span<const double> stimulus, bool correct)
{
    if (!std::ranges::all_of(stimulus, [](double x) { return std::isfinite(x); })) {
        throw InvalidArgument("an answer was given for a stimulus that is not a finite number");
    }
    tellProbabilities(table_->probabilities(stimulus), correct);
}

void GridPosterior::tellProbabilities(std::span<const double> right, bool correct)
{
    auto weights = *weights_;
    for (std::size_t p = 0; p < weights.size(); ++p) {
        weights[p] *= correct ? right[p] : 1 - right[p];
    }
    normalise(weights);
    weights_ = std::make_shared<const std::vector<double>>(std::move(weights));
}

std::vector<double> GridPosterior::marginal(std::size_t axis) const
{
    const std::size_t size = table_->parameterAxes()[axis].values.size();
    const std::size_t stride = axisStride(table_->parameterAxes(), axis);
    std::vector<double> out(size);
    for (std::size_t p = 0; p < weights_->size(); ++p) {
        out[p / stride % size] += (*weights_)[p];
    }
    return out;
}

double GridPosterior::mean(std::size_t axis) const
{
    const auto weights = marginal(axis);
    const auto& values = table_->parameterAxes()[axis].values;
    return std::inner_product(weights.begin(), weights.end(), values.begin(), 0.0);
}

double GridPosterior::sd(std::size_t axis) const
{
    const auto weights = marginal(axis);
    const auto& values = table_->parameterAxes()[axis].values;
    const double centre = mean(axis);
    double variance = 0.0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        variance += weights[i] * (values[i] - centre) * (values[i] - centre);
    }
    return std::sqrt(variance);
}

std::vector<double> GridPosterior::mode() const
{
    const auto best = std::ranges::max_element(*weights_) - weights_->begin();
    return table_->parameter(static_cast<std::size_t>(best));
}

double GridPosterior::quantile(std::size_t axis, double share) const
{
    return cellQuantile(table_->parameterAxes()[axis].values, marginal(axis), share);
}

} // namespace mlab
