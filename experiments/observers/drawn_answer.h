// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random_stream.h"
#include "core/trial/trial.h"
#include "experiments/presentation/presenter.h"

#include <cstdint>

namespace mlab::experiments {

/// How fast a simulated participant answers: a log-normal distribution.
struct ResponseTimes {
    double medianMs = 600.0; ///< > 0
    double sigma = 0.2;      ///< SD of ln(response time), >= 0

    double drawnFrom(RandomStream& stream) const;

    bool operator==(const ResponseTimes&) const = default;
};

/// The right answer with that probability, else one of the others. A function of its arguments.
SimulatedAnswer drawnAnswer(std::uint64_t seed, const TrialPlan& plan, Task task,
                            double probabilityCorrect, const ResponseTimes& times);

} // namespace mlab::experiments
