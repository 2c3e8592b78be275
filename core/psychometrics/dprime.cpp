// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/psychometrics/dprime.h"

#include "core/base/error.h"
#include "core/base/number_text.h"
#include "core/base/root_between.h"

#include <boost/math/special_functions/erf.hpp>
#include <boost/math/special_functions/owens_t.hpp>

#include <cmath>
#include <limits>
#include <numbers>
#include <string>

namespace mlab {
namespace {

using std::numbers::sqrt2;
using std::numbers::sqrt3;
constexpr double kInfinity = std::numeric_limits<double>::infinity();

double requireDPrime(double dPrime)
{
    if (!(dPrime >= 0)) {
        throw InvalidArgument("d' is " + roundedNumber(dPrime) + ", but must be at least 0");
    }
    return dPrime;
}

// Two independent judgements that must both be right or both be wrong.
double bothOrNeither(double first, double second)
{
    return first * second + (1 - first) * (1 - second);
}

} // namespace

double normalCdf(double z)
{
    return 0.5 * std::erfc(-z / sqrt2);
}

double normalDensity(double z)
{
    return std::exp(-z * z / 2) * std::numbers::inv_sqrtpi / sqrt2;
}

double normalQuantile(double probability)
{
    if (!(probability >= 0 && probability <= 1)) {
        throw InvalidArgument("a probability is " + roundedNumber(probability) +
                              ", not within [0, 1]");
    }
    if (probability == 0 || probability == 1) {
        return probability == 0 ? -kInfinity : kInfinity;
    }
    return -sqrt2 * boost::math::erfc_inv(2 * probability);
}

double chanceOf(DiscriminationTask task)
{
    switch (task) {
    case DiscriminationTask::twoAfc:
    case DiscriminationTask::abxDifferencing:
    case DiscriminationTask::abxIndependent:
    case DiscriminationTask::duoTrio:
    case DiscriminationTask::sameDifferentIndependent:
        return 1.0 / 2.0;
    case DiscriminationTask::threeAfc:
    case DiscriminationTask::oddity:
    case DiscriminationTask::tetrad:
        return 1.0 / 3.0;
    case DiscriminationTask::fourAfc:
        return 1.0 / 4.0;
    }
    throw InternalError("unknown discrimination task");
}

double mAfcProportionCorrect(int alternatives, double dPrime)
{
    if (alternatives < 2) {
        throw InvalidArgument("a choice needs at least 2 alternatives, not " +
                              std::to_string(alternatives));
    }
    if (requireDPrime(dPrime) == kInfinity) {
        return 1.0;
    }
    // The trapezoidal rule converges exponentially for analytic integrands that vanish at both
    // ends; at this step its error is below the rounding of doubles.
    constexpr double kStep = 0.25;
    double sum = 0.0;
    for (int i = -36; i <= 36; ++i) {
        const double x = i * kStep;
        sum += normalDensity(x) * std::pow(normalCdf(x + dPrime), alternatives - 1);
    }
    return sum * kStep;
}

double proportionCorrect(DiscriminationTask task, double dPrime)
{
    using boost::math::owens_t;
    const double d = requireDPrime(dPrime);
    if (d == kInfinity) {
        return 1.0;
    }
    // Where two differences with a common observation must both have their sign, the bivariate
    // normal integral is a closed form in Owen's T function.
    switch (task) {
    case DiscriminationTask::twoAfc:
        return normalCdf(d / sqrt2);
    case DiscriminationTask::threeAfc:
        return normalCdf(d / sqrt2) - 2 * owens_t(d / sqrt2, 1 / sqrt3);
    case DiscriminationTask::fourAfc:
        return mAfcProportionCorrect(4, d);
    case DiscriminationTask::abxDifferencing:
    case DiscriminationTask::duoTrio:
        return bothOrNeither(normalCdf(d / sqrt2), normalCdf(d / std::sqrt(6.0)));
    case DiscriminationTask::abxIndependent:
        return bothOrNeither(normalCdf(d / sqrt2), normalCdf(d / 2));
    case DiscriminationTask::oddity:
        return 1 - 4 * owens_t(d / std::sqrt(6.0), sqrt3);
    case DiscriminationTask::tetrad:
        return 1 - 8 * owens_t(d / sqrt2, 1 / sqrt3);
    case DiscriminationTask::sameDifferentIndependent:
        return bothOrNeither(normalCdf(d / 2), normalCdf(d / 2));
    }
    throw InternalError("unknown discrimination task");
}

double proportionCorrectSlope(DiscriminationTask task, double dPrime)
{
    // Two-sided, except next to 0, where the function does not go on.
    constexpr double kStep = 1e-4;
    const double above = requireDPrime(dPrime) + kStep;
    const double below = std::max(0.0, dPrime - kStep);
    return (proportionCorrect(task, above) - proportionCorrect(task, below)) / (above - below);
}

double dPrimeFromProportionCorrect(DiscriminationTask task, double proportion)
{
    if (!(proportion >= 0 && proportion <= 1)) {
        throw InvalidArgument("a share of right answers is " + roundedNumber(proportion) +
                              ", not within [0, 1]");
    }
    const auto tooLow = [&](double d) { return proportionCorrect(task, d) - proportion; };
    if (tooLow(0.0) >= 0) {
        return 0.0;
    }
    double above = 1.0;
    while (tooLow(above) < 0) {
        above *= 2;
    }
    // The largest share below 1 that a double tells apart is reached by a finite d'.
    return proportion == 1.0 ? kInfinity : rootBetween(tooLow, 0.0, above);
}

YesNoSensitivity yesNoSensitivity(ResponseRates rates)
{
    const double hit = normalQuantile(rates.hit);
    const double falseAlarm = normalQuantile(rates.falseAlarm);
    return {.dPrime = hit - falseAlarm, .criterion = -(hit + falseAlarm) / 2};
}

ResponseRates sameDifferentRates(double dPrime, double criterion)
{
    const double d = requireDPrime(dPrime);
    return {.hit = normalCdf((d - criterion) / sqrt2) + normalCdf((-d - criterion) / sqrt2),
            .falseAlarm = 2 * normalCdf(-criterion / sqrt2)};
}

double sameDifferentDPrime(ResponseRates rates)
{
    if (!(rates.hit > 0 && rates.hit < 1 && rates.falseAlarm > 0 && rates.falseAlarm < 1)) {
        throw InvalidArgument("same-different d' needs rates between 0 and 1: hits " +
                              roundedNumber(rates.hit) + ", false alarms " +
                              roundedNumber(rates.falseAlarm));
    }
    const double criterion = -sqrt2 * normalQuantile(rates.falseAlarm / 2);
    const auto tooLow = [&](double d) { return sameDifferentRates(d, criterion).hit - rates.hit; };
    if (tooLow(0.0) >= 0) {
        return 0.0;
    }
    double above = 1.0;
    while (tooLow(above) < 0) {
        above *= 2;
    }
    return rootBetween(tooLow, 0.0, above);
}

} // namespace mlab
