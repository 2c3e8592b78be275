// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trial/task.h"

#include <functional>

namespace mlab {

/// How a network decides from the noisy representations of a trial's intervals.
enum class DecisionRule {
    linear,  ///< knows the direction of the difference: the Gaussian observer of dprime.h
    distance ///< does not, and compares distances in all dimensions: see distance_rule.h
};

/// The probability of a right answer as a function of d', in trials whose stimuli differ. Rule
/// distance, and oddity in both, are tabulated, to 1e-7.
class ResponseCurve {
public:
    /// @param task  any but recognition @param dimensions of the representation, > 0; without
    ///        effect in rule linear @param falseAlarm of same-different, in (0, 1): how often the
    ///        observer answers "different" when both are the same
    /// @throws InvalidArgument
    ResponseCurve(Task task, DecisionRule rule, int dimensions, double falseAlarm);

    /// @param dPrime >= 0 @return at most 1 - 1e-10, so that no answer is impossible
    double operator()(double dPrime) const { return curve_(dPrime); }

private:
    std::function<double(double)> curve_;
};

} // namespace mlab
