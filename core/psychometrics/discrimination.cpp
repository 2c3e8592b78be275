// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/psychometrics/discrimination.h"

#include "core/base/error.h"
#include "core/base/number_text.h"
#include "core/base/root_between.h"

#include <boost/math/distributions/beta.hpp>
#include <boost/math/distributions/binomial.hpp>
#include <boost/math/distributions/hypergeometric.hpp>
#include <boost/math/tools/minima.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

namespace mlab {
namespace {

struct Limits {
    double lower = 0.0;
    double upper = 1.0;
};

double logLikelihood(int correct, int total, double p)
{
    const double right = correct == 0 ? 0.0 : correct * std::log(p);
    return right + (correct == total ? 0.0 : (total - correct) * std::log1p(-p));
}

Limits exactLimits(int correct, int total, double confidence)
{
    using Binomial = boost::math::binomial_distribution<>;
    const double tail = (1 - confidence) / 2;
    return {.lower = Binomial::find_lower_bound_on_p(total, correct, tail),
            .upper =
                correct == total ? 1.0 : Binomial::find_upper_bound_on_p(total, correct, tail)};
}

Limits likelihoodLimits(int correct, int total, double confidence)
{
    const double estimate = static_cast<double>(correct) / total;
    const double z = normalQuantile((1 + confidence) / 2);
    const double least = logLikelihood(correct, total, estimate) - z * z / 2;
    const auto above = [&](double p) { return logLikelihood(correct, total, p) - least; };
    constexpr double kEdge = 1e-300;
    return {.lower = correct == 0 ? 0.0 : rootBetween(above, kEdge, estimate),
            .upper = correct == total ? 1.0 : rootBetween(above, estimate, 1 - 1e-16)};
}

Limits scoreLimits(int correct, int total, double confidence)
{
    const double z = normalQuantile((1 + confidence) / 2);
    const auto limit = [&](int sign) {
        const double p = (correct + sign * 0.5) / total;
        const double scale = 1 + z * z / total;
        const double half = z * std::sqrt(p * (1 - p) / total + z * z / (4.0 * total * total));
        return (p + z * z / (2.0 * total) + sign * half) / scale;
    };
    return {.lower = correct == 0 ? 0.0 : limit(-1), .upper = correct == total ? 1.0 : limit(+1)};
}

Limits limitsOf(int correct, int total, IntervalStatistic statistic, double confidence)
{
    switch (statistic) {
    case IntervalStatistic::exact:
        return exactLimits(correct, total, confidence);
    case IntervalStatistic::likelihood:
        return likelihoodLimits(correct, total, confidence);
    case IntervalStatistic::score:
        return scoreLimits(correct, total, confidence);
    }
    throw InternalError("unknown interval statistic");
}

// P(as many right answers or more) if each is right with probability p0.
double upperTail(int correct, int total, IntervalStatistic statistic, double p0)
{
    const double estimate = static_cast<double>(correct) / total;
    switch (statistic) {
    case IntervalStatistic::exact:
        return correct == 0 ? 1.0
                            : boost::math::cdf(boost::math::complement(
                                  boost::math::binomial(total, p0), correct - 1));
    case IntervalStatistic::likelihood: {
        const double ratio =
            2 * (logLikelihood(correct, total, estimate) - logLikelihood(correct, total, p0));
        return normalCdf(-std::copysign(std::sqrt(std::max(0.0, ratio)), estimate - p0));
    }
    case IntervalStatistic::score:
        return normalCdf(-(estimate - p0) / std::sqrt(p0 * (1 - p0) / total));
    }
    throw InternalError("unknown interval statistic");
}

double lowerTail(int correct, int total, IntervalStatistic statistic, double p0)
{
    return statistic == IntervalStatistic::exact
               ? boost::math::cdf(boost::math::binomial(total, p0), correct)
               : 1 - upperTail(correct, total, statistic, p0);
}

void requireConfidence(double confidence)
{
    if (!(confidence > 0 && confidence < 1)) {
        throw InvalidArgument("a confidence is " + roundedNumber(confidence) +
                              ", not between 0 and 1");
    }
}

Discrimination estimates(DiscriminationTask task, int correct, int total,
                         IntervalStatistic statistic, double confidence)
{
    if (total <= 0 || correct < 0 || correct > total) {
        throw InvalidArgument(std::to_string(correct) + " right answers of " +
                              std::to_string(total) + " are not possible");
    }
    requireConfidence(confidence);
    const double chance = chanceOf(task);
    const double observed = static_cast<double>(correct) / total;
    auto limits = limitsOf(correct, total, statistic, confidence);

    Discrimination out;
    auto& pc = out.proportionCorrect;
    pc.value = std::max(observed, chance);
    pc.lower = std::max(limits.lower, chance);
    pc.upper = std::max(limits.upper, chance);
    auto& pd = out.proportionDiscriminated;
    const auto discriminated = [&](double p) { return (p - chance) / (1 - chance); };
    pd.value = discriminated(pc.value);
    pd.lower = discriminated(pc.lower);
    pd.upper = discriminated(pc.upper);
    auto& dPrime = out.dPrime;
    dPrime.value = dPrimeFromProportionCorrect(task, pc.value);
    dPrime.lower = dPrimeFromProportionCorrect(task, pc.lower);
    dPrime.upper = dPrimeFromProportionCorrect(task, pc.upper);
    if (observed > chance && correct < total) {
        const double error = std::sqrt(observed * (1 - observed) / total);
        pc.standardError = error;
        pd.standardError = error / (1 - chance);
        dPrime.standardError = error / proportionCorrectSlope(task, dPrime.value);
    }
    return out;
}

double probitLogLikelihood(const YesNoCounts& counts, double dPrime, double z)
{
    // z of the false alarms; of the hits it is higher by d'.
    return logLikelihood(counts.falseAlarms, counts.noiseTrials, normalCdf(z)) +
           logLikelihood(counts.hits, counts.signalTrials, normalCdf(z + dPrime));
}

double profileLogLikelihood(const YesNoCounts& counts, double dPrime)
{
    const auto loss = [&](double z) {
        const double value = probitLogLikelihood(counts, dPrime, z);
        return std::isfinite(value) ? -value : 1e300;
    };
    return -boost::math::tools::brent_find_minima(loss, -9.0 - std::max(0.0, dPrime),
                                                  9.0 - std::min(0.0, dPrime), 52)
                .second;
}

} // namespace

Discrimination testDifference(DiscriminationTask task, int correct, int total,
                              IntervalStatistic statistic, double confidence)
{
    auto out = estimates(task, correct, total, statistic, confidence);
    out.pValue = upperTail(correct, total, statistic, chanceOf(task));
    return out;
}

Discrimination testSimilarity(DiscriminationTask task, int correct, int total,
                              IntervalStatistic statistic, double limit, double confidence)
{
    if (!(limit > 0 && limit < 1)) {
        throw InvalidArgument("the limit of similarity is " + roundedNumber(limit) +
                              ", not between 0 and 1");
    }
    auto out = estimates(task, correct, total, statistic, confidence);
    const double chance = chanceOf(task);
    out.pValue = lowerTail(correct, total, statistic, chance + limit * (1 - chance));
    return out;
}

YesNoDiscrimination testYesNo(const YesNoCounts& counts, double confidence)
{
    if (counts.signalTrials <= 0 || counts.noiseTrials <= 0 || counts.hits < 0 ||
        counts.falseAlarms < 0 || counts.hits > counts.signalTrials ||
        counts.falseAlarms > counts.noiseTrials) {
        throw InvalidArgument(
            "yes/no counts contradict each other: " + std::to_string(counts.hits) + " hits of " +
            std::to_string(counts.signalTrials) + ", " + std::to_string(counts.falseAlarms) +
            " false alarms of " + std::to_string(counts.noiseTrials));
    }
    requireConfidence(confidence);
    const double hitRate = static_cast<double>(counts.hits) / counts.signalTrials;
    const double falseAlarmRate = static_cast<double>(counts.falseAlarms) / counts.noiseTrials;
    YesNoDiscrimination out;
    const bool certain =
        std::min(hitRate, falseAlarmRate) == 0 || std::max(hitRate, falseAlarmRate) == 1;
    // Two rates of 0, or two of 1, say nothing about sensitivity.
    const bool silent = certain && hitRate == falseAlarmRate;
    const auto sensitivity = yesNoSensitivity({hitRate, falseAlarmRate});
    out.dPrime.value = silent ? 0.0 : sensitivity.dPrime;
    out.criterion = hitRate + falseAlarmRate == 1 ? 0.0 : sensitivity.criterion;
    if (!certain) {
        const auto variance = [](double rate, int trials) {
            const double density = normalDensity(normalQuantile(rate));
            return rate * (1 - rate) / (trials * density * density);
        };
        out.dPrime.standardError = std::sqrt(variance(hitRate, counts.signalTrials) +
                                             variance(falseAlarmRate, counts.noiseTrials));
    }

    const double z = normalQuantile((1 + confidence) / 2);
    const double least = logLikelihood(counts.hits, counts.signalTrials, hitRate) +
                         logLikelihood(counts.falseAlarms, counts.noiseTrials, falseAlarmRate) -
                         z * z / 2;
    const auto above = [&](double dPrime) { return profileLogLikelihood(counts, dPrime) - least; };
    constexpr double kFarthest = 12.0; // beyond it the rates of any real count are 0 and 1
    const double middle = std::clamp(out.dPrime.value, -kFarthest, kFarthest);
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    out.dPrime.lower = above(-kFarthest) >= 0 ? -kInfinity : rootBetween(above, -kFarthest, middle);
    out.dPrime.upper = above(kFarthest) >= 0 ? kInfinity : rootBetween(above, middle, kFarthest);

    const auto yes = static_cast<unsigned>(counts.hits + counts.falseAlarms);
    const auto signal = static_cast<unsigned>(counts.signalTrials);
    const auto all = static_cast<unsigned>(counts.signalTrials + counts.noiseTrials);
    const auto fewest = yes > all - signal ? yes - (all - signal) : 0U;
    const auto hits = static_cast<unsigned>(counts.hits);
    out.pValue = hits == fewest
                     ? 1.0
                     : boost::math::cdf(boost::math::complement(
                           boost::math::hypergeometric_distribution<>(yes, signal, all), hits - 1));
    return out;
}

} // namespace mlab
