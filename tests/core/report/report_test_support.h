// SPDX-License-Identifier: GPL-3.0-or-later
//
// Simulated participants for the tests of the report.
#pragma once

#include "core/base/random_stream.h"
#include "core/procedures/procedure.h"
#include "core/psychometrics/weibull.h"
#include "core/report/threshold_report.h"

#include <cmath>
#include <string>
#include <utility>
#include <vector>

namespace mlab {

inline constexpr auto kTask = DiscriminationTask::abxDifferencing;
inline const Dimension kDimension{"texture", 1, Direction::plus, 8};

inline TrialRecord trial(int index, double level, bool correct)
{
    TrialRecord record;
    record.trialIndex = index;
    record.dimension = kDimension;
    record.procedure = "staircase-2down-1up";
    record.levelRequested = level;
    record.levelAchieved = level;
    record.converged = true;
    record.correct = correct;
    record.probeSha256 = "probe" + std::to_string(index);
    return record;
}

struct Observer {
    Weibull weibull = {.threshold = 0.5, .slope = 3.5, .chance = 0.5, .lapse = 0.02};
    double logDrift = 0.0; ///< of the threshold from the first to the last trial

    /// Halfway between the asymptotes, as the report has it.
    double threshold() const
    {
        return weibull.threshold * std::pow(std::log(2.0), 1 / weibull.slope);
    }
};

// The trials of a 2-down/1-up staircase.
inline std::vector<TrialRecord> simulated(const Observer& observer, int trials, std::uint64_t seed)
{
    StaircaseSpec spec;
    spec.startLevel = 1.0;
    spec.minLevel = 0.01;
    spec.maxLevel = 10.0;
    spec.stopReversals = {};
    spec.stopTrials = 100'000;
    Procedure procedure(spec);
    std::vector<TrialRecord> out;
    RandomStream random(seed, "report test");
    for (int i = 0; i < trials; ++i) {
        auto now = observer.weibull;
        now.threshold *= std::exp(observer.logDrift * (static_cast<double>(i) / trials - 0.5));
        const double level = procedure.nextLevel();
        out.push_back(trial(i, level, random.uniform() < now.probabilityCorrect(level)));
        procedure.tell(level, out.back().correct);
    }
    return out;
}

// Participants whose thresholds differ by layer by a factor of `ratio`.
inline ThresholdData study(int participants, double ratio)
{
    ThresholdData data{.designName = "study",
                       .designSha256 = "d0",
                       .simulated = true,
                       .modality = "image",
                       .taskName = "abx",
                       .task = kTask,
                       .dimensions = {},
                       .participants = {},
                       .measures = {}};
    for (const char* layer : {"band", "texture"}) {
        for (const int component : {1, 2}) {
            data.dimensions.push_back({layer, component, Direction::plus, 8});
        }
    }
    for (int person = 0; person < participants; ++person) {
        ThresholdSessionData session{.id = "S" + std::to_string(person),
                                     .startedAt = "2025-03-01T09:30:00.000Z",
                                     .finished = true,
                                     .trials = {}};
        for (std::size_t i = 0; i < data.dimensions.size(); ++i) {
            Observer observer;
            observer.weibull.threshold =
                (0.4 + 0.1 * person) * (data.dimensions[i].layer == "band" ? 1.0 : ratio);
            for (auto record : simulated(observer, 80, 100 * static_cast<unsigned>(person) + i)) {
                record.dimension = data.dimensions[i];
                record.probeSha256 += data.dimensions[i].id() + session.id;
                data.measures[record.probeSha256] = {0.1 * record.levelAchieved,
                                                     1 - 0.1 * record.levelAchieved};
                session.trials.push_back(record);
            }
        }
        data.participants.push_back(
            {.id = "P" + std::to_string(person), .sessions = {std::move(session)}});
    }
    return data;
}

} // namespace mlab
