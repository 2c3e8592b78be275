// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/threshold_estimate.h"

#include <cmath>

namespace mlab {
namespace {

constexpr double kFewLevelsFactor = 4.0;

} // namespace

Sigmoid reportSigmoid()
{
    return Sigmoid(SigmoidShape::weibull);
}

PsychometricModel reportModel(DiscriminationTask task, double lowest, double highest)
{
    const double missing = kFewLevelsFactor / (highest / lowest);
    const double wider = missing > 1 ? std::sqrt(missing) : 1.0;
    return {.sigmoid = reportSigmoid(),
            .guessRate = GuessRate::fixed,
            .guess = chanceOf(task),
            .fixedEta = 0.0,
            .levelRange = std::array<double, 2>{lowest / wider, highest * wider}};
}

ThresholdEstimate thresholdEstimate(const PsychometricFit& fit, DiscriminationTask task)
{
    const auto sigmoid = reportSigmoid();
    auto parameters = fit.mean;
    parameters.threshold = fit.map.threshold;
    ThresholdEstimate out{.parameters = parameters,
                          .interval95 = fit.intervals[0],
                          .interval68 = fit.intervals[2],
                          .levelAtDPrimeOne = {},
                          .levelAtDPrimeOne95 = {}};
    const double proportion = proportionCorrect(task, 1.0);
    const auto reaches = [&](const PsychometricParameters& some) {
        return proportion > some.guess && proportion < 1 - some.lapse;
    };
    if (reaches(parameters)) {
        out.levelAtDPrimeOne = levelAtProportion(sigmoid, parameters, proportion);
        if (reaches(out.interval95.lower) && reaches(out.interval95.upper)) {
            out.levelAtDPrimeOne95 =
                levelIntervalAtProportion(sigmoid, parameters, out.interval95, proportion);
        }
    }
    return out;
}

} // namespace mlab
