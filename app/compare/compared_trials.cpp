// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/compare/compared_trials.h"

#include "core/report/counted_trials.h"
#include "experiments/design/whole_metamers_spec.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <string>
#include <utility>

namespace mlab::app {
namespace {

/// How one kind of design reads its trials.
struct Reading {
    std::function<bool(const TrialRecord&)> counts;
    std::function<Dimension(const TrialRecord&)> dimension;
    std::function<double(const TrialRecord&)> level;
};

class Collector {
public:
    Collector(std::vector<Dimension> dimensions, const ShownStimuli& shown) : shown_(shown)
    {
        out.dimensions = std::move(dimensions);
        for (std::size_t k = 0; k < out.dimensions.size(); ++k) {
            dimensions_[out.dimensions[k].id()] = k;
        }
    }

    void add(const ParticipantData<TrialRecord>& participant, const Reading& reading)
    {
        ComparedParticipant own{.id = participant.id, .trials = {}};
        for (const auto& session : participant.sessions) {
            for (const auto& trial : session.trials) {
                if (!reading.counts(trial)) {
                    continue;
                }
                ++out.counted;
                const ShownPair pair{.referenceSha256 = trial.referenceSha256,
                                     .probeSha256 = trial.probeSha256};
                if (!shown_.has(pair)) {
                    ++out.leftOut;
                    continue;
                }
                own.trials.push_back(comparedTrial(session.id, trial, pair, reading));
            }
        }
        if (!own.trials.empty()) {
            out.participants.push_back(std::move(own));
        }
    }

    ComparedTrials out;

private:
    ComparedTrial comparedTrial(const std::string& session, const TrialRecord& trial,
                                const ShownPair& pair, const Reading& reading)
    {
        const auto [place, isNew] = pairs_.try_emplace(pair, out.pairs.size());
        if (isNew) {
            out.pairs.push_back(pair);
        }
        const auto reference =
            references_.try_emplace(trial.referenceSha256, references_.size()).first->second;
        const bool same = trial.intervalOrder.find('P') == std::string::npos ||
                          trial.intervalOrder.find('R') == std::string::npos;
        return {.sessionId = session,
                .trialIndex = trial.trialIndex,
                .dimension = dimensions_.at(reading.dimension(trial).id()),
                .pair = place->second,
                .reference = reference,
                .level = reading.level(trial),
                .correct = trial.correct,
                .same = same};
    }

    const ShownStimuli& shown_;
    std::map<std::string, std::size_t> dimensions_;
    std::map<ShownPair, std::size_t> pairs_;
    std::map<std::string, std::size_t> references_;
};

Dimension withMatch(Dimension condition, const MetamerMatch& match)
{
    condition.metamers->match = match;
    return condition;
}

/// The condition with the match that a procedure chose for the trial.
Dimension conditionOf(const TrialRecord& trial, std::span<const MetamerMatch> matches)
{
    if (trial.dimension.metamers->match) {
        return trial.dimension;
    }
    return withMatch(trial.dimension, *std::ranges::min_element(matches, {}, [&](const auto& one) {
                         return std::abs(
                             std::log(experiments::levelOf(one) / trial.levelRequested));
                     }));
}

} // namespace

ComparedTrials comparedTrials(const ThresholdData& design, const ShownStimuli& shown)
{
    Collector collector(design.dimensions, shown);
    for (const auto& participant : design.participants) {
        collector.add(participant,
                      {.counts = [](const auto& trial) { return mlab::isCounted(trial); },
                       .dimension = [](const auto& trial) { return trial.dimension; },
                       .level = [](const auto& trial) { return std::abs(trial.levelAchieved); }});
    }
    return std::move(collector.out);
}

ComparedTrials comparedTrials(const MetamerData& design, std::span<const MetamerMatch> matches,
                              const ShownStimuli& shown)
{
    std::vector<Dimension> conditions;
    for (const auto& condition : design.conditions) {
        if (condition.metamers->match) {
            conditions.push_back(condition);
            continue;
        }
        for (const auto& match : matches) {
            conditions.push_back(withMatch(condition, match));
        }
    }
    Collector collector(std::move(conditions), shown);
    for (const auto& participant : design.participants) {
        collector.add(participant,
                      {.counts = [&](const auto& trial) { return isCounted(design, trial); },
                       .dimension = [&](const auto& trial) { return conditionOf(trial, matches); },
                       .level = [](const auto& /*trial*/) { return 1.0; }});
    }
    return std::move(collector.out);
}

bool isCounted(const MetamerData& design, const TrialRecord& trial)
{
    return mlab::isCounted(trial) && trial.procedure != kCatchProcedure &&
           std::ranges::find(design.conditions, trial.dimension) != design.conditions.end();
}

} // namespace mlab::app
