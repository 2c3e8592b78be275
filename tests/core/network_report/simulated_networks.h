// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random_stream.h"
#include "core/network_report/network_report.h"

#include <cmath>
#include <string>
#include <utility>
#include <vector>

namespace mlab {

inline constexpr std::size_t kDimensions = 8;
inline constexpr std::size_t kReferences = 6;
inline constexpr std::size_t kLevels = 6;
inline constexpr double kSigma = 0.5;
inline constexpr int kMany = 200; // trials that locate nearly every threshold

/// Sessions of people who answer as one network does, with the distances of that network, of
/// others and of the levels themselves.
struct Simulated {
    NetworkData networks;
    ThresholdData people;

    explicit Simulated(int participants, int trialsEach = 40, std::size_t dimensions = kDimensions,
                       int others = 1)
    {
        networks = {.designName = "simulated",
                    .task = Task::twoIfc,
                    .decisionModel = DiscriminationTask::twoAfc,
                    .dimensions = {},
                    .participants = {},
                    .layers = {}};
        for (std::size_t k = 0; k < dimensions; ++k) {
            networks.dimensions.push_back({.layer = k % 2 == 0 ? "early" : "late",
                                           .component = static_cast<int>(k / 2) + 1,
                                           .direction = Direction::plus,
                                           .eccentricityDeg = 4});
        }
        people = {.designName = "simulated",
                  .designSha256 = {},
                  .simulated = true,
                  .modality = "image",
                  .taskName = "2ifc",
                  .task = DiscriminationTask::twoAfc,
                  .dimensions = networks.dimensions,
                  .participants = {},
                  .measures = {}};
        addLayer("own", 1);
        for (int i = 0; i < others; ++i) {
            addLayer(i == 0 ? "other" : "other " + std::to_string(i + 1),
                     static_cast<std::uint64_t>(i) + 2);
        }
        auto level = networks.layers.front();
        level.model = "level";
        for (std::size_t pair = 0; pair < level.distances.size(); ++pair) {
            level.distances[pair] = levelOf(pair);
        }
        networks.layers.push_back(level);
        for (int p = 0; p < participants; ++p) {
            addParticipant("P" + std::to_string(p), trialsEach);
        }
    }

    static std::size_t pairOf(std::size_t dimension, std::size_t level, std::size_t reference)
    {
        return (dimension * kLevels + level) * kReferences + reference;
    }
    static double levelOf(std::size_t pair)
    {
        return std::exp2(static_cast<double>(pair / kReferences % kLevels) - 3);
    }

private:
    void addLayer(const std::string& model, std::uint64_t seed)
    {
        RandomStream random(seed, "network report test");
        ComparedLayer layer{.model = model,
                            .layer = "layer",
                            .space = "standardised",
                            .rule = DecisionRule::linear,
                            .fitExponent = false,
                            .baseline = false,
                            .units = 10,
                            .distances = {}};
        for (std::size_t k = 0; k < networks.dimensions.size(); ++k) {
            const double gain = std::exp(0.6 * random.normal());
            std::vector<double> ofReference;
            for (std::size_t i = 0; i < kReferences; ++i) {
                ofReference.push_back(gain * std::exp(0.3 * random.normal()));
            }
            for (std::size_t level = 0; level < kLevels; ++level) {
                for (std::size_t i = 0; i < kReferences; ++i) {
                    layer.distances.push_back(ofReference[i] * levelOf(pairOf(k, level, i)));
                }
            }
        }
        networks.layers.push_back(layer);
    }

    void addParticipant(const std::string& id, int trialsEach)
    {
        RandomStream random(7, id);
        ComparedParticipant seen{.id = id, .trials = {}};
        ThresholdSessionData session{.id = id + "-simulated-1",
                                     .startedAt = "2026-11-29T12:00:00Z",
                                     .finished = true,
                                     .trials = {}};
        const auto& own = networks.layers.front();
        const auto dimensions = networks.dimensions.size();
        for (int i = 0; i < trialsEach * static_cast<int>(dimensions); ++i) {
            const auto k = static_cast<std::size_t>(i) % dimensions;
            const auto level = random.below(kLevels);
            const auto reference = random.below(kReferences);
            const auto pair = pairOf(k, level, reference);
            const double right =
                0.98 * proportionCorrect(DiscriminationTask::twoAfc, own.distances[pair] / kSigma) +
                0.01;
            const bool correct = random.uniform() < right;
            seen.trials.push_back({.sessionId = session.id,
                                   .trialIndex = i,
                                   .dimension = k,
                                   .pair = pair,
                                   .reference = reference,
                                   .level = levelOf(pair),
                                   .correct = correct});
            TrialRecord record;
            record.trialIndex = i;
            record.dimension = networks.dimensions[k];
            record.levelRequested = record.levelAchieved = levelOf(pair);
            record.correct = correct;
            session.trials.push_back(record);
        }
        networks.participants.push_back(std::move(seen));
        people.participants.push_back({.id = id, .sessions = {std::move(session)}});
    }
};

} // namespace mlab
