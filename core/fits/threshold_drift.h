// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/fits/psychometric_posterior.h"
#include "core/psychometrics/sigmoid.h"

#include <optional>
#include <span>
#include <vector>

namespace mlab {

struct TimedAnswer {
    double level = 0.0; ///< > 0
    bool correct = false;
    double time = 0.0; ///< in its session, from -0.5 (first main trial) to 0.5 (last)
};

/// How the threshold changed over a session.
struct Drift {
    double logChange = 0.0;     ///< natural log of the threshold's ratio, end over start
    double standardError = 0.0; ///< of logChange, from the information under no change
    double p = 1.0;             ///< two-sided, of no change
};

/// The efficient score of no change and its information. They add up over data sets that share a
/// change.
struct DriftScore {
    double score = 0.0;
    double information = 0.0;
};

struct DriftTest {
    Drift drift;
    DriftScore score;
};

/// Tests whether the threshold changes as threshold * exp(change * time): a likelihood-ratio test
/// whose statistic is scaled down for levels that follow the answers. Absent where threshold, width
/// and change cannot be told apart.
/// @param fitted to the same answers; its guess rate is kept
std::optional<DriftTest> testDrift(std::vector<TimedAnswer> answers, const Sigmoid& sigmoid,
                                   const PsychometricParameters& fitted);

/// The change common to several data sets, by the score test. Absent without scores.
std::optional<Drift> pooledDrift(std::span<const DriftScore> scores);

} // namespace mlab
