// SPDX-License-Identifier: GPL-3.0-or-later
//
// Simulated participants for the tests of the report on recognition.
#pragma once

#include "core/base/random_stream.h"
#include "core/report/recognition_report.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace mlab {

/// Indices into the categories "a", "b", ... of recognitionData().
inline RecognitionRecord recognized(const std::string& condition, std::size_t category,
                                    std::size_t response)
{
    RecognitionRecord record;
    record.condition = condition;
    record.category = std::string(1, static_cast<char>('a' + category));
    record.response = std::string(1, static_cast<char>('a' + response));
    record.correct = category == response;
    record.referenceId = record.category + "-of-" + condition;
    record.stimulusSha256 = condition + "/" + record.referenceId;
    record.rtMs = 500;
    return record;
}

inline RecognitionSessionData recognitionSession(const std::string& id,
                                                 std::vector<RecognitionRecord> trials)
{
    return {.id = id,
            .startedAt = "2025-03-01T09:30:00.000Z",
            .finished = true,
            .trials = std::move(trials)};
}

/// A design of 4 categories (chance 25 %) and the conditions natural, conv1 and fc, with one
/// participant for each list of trials.
inline RecognitionData recognitionData(const std::vector<std::vector<RecognitionRecord>>& trials)
{
    RecognitionData data{.designName = "words",
                         .designSha256 = "e0e0e0e0e0",
                         .simulated = true,
                         .modality = "audio",
                         .categories = {"a", "b", "c", "d"},
                         .conditions = {"natural", "conv1", "fc"},
                         .participants = {}};
    for (std::size_t i = 0; i < trials.size(); ++i) {
        data.participants.push_back(
            {.id = "R" + std::to_string(i),
             .sessions = {recognitionSession("RS" + std::to_string(i), trials[i])}});
    }
    return data;
}

/// Participants who know natural sounds nearly always, metamers of conv1 in two of three trials
/// and guess at those of fc; with practice and two catch trials each.
inline RecognitionData recognitionStudy(int participants)
{
    std::vector<std::vector<RecognitionRecord>> all;
    for (int person = 0; person < participants; ++person) {
        RandomStream random(static_cast<std::uint64_t>(person), "recognition study");
        std::vector<RecognitionRecord> trials;
        const auto answer = [&](std::size_t category, double known) {
            return random.uniform() < known ? category : static_cast<std::size_t>(random.below(4));
        };
        for (std::size_t category = 0; category < 4; ++category) {
            trials.push_back(recognized("natural", category, category));
            trials.back().practice = true;
        }
        for (int block = 0; block < 6; ++block) {
            for (const auto& [condition, known] :
                 {std::pair<const char*, double>{"natural", 0.95}, {"conv1", 0.66}, {"fc", 0.0}}) {
                for (std::size_t category = 0; category < 4; ++category) {
                    auto trial = recognized(condition, category, answer(category, known));
                    trial.rtMs = 600 + 300 * random.uniform();
                    if (trial.condition != kNaturalCondition) {
                        trial.matchSpearman = 0.99;
                        trial.matchSnrDb = trial.condition == "conv1" ? 35 : 20;
                        trial.stimulusSha256 += std::to_string(block);
                    }
                    trials.push_back(trial);
                }
            }
        }
        for (std::size_t category = 0; category < 2; ++category) {
            trials.push_back(recognized("natural", category, category));
            trials.back().catchTrial = true;
        }
        all.push_back(std::move(trials));
    }
    return recognitionData(all);
}

} // namespace mlab
