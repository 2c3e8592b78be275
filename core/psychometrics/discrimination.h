// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/psychometrics/dprime.h"

#include <optional>

namespace mlab {

/// An estimate with its standard error and its two-sided confidence interval. The error is absent
/// where the estimate sits on the edge of what it can be (at chance, or all right).
struct IntervalEstimate {
    double value = 0.0;
    std::optional<double> standardError;
    double lower = 0.0;
    double upper = 0.0;
};

/// How an interval and a p value follow from a number of right answers.
enum class IntervalStatistic {
    exact,      ///< Clopper & Pearson (1934); binomial tail
    likelihood, ///< profile likelihood; signed root of the likelihood ratio
    score       ///< Wilson (1927) with continuity correction; score test without
};

/// Sensitivity from a number of right answers (Brockhoff & Christensen 2010; sensR's discrim).
struct Discrimination {
    IntervalEstimate proportionCorrect; ///< not below chance
    /// Share of trials in which the difference was noticed, (pc - chance) / (1 - chance).
    IntervalEstimate proportionDiscriminated;
    IntervalEstimate dPrime;
    double pValue = 1.0; ///< one-sided
};

/// Is there a difference? Tests pc > chance.
/// @param correct in [0, total] @param total > 0 @param confidence in (0, 1)
/// @throws InvalidArgument
Discrimination testDifference(DiscriminationTask task, int correct, int total,
                              IntervalStatistic statistic, double confidence = 0.95);

/// Is the difference smaller than one that is noticed in a share `limit` of the trials? Tests
/// proportionDiscriminated < limit. @param limit in (0, 1) @throws InvalidArgument
Discrimination testSimilarity(DiscriminationTask task, int correct, int total,
                              IntervalStatistic statistic, double limit, double confidence = 0.95);

/// "Yes" answers in trials with and without a signal.
struct YesNoCounts {
    int hits = 0;
    int signalTrials = 0; ///< > 0
    int falseAlarms = 0;
    int noiseTrials = 0; ///< > 0
};

/// Sensitivity of the yes/no task from counts.
struct YesNoDiscrimination {
    /// May be infinite (a rate of 0 or 1), then without a standard error; the interval is the
    /// profile likelihood's and has a finite limit on at least one side unless both rates are so.
    IntervalEstimate dPrime;
    double criterion = 0.0;
    double pValue = 1.0; ///< one-sided, Fisher's exact test
};

/// @throws InvalidArgument if counts contradict each other.
YesNoDiscrimination testYesNo(const YesNoCounts& counts, double confidence = 0.95);

} // namespace mlab
