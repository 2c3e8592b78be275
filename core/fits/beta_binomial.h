// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/psychometrics/dprime.h"

#include <span>

namespace mlab {

/// Right answers out of trials: of a participant, a session or a level.
struct TrialCounts {
    int correct = 0; ///< in [0, total]
    int total = 0;
};

/// log(Gamma(a + n) / Gamma(a)) for a > 0, n >= 0, without the cancellation that the difference of
/// two log-gammas suffers where a is large.
double logRisingFactorial(double a, double n);

/// Log likelihood of counts whose probability varies as Beta(p * nu, (1 - p) * nu), without the
/// binomial coefficient. @param p in [0, 1] @param nu > 0; infinite means plain binomial
double betaBinomialLogLikelihood(double correct, double total, double p, double nu);

/// How the probability of a right answer varies between participants (Brockhoff 2003).
enum class OverdispersionModel {
    plain,          ///< the probability itself is beta distributed
    chanceCorrected ///< the share of noticed differences above chance is
};

/// A beta-binomial model of several participants' counts, fitted by maximum likelihood. With mean
/// mu and overdispersion gamma in [0, 1], the beta distribution has the parameters
/// mu (1 - gamma) / gamma and (1 - mu) (1 - gamma) / gamma.
struct BetaBinomialFit {
    double mu = 0.0;
    double gamma = 0.0;
    /// Standard errors are NaN where the fit sits on an edge of what mu and gamma can be.
    double muStandardError = 0.0;
    double gammaStandardError = 0.0;
    double proportionCorrect = 0.0; ///< mean, not below chance
    double dPrime = 0.0;
    double dPrimeStandardError = 0.0;
    double logLikelihood = 0.0; ///< binomial coefficients included
    double aic = 0.0;
    double overdispersionRatio = 0.0; ///< likelihood ratio statistic against gamma = 0, 1 df
    double overdispersionP = 1.0;
    double associationRatio = 0.0; ///< against guessing without overdispersion, 2 df
    double associationP = 1.0;
};

/// @throws InvalidArgument if there are fewer than 2 counts or one is impossible.
BetaBinomialFit fitBetaBinomial(std::span<const TrialCounts> counts, DiscriminationTask task,
                                OverdispersionModel model);

} // namespace mlab
