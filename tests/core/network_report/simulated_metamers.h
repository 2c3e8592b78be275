// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random_stream.h"
#include "core/network_report/network_report.h"

#include <cmath>
#include <string>
#include <utility>
#include <vector>

namespace mlab {

inline constexpr std::size_t kConditions = 8;
inline constexpr std::size_t kPairsEach = 12;
inline constexpr double kMetamerSigma = 0.5;

/// Sessions of whole metamers: people who answer as the network "own" does, and the distances of it
/// and of another.
inline NetworkData simulatedMetamers(int participants, int trialsEach)
{
    NetworkData out{.designName = "metamers",
                    .task = Task::abx,
                    .decisionModel = DiscriminationTask::abxDifferencing,
                    .dimensions = {},
                    .participants = {},
                    .layers = {}};
    for (std::size_t k = 0; k < kConditions; ++k) {
        const MetamerCondition condition{
            .comparison =
                k % 2 == 0 ? Comparison::originalSynthesised : Comparison::synthesisedSynthesised,
            .start = k / 2 % 2 == 0 ? SynthesisStart::noise : SynthesisStart::natural,
            .match = MetamerMatch{.unit = MetamerMatch::Unit::snrDb, .value = 20}};
        out.dimensions.push_back({.layer = k < kConditions / 2 ? "early" : "late",
                                  .component = 0,
                                  .metamers = condition});
    }
    RandomStream random(1, "whole metamers test");
    for (const auto* model : {"own", "other"}) {
        ComparedLayer layer{.model = model,
                            .layer = "layer",
                            .space = "standardised",
                            .rule = DecisionRule::linear,
                            .fitExponent = false,
                            .baseline = false,
                            .units = 10,
                            .distances = {}};
        for (std::size_t k = 0; k < kConditions; ++k) {
            const double ofCondition = 0.9 * std::exp(0.6 * random.normal());
            for (std::size_t i = 0; i < kPairsEach; ++i) {
                layer.distances.push_back(ofCondition * std::exp(0.4 * random.normal()));
            }
        }
        out.layers.push_back(std::move(layer));
    }
    for (int p = 0; p < participants; ++p) {
        ComparedParticipant own{.id = "P" + std::to_string(p), .trials = {}};
        for (int i = 0; i < trialsEach * static_cast<int>(kConditions); ++i) {
            const auto k = static_cast<std::size_t>(i) % kConditions;
            const auto pair = k * kPairsEach + random.below(kPairsEach);
            const double dPrime = out.layers.front().distances[pair] / kMetamerSigma;
            const double right = 0.98 * proportionCorrect(out.decisionModel, dPrime) + 0.01;
            own.trials.push_back({.sessionId = own.id + "-1",
                                  .trialIndex = i,
                                  .dimension = k,
                                  .pair = pair,
                                  .reference = pair % kPairsEach,
                                  .level = 1.0,
                                  .correct = random.uniform() < right});
        }
        out.participants.push_back(std::move(own));
    }
    return out;
}

} // namespace mlab
