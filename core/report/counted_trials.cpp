// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/counted_trials.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace mlab {
namespace {

// A staircase reverses at the trial after which the requested level moves the other way.
void markReversals(std::span<TrackPoint> track)
{
    double direction = 0.0;
    for (std::size_t i = 1; i < track.size(); ++i) {
        const double step = track[i].levelRequested - track[i - 1].levelRequested;
        if (step == 0) {
            continue;
        }
        if (direction * step < 0) {
            track[i - 1].reversal = true;
        }
        direction = step;
    }
}

std::optional<LeftOut> whyLeftOut(const TrialRecord& trial)
{
    if (trial.practice) {
        return LeftOut::practice;
    }
    if (flag::presentedAgain(trial.flags)) {
        return LeftOut::repeated;
    }
    const bool usable = std::isfinite(trial.levelAchieved) && trial.levelAchieved != 0 &&
                        std::isfinite(trial.levelRequested);
    return usable ? std::nullopt : std::optional(LeftOut::unusable);
}

// From trial numbers since the session's first one to [-0.5, 0.5].
void scaleTimes(std::span<TimedAnswer> answers)
{
    const double duration = answers.empty() ? 0.0 : answers.back().time;
    for (auto& answer : answers) {
        answer.time = duration > 0 ? answer.time / duration - 0.5 : 0.0;
    }
}

} // namespace

bool isCounted(const TrialRecord& trial)
{
    return !whyLeftOut(trial);
}

CountedTrials countTrials(std::span<const std::vector<TrialRecord>> sessions)
{
    CountedTrials out;
    for (std::size_t session = 0; session < sessions.size(); ++session) {
        const auto first = out.track.size();
        bool staircase = false;
        int firstIndex = 0;
        for (const auto& trial : sessions[session]) {
            const double level = std::abs(trial.levelAchieved);
            if (const auto reason = whyLeftOut(trial)) {
                out.leftOut.push_back({.session = static_cast<int>(session),
                                       .trialIndex = trial.trialIndex,
                                       .levelRequested = trial.levelRequested,
                                       .levelAchieved = trial.levelAchieved,
                                       .correct = trial.correct,
                                       .reason = *reason});
                continue;
            }
            if (out.track.size() == first) {
                firstIndex = trial.trialIndex;
            }
            out.correct += trial.correct ? 1 : 0;
            out.atLimit += std::ranges::count(trial.flags, flag::kAtLimit) > 0 ? 1 : 0;
            staircase = staircase || trial.procedure.starts_with("staircase");
            out.track.push_back({.session = static_cast<int>(session),
                                 .trialIndex = trial.trialIndex,
                                 .bin = 0,
                                 .levelRequested = trial.levelRequested,
                                 .levelAchieved = level,
                                 .correct = trial.correct,
                                 .reversal = false});
            out.counts.push_back({level, trial.correct ? 1.0 : 0.0, 1.0});
            out.answers.push_back({.level = level,
                                   .correct = trial.correct,
                                   .time = static_cast<double>(trial.trialIndex - firstIndex)});
            out.probes.push_back({.level = level, .sha256 = trial.probeSha256});
        }
        if (staircase) {
            markReversals(std::span(out.track).subspan(first));
        }
        scaleTimes(std::span(out.answers).subspan(first));
    }
    return out;
}

} // namespace mlab
