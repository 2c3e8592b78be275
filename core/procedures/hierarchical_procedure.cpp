// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/procedures/hierarchical_procedure.h"

#include "core/base/error.h"
#include "core/procedures/procedure_settings.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <utility>

namespace mlab {
namespace {

constexpr std::size_t kThresholdAxis = 0;
constexpr int kLearningSteps = 6;

void normalise(std::vector<double>& weights)
{
    const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
    std::ranges::transform(weights, weights.begin(), [&](double weight) { return weight / sum; });
}

/// Priors of one session while they are learnt.
class Learner {
public:
    Learner(std::span<const HierarchicalDimension* const> dimensions,
            std::span<const std::string> layers)
        : dimensions_(dimensions), model_(dimensions.front()->model()),
          thresholds_(model_.spec.grid.thresholds.size()), nuisances_(model_.nuisancePrior.size()),
          layerPoints_(model_.layerPrior.size()),
          nuisancePriors_(dimensions.size(), model_.nuisancePrior),
          thresholdPriors_(dimensions.size())
    {
        for (std::size_t d = 0; d < dimensions_.size(); ++d) {
            layers_[layers[d]].push_back(d);
        }
    }

    std::vector<std::shared_ptr<const std::vector<double>>> learn()
    {
        for (int step = 0; step < kLearningSteps; ++step) {
            learnThresholds();
            learnNuisances();
        }
        std::vector<std::shared_ptr<const std::vector<double>>> out;
        for (std::size_t d = 0; d < dimensions_.size(); ++d) {
            out.push_back(std::make_shared<const std::vector<double>>(
                independentPrior({thresholdPriors_[d], nuisancePriors_[d]})));
        }
        return out;
    }

private:
    /// P(threshold) of each dimension from the others of its layer.
    void learnThresholds()
    {
        for (const auto& [name, members] : layers_) {
            std::vector<std::vector<double>> logEvidence; // [member][layer point]
            std::vector<double> sum(layerPoints_);
            std::ranges::transform(model_.layerPrior, sum.begin(),
                                   [](double weight) { return std::log(weight); });
            for (const std::size_t d : members) {
                logEvidence.push_back(evidence(d));
                std::ranges::transform(sum, logEvidence.back(), sum.begin(), std::plus<>());
            }
            for (std::size_t m = 0; m < members.size(); ++m) {
                std::vector<double> layer(layerPoints_);
                std::ranges::transform(sum, logEvidence[m], layer.begin(), std::minus<>());
                const double most = std::ranges::max(layer);
                std::ranges::transform(layer, layer.begin(),
                                       [&](double x) { return std::exp(x - most); });
                normalise(layer);
                auto& prior = thresholdPriors_[members[m]];
                prior.assign(thresholds_, 0.0);
                for (std::size_t h = 0; h < layerPoints_; ++h) {
                    const double* const row = model_.kernel.data() + h * thresholds_;
                    for (std::size_t t = 0; t < thresholds_; ++t) {
                        prior[t] += layer[h] * row[t];
                    }
                }
            }
        }
    }

    /// log P(answers of the dimension | layer's middle and spread).
    std::vector<double> evidence(std::size_t d) const
    {
        const auto& likelihood = dimensions_[d]->likelihood();
        std::vector<double> ofThreshold(thresholds_);
        for (std::size_t t = 0; t < thresholds_; ++t) {
            ofThreshold[t] = std::inner_product(
                nuisancePriors_[d].begin(), nuisancePriors_[d].end(),
                likelihood.begin() + static_cast<std::ptrdiff_t>(t * nuisances_), 0.0);
        }
        std::vector<double> out(layerPoints_);
        for (std::size_t h = 0; h < layerPoints_; ++h) {
            out[h] = std::log(std::inner_product(
                ofThreshold.begin(), ofThreshold.end(),
                model_.kernel.begin() + static_cast<std::ptrdiff_t>(h * thresholds_), 0.0));
        }
        return out;
    }

