// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network_report/yoked_answers.h"

#include "core/base/random_stream.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <string_view>
#include <utility>

namespace mlab {

namespace {

/// A condition has no levels: at its level, 1, each pair has the distance that it has.
std::optional<DistanceGrowth> distancesOfPairs(const std::vector<LevelDistance>& shown)
{
    if (shown.empty()) {
        return std::nullopt;
    }
    DistanceGrowth out{.power = 1.0, .logGains = {}};
    for (const auto& pair : shown) {
        out.logGains.emplace_back(std::log(pair.distance)); // of none: guessing
    }
    return out;
}

} // namespace

LayerGrowth growthOf(const NetworkData& data, const ComparedLayer& layer)
{
    std::vector<std::vector<LevelDistance>> shown(data.dimensions.size());
    std::vector<std::set<std::size_t>> seen(data.dimensions.size());
    for (const auto& participant : data.participants) {
        for (const auto& trial : participant.trials) {
            if (seen[trial.dimension].insert(trial.pair).second) {
                shown[trial.dimension].push_back({.level = trial.level,
                                                  .distance = layer.distances[trial.pair],
                                                  .reference = trial.reference});
            }
        }
    }
    LayerGrowth out;
    for (const auto& distances : shown) {
        out.push_back(data.ofWholeMetamers() ? distancesOfPairs(distances)
                                             : distanceGrowth(distances));
    }
    return out;
}

std::vector<NoiseTrial> layerTrials(const NetworkData& data, const ComparedLayer& layer,
                                    const ComparedParticipant& participant,
                                    std::span<const std::size_t> eccentricities)
{
    std::vector<NoiseTrial> out;
    for (const auto& trial : participant.trials) {
        out.push_back({.task = data.task,
                       .distance = layer.distances[trial.pair],
                       .correct = trial.correct,
                       .same = trial.same,
                       .group = eccentricities[trial.dimension]});
    }
    return out;
}

ResponseCurve curveOf(Task task, const ComparedLayer& layer, const NoiseParameters& noise)
{
    return {task, layer.rule, layer.units, noise.falseAlarm};
}

NoiseModel noiseModelOf(const ComparedLayer& layer)
{
    return {.rule = layer.rule,
            .dimensions = layer.units,
            .fitExponent = layer.fitExponent,
            .lapse = {}};
}

std::vector<YokedTrial> yokedAnswers(const NetworkData& data, const ComparedLayer& layer,
                                     const ComparedParticipant& participant,
                                     std::span<const NoiseTrial> trials,
                                     std::span<const double> people, const LayerGrowth& growth,
                                     const NoiseParameters& noise)
{
    const auto curve = curveOf(data.task, layer, noise);
    std::vector<std::optional<PredictedFunction>> functions;
    for (std::size_t k = 0; k < growth.size(); ++k) {
        const auto of = std::ranges::find(participant.trials, k, &ComparedTrial::dimension);
        if (!growth[k] || of == participant.trials.end()) {
            functions.emplace_back();
            continue;
        }
        const auto& trial = trials[static_cast<std::size_t>(of - participant.trials.begin())];
        functions.emplace_back(std::in_place, *growth[k], curve, noise.sigmaOf(trial.group),
                               noise.exponent);
    }
    const auto right = probabilitiesCorrect(trials, noiseModelOf(layer), noise);
    const double guessed = noise.lapse * chanceOf(data.task);
    RandomStream random(1, "answers of " + layer.model + ", " + layer.layer + ", to " +
                               participant.id);
    std::vector<YokedTrial> out;
    for (std::size_t i = 0; i < trials.size(); ++i) {
        const auto& trial = participant.trials[i];
        const auto& function = functions[trial.dimension];
        const double byLevel = trial.same || !function
                                   ? right[i]
                                   : (1 - noise.lapse) * (*function)(trial.level) + guessed;
        out.push_back({.correct = {trial.correct, random.uniform() < right[i]},
                       .probability = {people[i], byLevel},
                       .stimulus = trial.pair});
    }
    return out;
}

std::vector<ItemTrial> itemTrials(const ComparedLayer& layer,
                                  const ComparedParticipant& participant,
                                  std::span<const double> people, const LayerGrowth& growth)
{
    std::vector<ItemTrial> out;
    for (std::size_t i = 0; i < participant.trials.size(); ++i) {
        const auto& trial = participant.trials[i];
        const auto& own = growth[trial.dimension];
        if (trial.same || !own) {
            continue;
        }
        out.push_back({.correct = trial.correct,
                       .probability = people[i],
                       .distance = layer.distances[trial.pair] / std::pow(trial.level, own->power),
                       .cell = trial.dimension});
    }
    return out;
}

} // namespace mlab
