// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trial/trial.h"
#include "experiments/session/session.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

namespace mlab::experiments::test {

inline Design designOf(const std::vector<std::string>& layers, int components = 1,
                       std::initializer_list<double> eccentricities = {8.0})
{
    Design design;
    design.name = "test";
    for (const auto& layer : layers) {
        for (int component = 1; component <= components; ++component) {
            for (const auto direction : {Direction::plus, Direction::minus}) {
                for (const double eccentricity : eccentricities) {
                    design.dimensions.push_back({.dimension = {.layer = layer,
                                                               .component = component,
                                                               .direction = direction,
                                                               .eccentricityDeg = eccentricity},
                                                 .procedure = {}});
                }
            }
        }
    }
    return design;
}

/// image-mame-54's dimensions: 3 layers x 3 components x 2 directions x 3 eccentricities.
inline Design mameDesign()
{
    return designOf({"band", "texture", "pool"}, 3, {4.0, 8.0, 12.0});
}

inline std::vector<std::string> references(int count)
{
    std::vector<std::string> out(static_cast<std::size_t>(count));
    std::ranges::generate(out, [i = 0]() mutable { return "reference" + std::to_string(i++); });
    return out;
}

inline Session sessionOf(Design design, std::uint64_t seed = 1, int referenceCount = 12)
{
    return {std::make_shared<const Design>(std::move(design)), seed, references(referenceCount)};
}

/// The record of a plan that was shown as it asked to be.
inline TrialRecord recordOf(const TrialPlan& plan, bool correct, bool atLimit = false)
{
    TrialRecord record;
    record.trialIndex = plan.trialIndex;
    record.blockIndex = plan.blockIndex;
    record.practice = plan.practice;
    record.dimension = plan.dimension;
    record.procedure = plan.procedure;
    record.levelRequested = plan.request.level;
    record.levelAchieved = atLimit ? plan.request.level / 2 : plan.request.level;
    record.converged = !atLimit;
    record.referenceId = plan.request.references.front();
    record.intervalOrder = plan.intervalOrder();
    record.correctAnswer = plan.correctAnswer;
    const auto other = plan.correctAnswer == Answer::first       ? Answer::second
                       : plan.correctAnswer == Answer::same      ? Answer::different
                       : plan.correctAnswer == Answer::different ? Answer::same
                                                                 : Answer::first;
    record.response = correct ? plan.correctAnswer : other;
    record.correct = correct;
    if (atLimit) {
        record.flags = {flag::kAtLimit};
    }
    return record;
}

/// The session as it is continued from what was stored.
inline Session resumedAfter(const std::vector<TrialRecord>& records, Design design)
{
    Session session = sessionOf(std::move(design));
    for (const auto& record : records) {
        session.apply(record);
    }
    return session;
}

/// Runs a session to its end; `answer` says of each plan whether it is answered right.
template <typename AnswerOf>
std::vector<TrialRecord> runToEnd(Session& session, AnswerOf answer, int maxTrials = 100'000)
{
    std::vector<TrialRecord> records;
    for (auto plan = session.next(); plan && static_cast<int>(records.size()) < maxTrials;
         plan = session.next()) {
        records.push_back(recordOf(*plan, answer(*plan)));
        session.apply(records.back());
    }
    return records;
}

} // namespace mlab::experiments::test
