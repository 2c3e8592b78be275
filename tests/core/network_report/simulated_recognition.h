// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random_stream.h"
#include "core/comparison/classifier_temperature.h"
#include "core/network_report/classifier_report.h"

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace mlab {

inline constexpr std::size_t kCategories = 4;
inline constexpr std::size_t kStimuliEach = 40; // of a condition
inline constexpr double kAnswerTemperature = 0.5;

inline std::size_t drawnAnswer(const std::vector<double>& evidence, RandomStream& random)
{
    double left = random.uniform();
    const auto probabilities = answerProbabilities(evidence, kAnswerTemperature);
    for (std::size_t answer = 0; answer + 1 < probabilities.size(); ++answer) {
        if (left < probabilities[answer]) {
            return answer;
        }
        left -= probabilities[answer];
    }
    return probabilities.size() - 1;
}

/// Natural stimuli and metamers of three layers, which are recognised worse and worse. People
/// answer by the evidence of the network "like people"; "blind" sees nothing of it.
inline ClassifierData recognised(int participants)
{
    ClassifierData out{.metamersOf = "maker",
                       .categories = {"a", "b", "c", "d"},
                       .conditions = {"natural", "early", "middle", "late"},
                       .participants = {},
                       .classifiers = {}};
    RandomStream random(1, "classifier report test");
    ComparedClassifier like;
    like.model = "like people";
    like.byClasses = true;
    ComparedClassifier blind;
    blind.model = "maker";
    blind.layer = "top";
    blind.own = true;
    std::vector<std::size_t> categories;
    for (std::size_t condition = 0; condition < out.conditions.size(); ++condition) {
        for (std::size_t i = 0; i < kStimuliEach; ++i) {
            categories.push_back(i % kCategories);
            auto& own = like.evidence.emplace_back();
            auto& other = blind.evidence.emplace_back();
            for (std::size_t k = 0; k < kCategories; ++k) {
                own.push_back(random.normal() +
                              (k == i % kCategories ? 3.0 - static_cast<double>(condition) : 0.0));
                other.push_back(random.normal());
            }
        }
    }
    for (int p = 0; p < participants; ++p) {
        ClassifiedParticipant person{.id = "P" + std::to_string(p), .trials = {}};
        for (std::size_t i = 0; i < categories.size(); ++i) {
            person.trials.push_back({.sessionId = person.id + "-1",
                                     .trialIndex = static_cast<int>(i),
                                     .seen = {.condition = i / kStimuliEach,
                                              .category = categories[i],
                                              .response = drawnAnswer(like.evidence[i], random)},
                                     .stimulus = i});
        }
        out.participants.push_back(std::move(person));
    }
    out.classifiers = {like, blind};
    return out;
}

} // namespace mlab
