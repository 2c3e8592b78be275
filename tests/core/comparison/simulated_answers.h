// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random_stream.h"
#include "core/comparison/internal_noise.h"

#include <cmath>
#include <vector>

namespace mlab {

/// Trials with distances over a range of a factor of 16 around one, answered by an observer with
/// these parameters.
inline std::vector<NoiseTrial> simulatedAnswers(Task task, int count, const NoiseModel& model,
                                                const NoiseParameters& observer, double middle,
                                                RandomStream& random)
{
    std::vector<NoiseTrial> trials;
    for (int i = 0; i < count; ++i) {
        trials.push_back({.task = task,
                          .distance = middle * std::exp2(4 * random.uniform() - 2),
                          .correct = false,
                          .same = task == Task::sameDifferent && i % 2 == 0,
                          .group = 0});
    }
    const auto right = probabilitiesCorrect(trials, model, observer);
    for (std::size_t i = 0; i < trials.size(); ++i) {
        trials[i].correct = random.uniform() < right[i];
    }
    return trials;
}

} // namespace mlab
