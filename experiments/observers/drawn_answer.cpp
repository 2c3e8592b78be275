// SPDX-License-Identifier: GPL-3.0-or-later
#include "experiments/observers/drawn_answer.h"

#include <cmath>

namespace mlab::experiments {

double ResponseTimes::drawnFrom(RandomStream& stream) const
{
    return medianMs * std::exp(sigma * stream.normal());
}

SimulatedAnswer drawnAnswer(std::uint64_t seed, const TrialPlan& plan, Task task,
                            double probabilityCorrect, const ResponseTimes& times)
{
    RandomStream stream(seed, "observer", static_cast<std::uint64_t>(plan.trialIndex));
    const bool correct = stream.uniform() < probabilityCorrect;
    SimulatedAnswer out{.answer = plan.correctAnswer, .rtMs = times.drawnFrom(stream)};
    if (!correct) {
        auto wrong = answersOf(task);
        std::erase(wrong, plan.correctAnswer);
        out.answer = wrong[stream.below(wrong.size())];
    }
    return out;
}

} // namespace mlab::experiments
