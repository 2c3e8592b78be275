// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fits/beta_binomial.h"

#include <cmath>
#include <limits>
#include <numbers>

namespace mlab {
namespace {

// The terms of Stirling's series after the leading ones of log(Gamma(a)).
double stirlingTail(double a)
{
    const double square = 1 / (a * a);
    return (1.0 / 12 - square * (1.0 / 360 - square * (1.0 / 1260 - square / 1680))) / a;
}

// Stirling's series from a >= 10 on, where the first term left out is below 1e-13; the recurrence
// of the gamma function leads there.
double logGamma(double a)
{
    double product = 1.0;
    while (a < 10) {
        product *= a;
        a += 1;
    }
    return (a - 0.5) * std::log(a) - a + 0.5 * std::log(2 * std::numbers::pi) + stirlingTail(a) -
           std::log(product);
}

} // namespace

double logRisingFactorial(double a, double n)
{
    if (a < 10) {
        return logGamma(a + n) - logGamma(a);
    }
    return (a - 0.5) * std::log1p(n / a) + n * std::log(a + n) - n + stirlingTail(a + n) -
           stirlingTail(a);
}

double betaBinomialLogLikelihood(double correct, double total, double p, double nu)
{
    const double wrong = total - correct;
    // Answers that did not occur only require that their probability is possible.
    if ((correct > 0 && !(p > 0)) || (wrong > 0 && !(p < 1))) {
        return -std::numeric_limits<double>::infinity();
    }
    if (std::isinf(nu)) {
        return (correct > 0 ? correct * std::log(p) : 0.0) +
               (wrong > 0 ? wrong * std::log1p(-p) : 0.0);
    }
    return (correct > 0 ? logRisingFactorial(p * nu, correct) : 0.0) +
           (wrong > 0 ? logRisingFactorial((1 - p) * nu, wrong) : 0.0) -
           logRisingFactorial(nu, total);
}

} // namespace mlab