    /// P(slope, lapse) of each dimension from all others.
    void learnNuisances()
    {
        std::vector<std::vector<double>> shares;
        std::vector<double> sum(nuisances_);
        std::ranges::transform(model_.nuisancePrior, sum.begin(),
                               [&](double weight) { return model_.spec.nuisanceWeight * weight; });
        for (std::size_t d = 0; d < dimensions_.size(); ++d) {
            const auto& likelihood = dimensions_[d]->likelihood();
            std::vector<double> share(nuisances_);
            for (std::size_t t = 0; t < thresholds_; ++t) {
                const double* const row = likelihood.data() + t * nuisances_;
                for (std::size_t n = 0; n < nuisances_; ++n) {
                    share[n] += thresholdPriors_[d][t] * row[n];
                }
            }
            std::ranges::transform(share, nuisancePriors_[d], share.begin(), std::multiplies<>());
            normalise(share);
            std::ranges::transform(sum, share, sum.begin(), std::plus<>());
            shares.push_back(std::move(share));
        }
        for (std::size_t d = 0; d < dimensions_.size(); ++d) {
            std::ranges::transform(sum, shares[d], nuisancePriors_[d].begin(),
                                   [](double all, double own) { return std::max(all - own, 0.0); });
            normalise(nuisancePriors_[d]);
        }
    }

