// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace mlab {

/// log(Gamma(a + n) / Gamma(a)) for a > 0, n >= 0, without the cancellation of the difference of
/// two log-gammas for large a.
double logRisingFactorial(double a, double n);

/// Log likelihood of counts whose probability varies as Beta(p * nu, (1 - p) * nu), without the
/// binomial coefficient. @param p in [0, 1] @param nu > 0; infinite means plain binomial
double betaBinomialLogLikelihood(double correct, double total, double p, double nu);

} // namespace mlab
