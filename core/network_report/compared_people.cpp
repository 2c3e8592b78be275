// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network_report/compared_people.h"

#include "core/base/error.h"
#include "core/network_report/network_report.h"
#include "core/psychometrics/discrimination.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <set>
#include <utility>

namespace mlab {
namespace {

// The numbers 0, 1, ... of values, in their order.
template <typename Value, typename Get>
std::vector<std::size_t> numbered(const std::vector<Dimension>& dimensions, std::set<Value> all,
                                  const Get& get)
{
    std::vector<std::size_t> out;
    out.reserve(dimensions.size());
    for (const auto& dimension : dimensions) {
        out.push_back(
            static_cast<std::size_t>(std::distance(all.begin(), all.find(get(dimension)))));
    }
    return out;
}

/// With one more trial that is right as often as by guessing, so that d' is finite even if all
/// answers are right (the log-linear rule of Hautus 1995, of any chance).
double correctedDPrime(DiscriminationTask task, int correct, int trials)
{
    return dPrimeFromProportionCorrect(task, (correct + chanceOf(task)) / (trials + 1));
}

/// From its likelihood interval, or from the limit that it has.
double errorOfDPrime(DiscriminationTask task, int correct, int trials)
{
    // Fewer right answers than by guessing say no more than as many do.
    correct = std::max(correct, static_cast<int>(std::lround(chanceOf(task) * trials)));
    const auto dPrime = testDifference(task, correct, trials, IntervalStatistic::likelihood).dPrime;
    const double z = normalQuantile(0.975);
    return std::isfinite(dPrime.upper)
               ? (dPrime.upper - dPrime.lower) / (2 * z)
               : (correctedDPrime(task, correct, trials) - dPrime.lower) / z;
}

} // namespace

ComparedPeople::ComparedPeople(const NetworkData& data, const ThresholdReport* thresholds)
    : data_(data)
{
    std::set<double> eccentricities;
    std::set<std::pair<std::string, double>> layers;
    const auto layerOf = [](const Dimension& dimension) {
        return std::pair(dimension.layer, dimension.eccentricityDeg);
    };
    for (const auto& dimension : data.dimensions) {
        eccentricities.insert(dimension.eccentricityDeg);
        layers.insert(layerOf(dimension));
    }
    eccentricitiesDeg.assign(eccentricities.begin(), eccentricities.end());
    eccentricity = numbered(data.dimensions, eccentricities,
                            [](const Dimension& one) { return one.eccentricityDeg; });
    layer_ = numbered(data.dimensions, layers, layerOf);
    people.groups =
        data.ofWholeMetamers() ? std::vector<std::size_t>(data.dimensions.size(), 0) : layer_;
    for (const auto& participant : data.participants) {
        if (thresholds != nullptr) {
            addThresholds(*thresholds, participant.id);
        } else {
            addSensitivities(participant);
        }
    }
    probabilities.resize(data.participants.size());
    bounds.resize(data.participants.size());
    folds.resize(data.participants.size());
    // People's own d' of 1 is defined by the decision model of the task.
    share = proportionCorrect(data.decisionModel, 1.0);
}

void ComparedPeople::fit(std::size_t participant)
{
    const auto& own = data_.participants[participant];
    std::vector<NoiseTrial> levels;
    std::vector<std::size_t> layers;
    std::vector<std::size_t> dimensions;
    for (const auto& trial : own.trials) {
        levels.push_back({.task = data_.task,
                          .distance = trial.level,
                          .correct = trial.correct,
                          .same = trial.same,
                          .group = trial.dimension});
        layers.push_back(layer_[trial.dimension]);
        dimensions.push_back(trial.dimension);
    }
    const auto functions = levelFunctions(levels);
    probabilities[participant] =
        probabilitiesCorrect(levels, functions, fitNoise(levels, functions).best);
    if (own.trials.size() < static_cast<std::size_t>(kFewestTrials)) {
        return;
    }
    folds[participant] = balancedFolds(dimensions, kFolds, participant);
    bounds[participant] = likelihoodBounds(levels, layers, dimensions, folds[participant]);
}

void ComparedPeople::addThresholds(const ThresholdReport& report, const std::string& id)
{
    const auto found = std::ranges::find(report.participants, id, &ParticipantReport::id);
    if (found == report.participants.end()) {
        throw InternalError("participant " + id + " has no thresholds");
    }
    auto& thresholds = people.logThresholds.emplace_back();
    auto& errors = people.standardErrors.emplace_back();
    for (const auto& dimension : found->dimensions) {
        thresholds.emplace_back();
        errors.emplace_back();
        if (!dimension.located || !dimension.estimate->levelAtDPrimeOne) {
            continue;
        }
        thresholds.back() = std::log(*dimension.estimate->levelAtDPrimeOne);
        if (const auto& limits = dimension.estimate->levelAtDPrimeOne95) {
            errors.back() = std::log((*limits)[1] / (*limits)[0]) / (2 * normalQuantile(0.975));
        }
    }
}

void ComparedPeople::addSensitivities(const ComparedParticipant& participant)
{
    std::vector<int> trials(data_.dimensions.size());
    std::vector<int> correct(data_.dimensions.size());
    for (const auto& trial : participant.trials) {
        ++trials[trial.dimension];
        correct[trial.dimension] += trial.correct ? 1 : 0;
    }
    auto& values = people.logThresholds.emplace_back();
    auto& errors = people.standardErrors.emplace_back();
    for (std::size_t k = 0; k < data_.dimensions.size(); ++k) {
        values.emplace_back();
        errors.emplace_back();
        if (trials[k] > 0) {
            values.back() = correctedDPrime(data_.decisionModel, correct[k], trials[k]);
            errors.back() = errorOfDPrime(data_.decisionModel, correct[k], trials[k]);
        }
    }
}

} // namespace mlab
