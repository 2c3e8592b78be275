// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fits/beta_binomial.h"

#include "core/base/error.h"

#include <boost/math/distributions/chi_squared.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <nlopt.hpp>
#include <numbers>
#include <string>
#include <vector>

namespace mlab {
namespace {

// What Stirling's series adds to the leading terms of log(Gamma(a)).
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

double logChoose(double n, double k)
{
    return boost::math::lgamma(n + 1) - boost::math::lgamma(k + 1) - boost::math::lgamma(n - k + 1);
}

// log of sum(exp(terms))
double logSumExp(const std::vector<double>& terms)
{
    const double largest = *std::max_element(terms.begin(), terms.end());
    double sum = 0.0;
    for (const double term : terms) {
        sum += std::exp(term - largest);
    }
    return largest + std::log(sum);
}

struct Model {
    std::span<const TrialCounts> counts;
    double chance = 0.0;
    bool corrected = false;

    double proportion(double mu) const { return corrected ? chance + (1 - chance) * mu : mu; }

    double binomial(double p) const
    {
        double sum = 0.0;
        for (const auto& count : counts) {
            sum += logChoose(count.total, count.correct) +
                   betaBinomialLogLikelihood(count.correct, count.total, p,
                                             std::numeric_limits<double>::infinity());
        }
        return sum;
    }

    double betaBinomial(double mu, double gamma) const
    {
        const double nu = (1 - gamma) / gamma;
        double sum = 0.0;
        for (const auto& count : counts) {
            sum += logChoose(count.total, count.correct) +
                   (corrected ? correctedLogLikelihood(count, mu, nu)
                              : betaBinomialLogLikelihood(count.correct, count.total, mu, nu));
        }
        return sum;
    }

private:
    // A right answer is a noticed difference or a lucky guess: the binomial sum over how many of
    // them were noticed.
    double correctedLogLikelihood(const TrialCounts& count, double mu, double nu) const
    {
        std::vector<double> terms;
        const int wrong = count.total - count.correct;
        for (int noticed = 0; noticed <= count.correct; ++noticed) {
            terms.push_back(logChoose(count.correct, noticed) +
                            (count.correct - noticed) * std::log(chance) +
                            betaBinomialLogLikelihood(noticed, noticed + wrong, mu, nu) +
                            (noticed + wrong) * std::log1p(-chance));
        }
        return logSumExp(terms);
    }
};

// The maximum over a box, by two derivative-free searches of different kinds.
template <typename Function>
std::vector<double> maximize(const Function& f, std::vector<double> x, double low, double high)
{
    const nlopt::vfunc objective = [](const std::vector<double>& at, std::vector<double>&,
                                      void* data) {
        const double value = (*static_cast<const Function*>(data))(at);
        return std::isfinite(value) ? value : -1e300;
    };
    for (const auto algorithm : {nlopt::LN_NELDERMEAD, nlopt::LN_SBPLX}) {
        nlopt::opt search(algorithm, static_cast<unsigned>(x.size()));
        // NLopt hands the pointer back untouched.
        search.set_max_objective(objective, const_cast<Function*>(&f)); // NOLINT
        search.set_lower_bounds(low);
        search.set_upper_bounds(high);
        search.set_initial_step(0.05);
        search.set_xtol_abs(1e-11);
        search.set_maxeval(5000);
        double best = 0.0;
        try {
            search.optimize(x, best);
        } catch (const nlopt::roundoff_limited&) {
            continue; // as far as doubles go
        }
    }
    return x;
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
    // A kind of answer that did not occur says nothing beyond its probability being possible.
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

BetaBinomialFit fitBetaBinomial(std::span<const TrialCounts> counts, DiscriminationTask task,
                                OverdispersionModel kind)
{
    if (counts.size() < 2) {
        throw InvalidArgument("overdispersion needs the counts of 2 participants or more");
    }
    double correct = 0.0;
    double total = 0.0;
    for (const auto& count : counts) {
        if (count.total <= 0 || count.correct < 0 || count.correct > count.total) {
            throw InvalidArgument(std::to_string(count.correct) + " right answers of " +
                                  std::to_string(count.total) + " is not a count of trials");
        }
        correct += count.correct;
        total += count.total;
    }
    const Model model{.counts = counts,
                      .chance = chanceOf(task),
                      .corrected = kind == OverdispersionModel::chanceCorrected};
    const auto logLikelihood = [&](const std::vector<double>& x) {
        return model.betaBinomial(x[0], x[1]);
    };
    constexpr double kEdge = 1e-9;
    const double rate = correct / total;
    const double start = model.corrected ? (rate - model.chance) / (1 - model.chance) : rate;
    const auto best =
        maximize(logLikelihood, {std::clamp(start, 0.02, 0.98), 0.2}, kEdge, 1 - kEdge);

    BetaBinomialFit out;
    out.mu = best[0];
    out.gamma = best[1];
    out.logLikelihood = logLikelihood(best);
    out.aic = 4 - 2 * out.logLikelihood;
    out.proportionCorrect = std::max(model.chance, model.proportion(out.mu));
    out.dPrime = dPrimeFromProportionCorrect(task, out.proportionCorrect);

    // The observed information by second differences.
    const std::array<double, 2> steps = {1e-4 * std::min(out.mu, 1 - out.mu) + 1e-7,
                                         1e-4 * std::min(out.gamma, 1 - out.gamma) + 1e-7};
    const auto at = [&](int i, int j) {
        return model.betaBinomial(out.mu + i * steps[0], out.gamma + j * steps[1]);
    };
    const double muMu = -(at(1, 0) - 2 * at(0, 0) + at(-1, 0)) / (steps[0] * steps[0]);
    const double gammaGamma = -(at(0, 1) - 2 * at(0, 0) + at(0, -1)) / (steps[1] * steps[1]);
    const double muGamma =
        -(at(1, 1) - at(1, -1) - at(-1, 1) + at(-1, -1)) / (4 * steps[0] * steps[1]);
    const double determinant = muMu * gammaGamma - muGamma * muGamma;
    out.muStandardError = std::sqrt(gammaGamma / determinant);
    out.gammaStandardError = std::sqrt(muMu / determinant);
    out.dPrimeStandardError = out.muStandardError * (model.corrected ? 1 - model.chance : 1.0) /
                              proportionCorrectSlope(task, out.dPrime);

    const auto tail = [](double ratio, int df) {
        return boost::math::cdf(
            boost::math::complement(boost::math::chi_squared(df), std::max(0.0, ratio)));
    };
    const double binomialRate = model.corrected ? std::max(rate, model.chance) : rate;
    out.overdispersionRatio = 2 * (out.logLikelihood - model.binomial(binomialRate));
    out.overdispersionP = tail(out.overdispersionRatio, 1);
    out.associationRatio = 2 * (out.logLikelihood - model.binomial(model.chance));
    out.associationP = tail(out.associationRatio, 2);
    return out;
}

} // namespace mlab
