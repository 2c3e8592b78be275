// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/comparison/explained_likelihood.h"

#include "core/base/error.h"
#include "core/base/random_stream.h"

#include <algorithm>
#include <numbers>
#include <set>
#include <string>

namespace mlab {
namespace {

void requireOneEach(std::span<const NoiseTrial> trials, std::span<const std::size_t> values,
                    const std::string& name)
{
    if (values.size() != trials.size()) {
        throw InvalidArgument(std::to_string(trials.size()) + " trials need one " + name +
                              " each, not " + std::to_string(values.size()) + " in all");
    }
}

std::vector<NoiseTrial> groupedBy(std::span<const NoiseTrial> trials,
                                  std::span<const std::size_t> groups)
{
    std::vector<NoiseTrial> out(trials.begin(), trials.end());
    for (std::size_t i = 0; i < out.size(); ++i) {
        out[i].group = groups[i];
    }
    return out;
}

} // namespace

std::vector<std::size_t> balancedFolds(std::span<const std::size_t> groups, std::size_t folds,
                                       std::uint64_t seed)
{
    if (folds < 2) {
        throw InvalidArgument("cross-validation needs at least 2 folds");
    }
    RandomStream random(seed, "folds");
    const auto order = random.permutation(groups.size());
    // Trials of equal group stand together, in random order, and are dealt in turn.
    auto sorted = order;
    std::ranges::stable_sort(sorted, {}, [&](std::size_t i) { return groups[i]; });
    std::vector<std::size_t> out(groups.size());
    for (std::size_t i = 0; i < sorted.size(); ++i) {
        out[sorted[i]] = i % folds;
    }
    return out;
}

double crossValidatedLogLikelihood(std::span<const NoiseTrial> trials, const NoiseModel& model,
                                   std::span<const std::size_t> folds)
{
    requireOneEach(trials, folds, "fold");
    const std::set<std::size_t> all(folds.begin(), folds.end());
    if (all.size() < 2) {
        throw InvalidArgument("cross-validation needs trials in at least 2 folds");
    }
    double sum = 0.0;
    for (const auto fold : all) {
        std::vector<NoiseTrial> fitted;
        std::vector<NoiseTrial> predicted;
        for (std::size_t i = 0; i < trials.size(); ++i) {
            (folds[i] == fold ? predicted : fitted).push_back(trials[i]);
        }
        sum += noiseLogLikelihood(predicted, model, fitNoise(fitted, model).best);
    }
    return sum;
}

LikelihoodBounds& LikelihoodBounds::operator+=(const LikelihoodBounds& other)
{
    oneThreshold += other.oneThreshold;
    layerThresholds += other.layerThresholds;
    fittedThresholds += other.fittedThresholds;
    predictedThresholds += other.predictedThresholds;
    trials += other.trials;
    return *this;
}

NoiseModel levelFunctions(std::span<const NoiseTrial> trials)
{
    const bool levels = std::ranges::any_of(
        trials, [&](const NoiseTrial& trial) { return trial.distance != trials.front().distance; });
    return {.rule = DecisionRule::linear, .dimensions = 1, .fitExponent = levels, .lapse = {}};
}

LikelihoodBounds likelihoodBounds(std::span<const NoiseTrial> trials,
                                  std::span<const std::size_t> layers,
                                  std::span<const std::size_t> dimensions,
                                  std::span<const std::size_t> folds)
{
    requireOneEach(trials, layers, "layer");
    requireOneEach(trials, dimensions, "dimension");
    const auto functions = levelFunctions(trials);
    const std::vector<std::size_t> alike(trials.size(), 0);
    const auto logLikelihood = [&](std::span<const std::size_t> groups) {
        return crossValidatedLogLikelihood(groupedBy(trials, groups), functions, folds);
    };
    return {.oneThreshold = logLikelihood(alike),
            .layerThresholds = logLikelihood(layers),
            .fittedThresholds = fitNoise(groupedBy(trials, dimensions), functions).logLikelihood,
            .predictedThresholds = logLikelihood(dimensions),
            .trials = static_cast<int>(trials.size())};
}

ExplainedLikelihood explainedLikelihood(double logLikelihood, const LikelihoodBounds& bounds)
{
    if (bounds.trials < 1) {
        throw InvalidArgument("the share of explained likelihood needs trials");
    }
    const double explained = logLikelihood - bounds.oneThreshold;
    const double explainable = bounds.ceiling() - bounds.oneThreshold;
    return {.bitsPerTrial = explained / (bounds.trials * std::numbers::ln2),
            .share = bounds.explainable() ? std::optional(explained / explainable) : std::nullopt};
}

} // namespace mlab