    std::span<const HierarchicalDimension* const> dimensions_;
    const HierarchicalModel& model_;
    std::size_t thresholds_;
    std::size_t nuisances_;
    std::size_t layerPoints_;
    std::map<std::string, std::vector<std::size_t>> layers_;
    std::vector<std::vector<double>> nuisancePriors_;  ///< by dimension
    std::vector<std::vector<double>> thresholdPriors_; ///< by dimension
};

ThresholdInterval intervalOf(const GridPosterior& posterior)
{
    return {posterior.quantile(kThresholdAxis, 0.025), posterior.quantile(kThresholdAxis, 0.975)};
}

double widthOf(const GridPosterior& posterior)
{
    const auto interval = intervalOf(posterior);
    return interval.high - interval.low;
}

} // namespace

void HierarchicalSpec::validate() const
{
    grid.validate();
    stop.validate();
    const auto positive = [](double x) { return x > 0 && std::isfinite(x); };
    if (layerSpreads.empty() || !std::ranges::all_of(layerSpreads, positive)) {
        throw InvalidArgument("the spreads a layer may have must be above 0, at least one");
    }
    if (!(outlierShare > 0 && outlierShare <= 1) || !positive(nuisanceWeight)) {
        throw InvalidArgument("the share of outliers must be above 0 and at most 1, the weight of "
                              "the prior of slope and lapse above 0");
    }
}

HierarchicalModel::HierarchicalModel(HierarchicalSpec specification)
    : spec((specification.validate(), std::move(specification))),
      table(psychometricTable(spec.grid, GridProcedureSpec::Method::psiMarginal))
{
    const auto& grid = spec.grid;
    const auto orEven = [](const std::vector<double>& weights, std::size_t size) {
        return weights.empty() ? std::vector<double>(size, 1.0) : weights;
    };
    nuisancePrior = grid.nuisancePrior();
    normalise(nuisancePrior);
    // A layer's middle may lie wherever a threshold may.
    layerPrior = independentPrior({orEven(grid.thresholdPrior, grid.thresholds.size()),
                                   std::vector<double>(spec.layerSpreads.size(), 1.0)});
    normalise(layerPrior);
    auto anywhere = orEven(grid.thresholdPrior, grid.thresholds.size());
    normalise(anywhere);
    const auto& places = table->parameterAxes()[kThresholdAxis].values;
    for (const double middle : places) {
        for (const double spread : spec.layerSpreads) {
            auto row = normalWeights(places, middle, spread);
            normalise(row);
            std::ranges::transform(row, anywhere, row.begin(), [&](double near, double any) {
                return (1 - spec.outlierShare) * near + spec.outlierShare * any;
            });
            kernel.insert(kernel.end(), row.begin(), row.end());
        }
    }
    std::vector<double> thresholds(places.size());
    for (std::size_t h = 0; h < layerPrior.size(); ++h) {
        for (std::size_t t = 0; t < places.size(); ++t) {
            thresholds[t] += layerPrior[h] * kernel[h * places.size() + t];
        }
    }
    ownPrior = independentPrior({thresholds, nuisancePrior});
}

HierarchicalDimension::HierarchicalDimension(const HierarchicalSpec& spec)
    : HierarchicalDimension(std::make_shared<const HierarchicalModel>(spec))
{
}

HierarchicalDimension::HierarchicalDimension(std::shared_ptr<const HierarchicalModel> model)
    : model_(std::move(model)),
      likelihood_(std::make_shared<const std::vector<double>>(model_->table->parameters(), 1.0)),
      posterior_(model_->table, model_->ownPrior), levels_(model_->spec.grid.levels.size())
{
    widthAtStart_ = widthOf(posterior_);
    update();
}

void HierarchicalDimension::tell(double level, bool correct, bool sameTrial)
{
    if (!(level >= 0 && std::isfinite(level))) {
        throw InvalidArgument("the level of an answer must be a finite number of at least 0");
    }
    const auto right = sameTrial ? sameTrialProbabilities(model_->spec.grid, *model_->table)
                                 : model_->table->probabilities(std::vector{level});
    auto likelihood = *likelihood_;
    for (std::size_t p = 0; p < right.size(); ++p) {
        likelihood[p] *= correct ? right[p] : 1 - right[p];
    }
    const double most = std::ranges::max(likelihood);
    std::ranges::transform(likelihood, likelihood.begin(), [&](double x) { return x / most; });
    likelihood_ = std::make_shared<const std::vector<double>>(std::move(likelihood));
    posterior_.tellProbabilities(right, correct);
    ++trials_;
    update();
}

void HierarchicalDimension::limitTo(double highest)
{
    levels_ = model_->spec.grid.levelsUpTo(highest);
    update();
}

void HierarchicalDimension::setPrior(const std::vector<double>& prior)
{
    if (finished()) {
        return;
    }
    posterior_ = posteriorFrom(prior);
    update();
}

GridPosterior HierarchicalDimension::posteriorFrom(std::vector<double> weights) const
{
    std::ranges::transform(weights, *likelihood_, weights.begin(), std::multiplies<>());
    return {model_->table, std::move(weights)};
}

void HierarchicalDimension::update()
{
    const auto choice = model_->table->mostInformative(posterior_.weights(), levels_);
    next_ = choice.stimulus;
    information_ = choice.information;
    width_ = widthOf(posterior_);
    reason_ = model_->spec.stop.met(trials_, width_);
    progress_ = std::max(progress_, model_->spec.stop.progress(trials_, width_, widthAtStart_));
}

std::optional<ProcedureEstimate> HierarchicalDimension::estimate() const
{
    if (trials_ == 0) {
        return std::nullopt;
    }
    const auto own = intervalOf(posteriorFrom(model_->ownPrior));
    const double mean = posterior_.mean(kThresholdAxis);
    const double held = std::clamp(mean, own.low, own.high);
    auto interval = intervalOf(posterior_);
    if (held != mean) {
        interval = {std::min(interval.low, own.low), std::max(interval.high, own.high)};
    }
    const auto level = [&](double place) { return fromScale(model_->spec.grid.scale, place); };
    return ProcedureEstimate{.threshold = level(held),
                             .interval =
                                 ThresholdInterval{level(interval.low), level(interval.high)}};
}

bool HierarchicalDimension::operator==(const HierarchicalDimension& other) const
{
    return trials_ == other.trials_ && progress_ == other.progress_ && reason_ == other.reason_ &&
           (model_ == other.model_ || model_->spec == other.model_->spec) &&
           likelihood() == other.likelihood() && posterior_.weights() == other.posterior_.weights();
}

std::vector<std::shared_ptr<const std::vector<double>>>
learnPriors(std::span<const HierarchicalDimension* const> dimensions,
            std::span<const std::string> layers)
{
    return dimensions.empty() ? std::vector<std::shared_ptr<const std::vector<double>>>{}
                              : Learner(dimensions, layers).learn();
}

const std::vector<ProcedureType>& HierarchicalSpec::types()
{
    static const std::vector<ProcedureType> kTypes = {
        {.name = "hierarchical", .keys = gridKeys(), .stopRule = "interval_width_db"}};
    return kTypes;
}

HierarchicalSpec HierarchicalSpec::read(const ProcedureSettings& settings)
{
    return {.grid = gridOf(settings), .stop = settings.stopRule()};
}

} // namespace mlab
